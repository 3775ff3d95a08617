"""Build one tree from a session's work, uncommitted and untracked files included."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.large_files import LARGE, PIECEWISE
from parallel_tui.adapters.git.simulate.merge.history import trees_of
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.adapters.git.simulate.snapshot.contents import Contents, sort
from parallel_tui.adapters.git.simulate.snapshot.index_copy import CannotSnapshotError, copied_index
from parallel_tui.adapters.git.simulate.snapshot.marked_files import Hidden
from parallel_tui.adapters.git.simulate.snapshot.under_way import parents, returns_to, under_way
from parallel_tui.adapters.git.simulate.snapshot.without_index import GivingUpError, Quick
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.session.git_status import StatusEntry, StatusKind
from parallel_tui.model.session.worktree import STILL_WRITTEN, Worktree
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """The work of one session.

    Attributes:
        key: Git directory of its worktree.
        head: Commit it stands at.
        commit: A commit with all its work: `head` itself, or one on top of it in quarantine.
        tree: Tree of that commit.
        head_tree: Tree of `head`.
        dirty: Whether uncommitted work is in it.
        notes: What of it is not judged by its contents, one sentence each.
        limited: Why there is more to come that nobody can see yet, as in the middle of a rebase;
            empty when this is all.
        merging: Whether `commit` is the merge that is under way, and so has what it merges for
            parents as well.
    """

    key: str
    head: str
    commit: str
    tree: str
    head_tree: str
    dirty: bool
    notes: tuple[str, ...] = ()
    limited: str = ""
    merging: bool = False

    @property
    def tip(self) -> str:
        """The commit that heads its history; uncommitted edits count as one more step."""
        return self.commit if self.merging else self.head


def refusal(worktree: Worktree, entries: Sequence[StatusEntry]) -> str | None:
    """Why a worktree's work cannot be written as a tree; `None` when it may be tried."""
    if worktree.bare:
        return "it has no work tree"
    if worktree.missing:
        return f"its directory {worktree.path} is gone"
    if worktree.being_made:
        return STILL_WRITTEN
    if worktree.head is None:
        return "it has no commit yet"
    if any(entry.kind is StatusKind.UNMERGED for entry in entries):
        return "it has unmerged paths"
    return None


def snapshot(
    runner: Runner,
    quarantine: Quarantine,
    worktree: Worktree,
    entries: Sequence[StatusEntry],
    head_tree: str,
    *,
    quick: Quick | None = None,
) -> Work:
    """Write a worktree's work as a commit into quarantine, with edits that no status lists.

    Only paths that differ are hashed, through the filters that `git add` would use (but for LFS,
    whose pointers are written without its program), so the cost follows what changed. Where HEAD's
    tree and the files tell it all, no index is needed (see `quick`); otherwise the worktree's index
    is copied, never written, with three processes at most, four with untracked folders and five
    with content filters. None for clean work.

    Args:
        runner: The gateway to git.
        quarantine: Where new objects go.
        worktree: Whose work.
        entries: Its status.
        head_tree: Tree of its HEAD.
        quick: Remembers between snapshots what they read; one for this snapshot alone by default.

    Raises:
        CannotSnapshotError: When there is no tree to be had: unmerged paths, no commit yet, too
            many files.
        GitError: When git gave no answer, also because a file changed its kind meanwhile.
    """
    reason = refusal(worktree, entries)
    if reason is not None or worktree.head is None:
        raise CannotSnapshotError(reason or "it has no commit yet")
    looks = quick or Quick(runner, quarantine)
    entries = looks.hidden.entries(worktree, entries)
    if (tip := _returns_to(runner, quarantine, worktree)) is not None:
        if entries:
            raise CannotSnapshotError("a bisect is under way, and it has edits beside it")
        tree = trees_of(runner, quarantine, [tip])[tip]
        return Work(worktree.git_dir, tip, tip, tree, tree, dirty=False)
    if not entries:
        looks.clean(worktree)
        return _made(runner, quarantine, worktree, head_tree, head_tree, ())
    try:
        made = looks.snapshot(worktree, entries, head_tree, CannotSnapshotError)
    except GivingUpError:
        made = through_index(runner, quarantine, worktree, entries, looks.hidden)
    return _made(runner, quarantine, worktree, made[0], head_tree, made[1])


