"""Whether the user looks at our terminal."""

from __future__ import annotations

from typing import Final

RECENT: Final = 60.0
"""Seconds for which a key proves that somebody looks."""


class TerminalFocus:
    """What is known of the focus.

    Not every terminal tells of it, and tmux passes it on only with `focus-events on`. So nothing
    is taken for sure but what was seen: a terminal that said it has the focus has it until it says
    otherwise; where none ever said anything, a key that was just pressed shows it. A notification
    too many disturbs less than one that is missing.

    Args:
        at: When the program was started, by a person who looked; by a clock that is never set back.
    """

    def __init__(self, at: float) -> None:
        self._typed = at
        self._told: bool | None = None

    def told(self, focused: bool) -> None:
        """The terminal said that it got or lost the focus."""
        self._told = focused
        if not focused:
            self._typed = float("-inf")

    def typed(self, at: float) -> None:
        """A key or a button was pressed."""
        self._typed = at
        if self._told is not None:
            self._told = True

    def watched(self, at: float) -> bool:
        """Whether somebody looks."""
        return self._told or (self._told is None and at - self._typed < RECENT)
