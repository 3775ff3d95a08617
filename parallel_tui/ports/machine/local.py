"""Ports for this machine: what sessions use of it, and what they are given.

A program's port is called *number* here wherever it could be taken for one of these.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from parallel_tui.model.machine.load import Machine
    from parallel_tui.model.machine.ports import PortGrant
    from parallel_tui.model.machine.usage import ProcessUse


class GrantLedger(Protocol):
    """All that was given to sessions on this machine, of every repository of this user."""

    def all(self) -> tuple[PortGrant, ...]:
        """Every grant, those of sessions that are gone too, the oldest first.

        Raises:
            CouldNotLookError: When the ledger cannot be read; nobody is given anything then.
        """
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Hold the guard under which it is changed; it ends with the process.

        Raises:
            RefusedError: When somebody else holds it for long.
            OSError: When it cannot be made.
        """
        ...

    def replace(self, grants: Sequence[PortGrant]) -> None:
        """Write it anew, whole or not at all; the caller holds the guard.

        Raises:
            OSError: When it cannot be written; the old one stays then.
        """
        ...

    def holds(self, grant: PortGrant) -> bool:
        """Whether the session that a grant was made to is still there."""
        ...

    def in_use(self, number: int) -> bool:
        """Whether a program of this machine has a port, whosever it is."""
        ...


class OwnFiles(Protocol):
    """Files of ours in worktrees."""

    def put(self, root: Path, git_dir: Path, name: str, data: bytes) -> bool:
        """Write a file of ours into a worktree, and record it beside those that were carried over.

        Args:
            root: The worktree.
            git_dir: Its own git directory.
            name: Where, relative to the worktree.
            data: Its contents.

        Returns:
            Whether it stands there; `False` when somebody else's does, or ours was changed.

        Raises:
            OSError: When it cannot be written.
            UnusableFileError: When what is there cannot be read.
        """
        ...

    def take_away(self, root: Path, git_dir: Path, name: str) -> bool:
        """Delete a file that `put` wrote, if nobody has changed it since; whether it was deleted.

        Raises:
            OSError: When it cannot be deleted.
        """
        ...


class LocalMachine(Protocol):
    """Looks at this machine, and at the processes of sessions."""

    def now(self) -> Machine | None:
        """Load and memory; `None` where the system does not tell."""
        ...

    def uses(self, roots: Mapping[str, Collection[int]]) -> tuple[ProcessUse, ...]:
        """Every process at or below the first processes of windows, in one pass.

        Args:
            roots: First process ids by window.

        Returns:
            What each uses since the call before; since it began, at the first.
        """
        ...

    def tell(self, pid: int, started: str, *, kill: bool) -> bool:
        """Tell a process to end, if it is still the one that is meant.

        Args:
            pid: Its id.
            started: When it began, as `ProcessUse` has it.
            kill: Whether to end it without asking it.

        Returns:
            Whether it was there.

        Raises:
            RefusedError: When it may not be told.
        """
        ...

    def ended(self, pid: int, started: str, *, within: float) -> bool:
        """Whether a process has ended, or does within so many seconds."""
        ...

    def above_us(self) -> frozenset[int]:
        """This process and all that it runs below."""
        ...
