"""Port for recovering interrupted branch moves with git."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sync.cut_off import Move, Seen


class CutOffLook(Protocol):
    """Inspects interrupted moves. Changes nothing."""

    def result(self, move: Move, tip: str | None) -> tuple[str, str] | None:
        """Where git started from and where it brought the branch; `None` if it did not get there.

        What a person committed on top since counts for nothing, and one that came between our look
        and git's start is where it started.

        Args:
            move: What was under way.
            tip: Where the branch stands.
        """
        ...

    def is_ours(self, tree: Worktree, move: Move, tip: str | None) -> bool:
        """Whether the operation in a worktree is this move; true without an operation.

        Notes that git had not written yet speak for nobody else.
        """
        ...

    def taken_over(self, tree: Worktree, move: Move) -> bool:
        """Whether a person continued the rebase with a commit of their own."""
        ...

    def look(self, tree: Worktree, move: Move) -> Seen:
        """Files that git changed on the way, and whether somebody edited any of them since.

        Raises:
            GitError: When it cannot be told.
        """
        ...

    def tip(self, branch: str) -> str | None:
        """The commit of a branch; `None` without the branch."""
        ...

    def tip_of(self, ref: str) -> str | None:
        """The commit of a reference; `None` without the reference."""
        ...


class CutOffEnd(Protocol):
    """Finishes interrupted moves, or restores the worktree."""

    def unlock(self, tree: Worktree | None, move: Move) -> None:
        """Delete the lock files that the killed git left.

        Args:
            tree: The worktree; `None` where none has the branch.
            move: What was under way.

        Raises:
            RefusedError: When one may be somebody else's.
        """
        ...

    def finish(self, tree: Worktree, move: Move, result: str) -> None:
        """Delete git's state of a finished move, and point HEAD at its branch."""
        ...

    def give_back(self, tree: Worktree, move: Move, seen: Seen, original: str | None) -> None:
        """Restore files, index and HEAD. May be repeated after a kill.

        Args:
            tree: As just listed.
            move: What was under way; its branch stands where it stood.
            seen: What is git's work.
            original: What ORIG_HEAD was; empty for none, `None` when nobody looked.

        Raises:
            GitError: When git fails at it.
        """
        ...


class RunningGit(Protocol):
    """Waits for git commands that outlived the program which started them."""

    def wait_for_git(
        self, *directories: str, idle: Sequence[str] = (), seconds: float | None = None
    ) -> None:
        """Wait until no git command runs in some directories, or creates a worktree there.

        Args:
            directories: Where nothing may be restored beneath a working git.
            idle: Directories, such as git's own, where only commands count whose pdev is gone.
            seconds: Longest wait; `PATIENCE` by default.

        Raises:
            CouldNotLookError: When one still runs after that time.
        """
        ...
