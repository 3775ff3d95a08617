"""A session's work as one tree, uncommitted and untracked files included."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parallel_tui.adapters.git.overlap.quarantine import OPTIONS, Quarantine
from parallel_tui.adapters.git.runner import Runner
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.status import ChangeKind, StatusEntry
from parallel_tui.model.worktree import Worktree


class CannotSnapshotError(CouldNotLookError):
    """This work cannot be written as a tree; the reason stands in the message."""

    title = "No snapshot"


@dataclass(frozen=True, slots=True)
class Work:
    """One session's work.

    Attributes:
        key: Git directory of its worktree.
        head: Commit it stands at.
        commit: A commit with all its work: `head` itself, or one on top of it in quarantine.
        tree: Tree of that commit.
        head_tree: Tree of `head`.
        dirty: Whether uncommitted work is in it.
    """

    key: str
    head: str
    commit: str
    tree: str
    head_tree: str
    dirty: bool


def snapshot(
    runner: Runner, quarantine: Quarantine, worktree: Worktree, entries: Sequence[StatusEntry]
) -> Work:
    """Write a worktree's work as a commit into quarantine.

    Only paths that differ are hashed, so the cost follows what changed. The worktree's index is
    copied, never written.

    Args:
        runner: The gateway to git.
        quarantine: Where new objects go.
        worktree: Whose work.
        entries: Its status.

    Raises:
        CannotSnapshotError: When paths are unmerged, or there is no commit yet.
        GitError: When git gave no answer.
    """
    if worktree.head is None:
        raise CannotSnapshotError("it has no commit yet")
    if any(entry.kind is ChangeKind.UNMERGED for entry in entries):
        raise CannotSnapshotError("it has unmerged paths")
    if not entries:
        head_tree = tree_of(runner, worktree.head)
        head = worktree.head
        return Work(worktree.git_dir, head, head, head_tree, head_tree, dirty=False)
    index = quarantine.path / f"index-{abs(hash(worktree.git_dir)):x}"
    source = Path(worktree.git_dir) / "index"
    env = {**quarantine.env, "GIT_INDEX_FILE": str(index)}
    try:
        if source.exists():
            shutil.copyfile(source, index)
        paths = [path for entry in entries for path in _paths(entry)]
        stdin = b"".join(_encoded(path) + b"\0" for path in paths)
        command = ["update-index", "--add", "--remove", "-z", "--stdin"]
        folders = [path for path in paths if path.endswith("/")]
        if folders:  # untracked folders: only `add` knows how to walk them, ignore rules included
            specs = b"".join(_encoded(path) + b"\0" for path in folders)
            add = ["add", "-A", "--pathspec-from-file=-", "--pathspec-file-nul"]
            runner.run([*OPTIONS, *add], worktree=worktree, stdin=specs, env=env)
            stdin = b"".join(_encoded(path) + b"\0" for path in paths if path not in folders)
        if stdin:
            runner.run([*OPTIONS, *command], worktree=worktree, stdin=stdin, env=env)
        tree = runner.run([*OPTIONS, "write-tree"], worktree=worktree, env=env).text.strip()
    finally:
        index.unlink(missing_ok=True)
        index.with_name(index.name + ".lock").unlink(missing_ok=True)
    commit = quarantine.commit(tree, (worktree.head,))
    head_tree = tree_of(runner, worktree.head)
    return Work(worktree.git_dir, worktree.head, commit, tree, head_tree, dirty=True)


def _paths(entry: StatusEntry) -> tuple[str, ...]:
    return (entry.path,) if entry.origin is None else (entry.path, entry.origin)


def _encoded(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def tree_of(runner: Runner, commit: str) -> str:
    """Object id of a commit's tree."""
    return runner.run(["rev-parse", "--verify", f"{commit}^{{tree}}"]).text.strip()
