"""Undo a start that failed: remove only what was made for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle.spawn import BEING_MADE
from parallel_tui.model.session.git_status import StatusKind
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.ports.disk import CarryOver
from parallel_tui.ports.git import GitReader, GitWriter
from parallel_tui.record import dataclass
from parallel_tui.services.spawn.plan import Prepared
from parallel_tui.services.spawn.rollback import InTrash
from parallel_tui.services.trash.discard import Disposal
from parallel_tui.services.trash.toolbox import Tools

SetAside = Callable[[Worktree, str], InTrash]
"""Moves a worktree of a session to the trash, and says how it comes back."""


@dataclass(frozen=True, slots=True)
class FailedStart:
    """Removes the worktree and branch of a failed start.

    Attributes:
        git: Questions to git.
        writer: Commands to git.
        carrying: Knows what came with the session.
        set_aside: Where a worktree goes that holds more than was made.
    """

    git: GitReader
    writer: GitWriter
    carrying: CarryOver
    set_aside: SetAside

    def worktree(self, tree: Worktree, prepared: Prepared) -> InTrash | None:
        """Remove a worktree that is as it was made; move any other to the trash.

        Commands and hooks of the repository ran in it, and anybody may have worked in it: what
        they made is not ours to delete.

        Returns:
            What is kept of it, when it went to the trash.

        Raises:
            RefusedError: When it is none that was made here, or cannot be moved.
        """
        plan = prepared.plan
        if tree.branch != plan.branch and not (tree.locked or "").startswith(BEING_MADE):
            raise RefusedError("somebody else has made another one there")
        if self._as_made(tree, prepared):
            self.writer.remove_worktree(tree, discard=True, locked=True)
            return None
        return self.set_aside(tree, plan.name)

    def _as_made(self, tree: Worktree, prepared: Prepared) -> bool:
        if tree.missing:
            return True
        if (tree.head, tree.branch, tree.operation) != (prepared.tip, prepared.plan.branch, None):
            return False
        untouched = self.carrying.untouched(Path(tree.path), Path(tree.git_dir))
        for entry in self.git.careful_status(tree):
            if entry.kind is not StatusKind.UNTRACKED or not untouched.files(entry.path):
                return False
        ignored = self.git.ignored(tree)
        if not ignored.complete or not all(untouched.files(name) for name in ignored.names):
            return False
        unlisted = self.git.unlisted(tree)
        if unlisted.hidden or unlisted.submodules or unlisted.repositories:
            return False
        return not self.git.unreachable_commits(tree)

    def branch(self, prepared: Prepared) -> None:
        """Delete the branch if it has not moved since it was made and no worktree uses it.

        Raises:
            RefusedError: When it has moved, or is checked out.
        """
        name = prepared.plan.branch
        branch = next((b for b in self.git.branches() if b.remote is None and b.name == name), None)
        if branch is None:
            return
        if branch.oid != prepared.tip:
            raise RefusedError(f"it has commits that were made meanwhile, {branch.oid[:10]} last")
        self.writer.delete_branch(name, prepared.tip)


def to_trash(tools: Tools) -> SetAside:
    """A function that moves a worktree to the trash, taking the guard itself."""

    def take(tree: Worktree, name: str) -> InTrash:
        with tools.guarded():
            if (tree.locked or "").startswith(BEING_MADE):
                Path(tree.git_dir, "locked").unlink(missing_ok=True)
            done = Disposal(tools).take(tree, name, delete_at=None, reason="spawn")
        if done.item is None:
            raise RefusedError("it could not be put into the trash")
        return InTrash(f"what was in {tree.path}", done.item.id)

    return take


def remove_empty(folders: tuple[Path, ...]) -> None:
    """Delete folders that were made for a start, as far as nothing is in them."""
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
