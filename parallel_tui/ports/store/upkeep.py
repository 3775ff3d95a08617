"""Port for maintaining a store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.coordination import (
    Problem,
)
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Adopted:
    """Result of setting a worktree's private copies of shared files aside.

    Attributes:
        names: What was set aside.
        kept: Where it is now.
        events: How many events of it were shared.
    """

    names: tuple[str, ...]
    kept: str
    events: int


class Upkeep(Protocol):
    """Maintains a store. A store that needs no upkeep returns nothing."""

    def repair(self, name: str) -> str:
        """Set unusable data aside and start anew; returns its new place.

        Raises:
            UsageError: When the name is none of the store's, or can be used.
        """
        ...

    def strays(self, worktrees: Iterable[Worktree]) -> tuple[Problem, ...]:
        """Private copies of shared data in worktrees, where no other session sees them."""
        ...

    def adopt(self, worktree: Worktree) -> Adopted | None:
        """Share the events of a worktree's private copies, and set the copies aside.

        Nothing is deleted, and no lock or state is taken over: who holds what is for the store to
        say. `None` when the worktree keeps nothing.

        Raises:
            RefusedError: When they cannot be moved.
        """
        ...

    def ended_waiters(self) -> int:
        """Number of ended commands still listed as waiting for locks."""
        ...

    def unreadable_lines(self) -> int:
        """Number of unreadable lines in the journal.

        Raises:
            CouldNotLookError: When the journal itself cannot be read.
        """
        ...

    @property
    def journal_path(self) -> str:
        """Path of the journal, for messages."""
        ...
