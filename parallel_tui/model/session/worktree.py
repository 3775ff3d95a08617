"""A git worktree: path, branch and condition, without its uncommitted changes."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

STILL_WRITTEN: Final = "git is still writing its files"
"""Why nothing is known of the work in a worktree that is being made."""


class OperationKind(StrEnum):
    """A git command that stopped midway and waits for the user."""

    REBASE = "rebase"
    AM = "am"
    MERGE = "merge"
    CHERRY_PICK = "cherry-pick"
    REVERT = "revert"
    BISECT = "bisect"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation in progress.

    Attributes:
        kind: Which one.
        branch: Short name of the branch it will return to. While a rebase runs
            `git worktree list` calls the worktree detached; the branch stands only here.
        step: Current step, counted from 1, where git records it.
        total: Number of steps, where git records it.
    """

    kind: OperationKind
    branch: str | None = None
    step: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Worktree:
    """One entry of `git worktree list`.

    Attributes:
        path: Absolute path, as git lists it (undecodable bytes as surrogate escapes).
        git_dir: Absolute path of its own git directory; its identity, for a path can be moved.
        head: Commit it stands at; `None` while the branch has no commit yet, and when bare.
        branch: Short name of the branch checked out; `None` when detached or bare.
        is_main: Whether it is the first entry; never removed.
        bare: Whether it has no work tree.
        locked: Reason given to `git worktree lock` (may be empty); `None` when not locked.
        prunable: Why `git worktree prune` would drop it; `None` when it would not.
        missing: Whether its directory is gone.
        operation: What is half done in it.
        assigned_name: The session name recorded when pdev made it, in its own git directory.
        touched: When its HEAD last moved, in epoch seconds, where that is recorded.
        subject: First line of the message of the commit it stands at; `None` where that commit was
            not made in it, or nothing tells.
        being_made: Whether git is still writing its files for the first time: what it says of them
            meanwhile, as that all are deleted, is about to change.
    """

    path: str
    git_dir: str
    head: str | None
    branch: str | None
    is_main: bool = False
    bare: bool = False
    locked: str | None = None
    prunable: str | None = None
    missing: bool = False
    operation: Operation | None = None
    assigned_name: str | None = None
    touched: float | None = None
    subject: str | None = None
    being_made: bool = False

    @property
    def detached(self) -> bool:
        """Whether HEAD names a commit rather than a branch."""
        return not self.bare and self.branch is None

    @property
    def own_branch(self) -> str | None:
        """The branch this worktree works on, also while an operation has it detached."""
        if self.branch is not None:
            return self.branch
        return self.operation.branch if self.operation else None
