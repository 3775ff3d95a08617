"""Find repositories inside a worktree, whose work git does not list.

Every folder on disk is looked at, ignored, untracked or tracked, since each may hold one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters import small_file
from parallel_tui.adapters.git.repo.index_entries import LISTING
from parallel_tui.adapters.git.run import plain
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.unlisted import hidden_edits
from parallel_tui.errors import GitError
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.text.words import plural

MOST: Final = 40
"""Repositories asked at most; each costs up to three processes."""

SECONDS: Final = 20.0
"""Seconds spent on looking for them."""

_BARE: Final = frozenset({"HEAD", "objects", "refs"})
_FOREIGN: Final = frozenset({".bzr", ".hg", ".jj", ".pijul", "_darcs", "_FOSSIL_", ".fslckout"})


def work_in(
    worktree: Worktree,
    submodules: Collection[str],
    *,
    most: int = MOST,
    seconds: float = SECONDS,
) -> tuple[str, ...]:
    """Repositories in a worktree whose work exists nowhere else, each with a description.

    Those whose commits are all on a remote and that have nothing uncommitted are left out.

    Args:
        worktree: Whose files to look through.
        submodules: Paths of its submodules, which are told by themselves.
        most: How many are asked.
        seconds: How long to look for them.

    Returns:
        `scratch/work: 1 commit that no remote has`, and what could not be looked into.
    """
    told: list[str] = []
    asked = 0
    for path, git_dir, problem in _all(worktree, frozenset(submodules), seconds):
        if problem:
            told.append(f"{path or '.'}: {problem}")
            continue
        asked += 1
        if asked > most:
            told.append(f"{path}: a repository that was not looked into, like all after it")
            break
        found = _work(f"{worktree.path}/{path}", git_dir)
        if found:
            told.append(f"{path}: {', '.join(found)}")
    return tuple(sorted(told))


def _all(
    worktree: Worktree, submodules: frozenset[str], seconds: float
) -> Iterator[tuple[str, str, str]]:
    """Path and git directory of each repository, and why git cannot read it, if so."""
    deadline = time.monotonic() + seconds
    todo = [""]
    while todo:
        folder = todo.pop()
        place = f"{worktree.path}/{folder}".rstrip("/")
        try:
            with os.scandir(place) as entries:
                names = {e.name: e.is_dir(follow_symlinks=False) for e in entries}
        except FileNotFoundError:
            if not folder:
                yield "", "", "its folder vanished while it was looked at"
            continue
        except OSError as error:
            yield folder, "", f"a folder that cannot be looked into ({error.strerror})"
            continue
        if time.monotonic() > deadline:
            yield folder, "", "there are too many folders; not all were looked into"
            return
        if folder and ".git" in names and folder not in submodules:
            git_dir = f"{place}/.git"
            if not names[".git"] or os.path.lexists(f"{git_dir}/HEAD"):
                yield folder, git_dir, ""
        elif folder and names.keys() >= _BARE and names["objects"] and names["refs"]:
            yield folder, place, ""
            continue
        if folder:
            for kind in _FOREIGN & names.keys():
                yield folder, "", f"a repository ({kind}) that git cannot be asked about"
        todo += [
            f"{folder}/{name}".lstrip("/") if folder else name
            for name, is_folder in names.items()
            if is_folder and name != ".git"
        ]
    yield from _put_away(worktree, submodules)


def _put_away(worktree: Worktree, submodules: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Git directories of submodules that are no longer checked out; git keeps them."""
    top = Path(worktree.git_dir, "modules")
    here = {os.path.realpath(_linked(f"{worktree.path}/{path}/.git")) for path in submodules}
    for folder, folders, _ in os.walk(top):
        if not folders or "objects" not in folders:
            continue
        if os.path.realpath(folder) not in here:
            name = os.path.relpath(folder, top)
            yield f"submodule {name}", folder, ""
        folders[:] = [each for each in folders if each == "modules"]


def _linked(pointer: str) -> str:
    """Target of a `.git` file; the path itself for anything else."""
    with suppress(OSError):
        content = small_file.read(pointer, 1 << 14)
        if content.startswith(b"gitdir:"):
            named = os.fsdecode(content.removeprefix(b"gitdir:").strip())
            return os.path.join(os.path.dirname(pointer), named)  # noqa: PTH118, PTH120
    return pointer


def _work(directory: str, git_dir: str) -> list[str]:
    """Description of the work that exists only in a repository."""
    checked_out = git_dir == f"{directory}/.git"
    place = [f"--git-dir={git_dir}", *(["--work-tree=."] if checked_out else [])]
    where = directory if checked_out else git_dir
    linked = os.path.realpath(_linked(git_dir))
    borrowed = os.path.lexists(f"{linked}/commondir")
    found: list[str] = []
    try:
        # A worktree of another repository: that one keeps its branches, not a detached HEAD.
        all_of_it = ["HEAD", "--not", "--branches", "--tags", "--remotes"]
        if not borrowed:
            all_of_it = ["--exclude=refs/stash", "--all", "--not", "--remotes"]
        asked = [*place, "rev-list", "--count", "--ignore-missing", *all_of_it, "--"]
        status, answer, stderr = plain.ask(asked, directory=where)
        if status:
            if borrowed and not os.path.exists(linked):  # noqa: PTH110
                return []
            reason = stderr.strip().splitlines()[-1:] or ["git gave no answer"]
            return [f"a repository that cannot be looked into ({reason[0]})"]
        if count := int(text(answer)):
            found.append(f"{plural(count, 'commit')} that no remote has")
        if checked_out:
            found += _uncommitted(place, where, borrowed=borrowed)
    except (GitError, ValueError) as error:
        return [f"a repository that cannot be looked into ({error})"]
    others = 0
    with suppress(OSError):
        others = 0 if borrowed else len(os.listdir(f"{linked}/worktrees"))  # noqa: PTH208
    if others:
        found.append(f"{plural(others, 'worktree')} of it elsewhere")
    return found


def _uncommitted(place: list[str], where: str, *, borrowed: bool) -> Iterator[str]:
    args = [*place, "status", "--porcelain=v2", "-z", "--show-stash", "--untracked-files=normal"]
    status, answer, stderr = plain.ask([*args, "--ignore-submodules=none"], directory=where)
    if status:
        raise GitError(stderr.strip() or "git gave no answer")
    entries = 0
    stashes = ""
    records = iter(text(answer).split("\0"))
    for record in records:
        if record.startswith("# stash "):
            stashes = record.removeprefix("# stash ")
        elif record and not record.startswith("#"):
            entries += 1
            if record.startswith("2 "):
                next(records, None)
    if entries:
        yield f"{plural(entries, 'uncommitted change')}"
    if hidden := _hidden(place, where):
        yield f"{plural(hidden, 'edited file')} that git was told not to see"
    if stashes and not borrowed:
        yield plural(int(stashes), "stash", "stashes")


def _hidden(place: list[str], where: str) -> int:
    """Number of marked files that differ in bytes or mode; filters are not run."""
    status, answer, stderr = plain.ask([*place, *LISTING], directory=where)
    if status:
        raise GitError(stderr.strip() or "git gave no answer")
    tracked = hidden_edits.tracked_in(filter(None, text(answer).split("\0")), where)
    try:
        seen = hidden_edits.compare(tracked, where)
    except OSError as error:
        raise GitError(f"{error.filename}: {error.strerror}") from error
    return len({*seen.edited, *(path for path, _ in seen.other_bytes), *seen.other_mode})
