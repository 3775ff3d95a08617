"""Poll for what another process does, with a time limit.

There is no event for a lock that becomes free or a file that goes, so these are asked for again and
again: soon at first, for most waits are short, and more seldom later, so that a long one costs
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
"""Seconds between two questions: doubled from the first to the longest."""


def ask_until(
    ask: Callable[[], Answer], enough: Callable[[Answer], bool], *, seconds: float
) -> Answer:
    """Ask until an answer is good enough or time is up; returns the last answer.

    Args:
        ask: The question. It is asked at least once, and once more when the time is over.
        enough: Whether an answer ends the wait.
        seconds: The longest wait; with 0 it is asked once.
    """
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while not enough(answer := ask()):
        left = deadline - time.monotonic()
        if left <= 0:
            return answer
        time.sleep(min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE)
    return answer
