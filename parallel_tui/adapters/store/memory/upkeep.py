"""Upkeep of the in-memory store, which needs none."""

from __future__ import annotations

from collections.abc import Iterable

from parallel_tui.errors import UsageError
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.coordination import (
    Problem,
)
from parallel_tui.ports.store import Adopted


class MemoryUpkeep:
    """Upkeep of a store without files: nothing to repair, and nothing left over."""

    journal_path = ""

    def repair(self, name: str) -> str:
        """Nothing here needs repair.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{name!r} is not a file that needs repair")

    def strays(self, worktrees: Iterable[Worktree]) -> tuple[Problem, ...]:
        """None."""
        return ()

    def adopt(self, worktree: Worktree) -> Adopted | None:
        """Nothing."""
        return None

    def ended_waiters(self) -> int:
        """None."""
        return 0

    def unreadable_lines(self) -> int:
        """None."""
        return 0
