"""The command that only a dashboard of several repositories has."""

from __future__ import annotations

from typing import Any, Final, Protocol

from parallel_tui.ui.command import VIEW, Command
from parallel_tui.ui.keys import FOLD


class Folds(Protocol):
    """A screen whose groups can be folded."""

    def fold(self) -> None:
        """Fold the group under the cursor, or unfold it."""
        ...


class FoldCommands:
    """Folds groups.

    Args:
        screen: The screen.
    """

    def __init__(self, screen: Folds) -> None:
        self.screen = screen


COMMAND: Final[Command[Any]] = Command(
    FOLD,
    "space",
    "Fold",
    "Fold the repository's sessions below its heading, or show them again.",
    VIEW,
    FoldCommands,
    lambda here, _: here.screen.fold(),
    places=("sessions",),
)