def through_index(
    runner: Runner,
    quarantine: Quarantine,
    worktree: Worktree,
    entries: Sequence[StatusEntry],
    hidden: Hidden,
) -> tuple[str, tuple[str, ...]]:
    """The tree of a worktree's work, made with an index, and remarks as for `snapshot`."""
    with copied_index(quarantine, Path(worktree.git_dir) / "index", worktree) as env:
        contents = sort(runner, worktree, entries, env, CannotSnapshotError)
        if unmarked := hidden.unmarked(worktree, contents.paths):
            command = ["update-index", "-z", "--index-info"]
            runner.run([*OPTIONS, *command], worktree=worktree, stdin=unmarked, env=env)
        _stage(runner, quarantine, worktree, contents, env, len(worktree.head or ""))
        # Large files may have gone to a place that was not there before.
        now = {**quarantine.env, "GIT_INDEX_FILE": env["GIT_INDEX_FILE"]}
        tree = runner.run([*OPTIONS, "write-tree"], worktree=worktree, env=now).text.strip()
    return tree, contents.notes


def staged(
    runner: Runner,
    quarantine: Quarantine,
    worktree: Worktree,
    head_tree: str,
    index: Path | None = None,
) -> Work:
    """Write only what is staged in a worktree; two processes.

    Args:
        runner: The gateway to git.
        quarantine: Where new objects go.
        worktree: Whose index.
        head_tree: Tree of its HEAD.
        index: The index to take instead of the worktree's own: inside a pre-commit hook git
            names the one it is about to commit.

    Raises:
        CannotSnapshotError: When there is no commit yet.
        GitError: When git gave no answer, also when paths are unmerged.
    """
    reason = refusal(worktree, ())
    if reason is not None or worktree.head is None:
        raise CannotSnapshotError(reason or "it has no commit yet")
    if index is not None and not index.exists():
        # To git that is an empty one, by which all files are deleted. Nobody means that.
        raise CannotSnapshotError(f"there is no index {index} to take what is staged from")
    source = index or Path(worktree.git_dir) / "index"
    with copied_index(quarantine, source, worktree) as env:
        tree = runner.run([*OPTIONS, "write-tree"], worktree=worktree, env=env).text.strip()
    return _made(runner, quarantine, worktree, tree, head_tree, ())


def _made(
    runner: Runner,
    quarantine: Quarantine,
    worktree: Worktree,
    tree: str,
    head_tree: str,
    notes: tuple[str, ...],
) -> Work:
    """The work with its tree and the commit made of it."""
    head = worktree.head or ""
    try:
        half = under_way(worktree)
        behind = parents(runner, quarantine, worktree, half.merged) if half.merged else (head,)
    except CannotSnapshotError:
        raise
    except CouldNotLookError as error:
        raise CannotSnapshotError(error.message) from error
    # The tree of HEAD is no news, whatever lies there that no commit would hold, but for a merge.
    dirty = tree != head_tree or bool(half.merged)
    commit = quarantine.commit(tree, behind) if dirty else head
    return Work(
        *(worktree.git_dir, head, commit, tree, head_tree),
        dirty=dirty,
        notes=notes,
        limited=half.limited,
        merging=bool(half.merged),
    )


def _returns_to(runner: Runner, quarantine: Quarantine, worktree: Worktree) -> str | None:
    try:
        return returns_to(runner, quarantine, worktree)
    except CouldNotLookError as error:
        raise CannotSnapshotError(error.message) from error


def _stage(
    runner: Runner,
    quarantine: Quarantine,
    worktree: Worktree,
    contents: Contents,
    env: dict[str, str],
    digits: int,
) -> None:
    if contents.paths:
        stdin = b"".join(raw(path) + b"\0" for path in contents.paths)
        command = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"]
        options: tuple[str, ...] = OPTIONS
        room: Mapping[str, str] = env
        if any(_is_large(f"{worktree.path}/{path}") for path in contents.paths):
            options = (*OPTIONS, *PIECEWISE)
            room = {**quarantine.disk_env, "GIT_INDEX_FILE": env["GIT_INDEX_FILE"]}
        runner.run([*options, *command], worktree=worktree, stdin=stdin, env=room)
    if contents.standing or contents.hidden:
        lines = [
            f"{mode} {quarantine.blob(data, digits)}\t".encode() + raw(path) + b"\0"
            for path, mode, data in contents.standing
        ]
        lines += [f"0 {'0' * digits}\t".encode() + raw(path) + b"\0" for path in contents.hidden]
        command = ["update-index", "--add", "--replace", "-z", "--index-info"]
        runner.run([*OPTIONS, *command], worktree=worktree, stdin=b"".join(lines), env=env)


def _is_large(path: str) -> bool:
    try:
        return os.lstat(path).st_size >= LARGE
    except (OSError, ValueError):
        return False
