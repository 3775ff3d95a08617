"""Poll with growing pauses until a deadline."""

from __future__ import annotations

import time


class Patience:
    """A deadline, and the growing pauses between two polls.

    Args:
        seconds: How long to wait in all.
        first: Length of the first pause.
        longest: Length that no pause exceeds.
    """

    def __init__(self, seconds: float, *, first: float = 0.02, longest: float = 0.02) -> None:
        self._deadline = time.monotonic() + seconds
        self._pause = first
        self._longest = longest

    @property
    def over(self) -> bool:
        """Whether the deadline has passed."""
        return time.monotonic() >= self._deadline

    def rest(self) -> None:
        """Pause before the next poll, never beyond the deadline."""
        time.sleep(min(self._pause, max(0.0, self._deadline - time.monotonic())))
        self._pause = min(self._pause * 1.5, self._longest)
