"""Complete the entries of `git worktree list` from the git directories."""

# On the way to the first paint, where importing pathlib would cost more than asking git does.
# ruff: noqa: PTH116, PTH118

from __future__ import annotations

import os
import stat
import time

from parallel_tui.adapters import small_file
from parallel_tui.adapters.git.repo.operation import operation_in
from parallel_tui.adapters.small_file import text
from parallel_tui.errors import GitError
from parallel_tui.model.session.listing import ListedWorktree
from parallel_tui.model.session.session_file import SESSION_FILE
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from parallel_tui.model.session.repository import Repository

_NAME_LIMIT = 200

_TAIL = 4096
"""Bytes read at the end of a log: the latest dozen of movements."""

_MAKING = 120.0
"""Seconds until a worktree without files is taken for one that was left so, as by `kill -9`."""

_ALWAYS = (b"commit", b"cherry-pick", b"am", b"revert")
"""Commands that write a line with a commit's subject whenever they write one."""

_STEPS = (b"(pick)", b"(reword)", b"(edit)", b"(squash)", b"(fixup)", b"(merge)", b"(continue)")
"""Steps of a rebase that make a commit."""


def resolve(repository: Repository, listed: Iterable[ListedWorktree]) -> tuple[Worktree, ...]:
    """Add to each entry what is read from its git directory. Starts no process.

    An entry whose git directory vanished since git printed it is left out: it was removed.
    """
    git_dirs = _linked_git_dirs(repository.common_dir)
    worktrees: list[Worktree] = []
    for number, entry in enumerate(listed):
        if number == 0:
            main = replace(entry, path=repository.main_path, bare=repository.bare)
            worktrees.append(_worktree(main, repository.common_dir, is_main=True))
            continue
        git_dir = _take(git_dirs, entry.path)
        if git_dir is not None:
            worktrees.append(linked(entry, git_dir))
    return tuple(worktrees)


def linked(entry: ListedWorktree, git_dir: str) -> Worktree:
    """A linked worktree's entry with what is read from its git directory.

    Args:
        entry: As git lists it.
        git_dir: Its own git directory.
    """
    return _worktree(entry, git_dir, is_main=False)


def _worktree(entry: ListedWorktree, git_dir: str, *, is_main: bool) -> Worktree:
    return Worktree(
        path=entry.path,
        git_dir=git_dir,
        head=entry.head,
        branch=entry.branch,
        is_main=is_main,
        bare=entry.bare,
        locked=entry.locked,
        prunable=entry.prunable,
        missing=_missing(entry.path),
        operation=None if entry.bare else operation_in(git_dir),
        assigned_name=_assigned_name(git_dir),
        touched=_touched(git_dir),
        subject=last_commit(git_dir, entry.head),
        being_made=entry.locked is not None and _being_made(git_dir),
    )


def _linked_git_dirs(common: str) -> dict[str, list[str]]:
    """Git directories of linked worktrees by the path their back-pointer names.

    Under the pointer's own wording and, where that differs, its resolved one.
    """
    folder = f"{common}/worktrees"
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise GitError(f"The list of worktrees in {folder} cannot be read: {error}") from error
    found: dict[str, list[str]] = {}
    for name in names:
        git_dir = f"{folder}/{name}"
        path = back_pointer(git_dir)
        if path is not None:
            for known in {path, os.path.realpath(path)}:
                found.setdefault(known, []).append(git_dir)
    return found


def back_pointer(git_dir: str) -> str | None:
    """The worktree directory that a linked git directory says it belongs to."""
    try:
        content = small_file.read(f"{git_dir}/gitdir")
    except OSError:
        return None
    pointer = os.fsdecode(content.rstrip())
    if not pointer:
        return None
    # Relative since git 2.48 with worktree.useRelativePaths.
    path = os.path.normpath(os.path.join(git_dir, pointer))
    return path.removesuffix("/.git")


def _take(git_dirs: dict[str, list[str]], path: str) -> str | None:
    for known in (path, os.path.realpath(path)):
        candidates = git_dirs.get(known)
        if candidates:
            taken = candidates[0]
            for others in git_dirs.values():
                if taken in others:
                    others.remove(taken)
            return taken
    try:
        content = small_file.read(f"{path}/.git")
    except OSError:
        return None
    pointer = content.removeprefix(b"gitdir:").strip()
    return os.path.normpath(os.path.join(path, os.fsdecode(pointer)))


def _missing(path: str) -> bool:
    """Whether the directory is missing; a file in its place is not the worktree's, and stays."""
    try:
        return not stat.S_ISDIR(os.stat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # there, but not for us: that is not "gone"


def _being_made(git_dir: str) -> bool:
    """Whether `git worktree add` is at work: it locks what it makes, and writes the index last."""
    try:
        began = os.stat(f"{git_dir}/locked").st_mtime
    except OSError:
        return False
    return abs(time.time() - began) < _MAKING and not os.path.lexists(f"{git_dir}/index")


def _assigned_name(git_dir: str) -> str | None:
    try:
        first = small_file.read(f"{git_dir}/{SESSION_FILE}", _NAME_LIMIT)
    except OSError:
        return None
    return text(first.partition(b"\n")[0]).strip() or None


def _touched(git_dir: str) -> float | None:
    for name in ("logs/HEAD", "reftable/tables.list", "HEAD"):
        try:
            return os.stat(f"{git_dir}/{name}").st_mtime
        except OSError:
            continue
    return None


def last_commit(git_dir: str, head: str | None) -> str | None:
    """Subject of the commit a worktree stands at; `None` where it was not made there.

    Args:
        git_dir: Its own git directory.
        head: The commit; `None` where there is none yet.
    """
    if head is None:
        return None
    try:
        log = small_file.read_end(f"{git_dir}/logs/HEAD", _TAIL)
    except OSError:
        return None
    return subject_of(log, head)


def subject_of(log: bytes, head: str) -> str | None:
    """The subject in the latest line of a log that made a commit.

    Args:
        log: The end of the log; its first line may be cut.
        head: The commit.
    """
    wanted = head.encode("ascii", "replace")
    for line in reversed(log.split(b"\n")):
        facts, tab, said = line.partition(b"\t")
        ids = facts.split(b" ", 2)
        if not tab or len(ids) < 2 or ids[1] != wanted:
            continue
        command, _, subject = said.partition(b": ")
        if _makes(command) and subject.strip():
            return text(subject).strip()
    return None


def _makes(command: bytes) -> bool:
    words = command.split(b" ")
    return words[-1] in _STEPS or (words[0] in _ALWAYS and b"--" not in command)
