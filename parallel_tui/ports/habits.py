"""Where the dashboard keeps how somebody likes to see it."""

from __future__ import annotations

from typing import Protocol

from parallel_tui.model.view.habits import Habits


class KeptHabits(Protocol):
    """Habits of one user, for all repositories."""

    def read(self) -> Habits:
        """What was kept last; nothing where there is none, or it cannot be read."""
        ...

    def keep(self, habits: Habits) -> None:
        """Keep habits.

        Raises:
            OSError: When they cannot be written.
        """
        ...
