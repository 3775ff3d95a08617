"""Wait for what nobody tells of: look again and again, with growing pauses, until a deadline.

There is no event for a lock that becomes free, a file that goes or a program that ends. They are
looked for soon at first, for most waits are short, and more seldom later, so that a long one costs
nothing. A wait keeps nothing and holds nothing back: Ctrl+C ends it at once.
"""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final, TypeVar

    Answer = TypeVar("Answer")

FIRST_PAUSE: Final = 0.0005
LONGEST_PAUSE: Final = 0.02
"""Seconds between two looks that cost next to nothing."""


class Patience:
    """A deadline, and the growing pauses between two looks.

    Args:
        seconds: How long to wait in all.
        first: Length of the first pause.
        longest: Length that no pause exceeds.
    """

    def __init__(
        self, seconds: float, *, first: float = LONGEST_PAUSE, longest: float = LONGEST_PAUSE
    ) -> None:
        self._deadline = time.monotonic() + seconds
        self._pause = first
        self._longest = longest

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return time.monotonic() >= self._deadline

    def rest(self) -> None:
        """Pause before the next look, never beyond the deadline."""
        time.sleep(min(self._pause, max(0.0, self._deadline - time.monotonic())))
        self._pause = min(self._pause * 1.5, self._longest)


def ask_until(
    ask: Callable[[], Answer], enough: Callable[[Answer], bool], *, seconds: float
) -> Answer:
    """Ask until an answer is good enough or time is up; returns the last answer.

    Args:
        ask: The question. It is asked at least once, and once more when the time is over.
        enough: Whether an answer ends the wait.
        seconds: The longest wait; with 0 it is asked once.
    """
    patience = Patience(seconds, first=FIRST_PAUSE)
    while not enough(answer := ask()):
        if patience.over:
            return answer
        patience.rest()
    return answer
