"""Detect that the machine slept or that its clock was set."""

from __future__ import annotations

import time
from typing import Final

_JUMP: Final = 5.0
"""Seconds by which two clocks may go apart between two looks; more is a sleep or a setting."""


class ClockJumps:
    """Compares the wall clock with the monotonic clock."""

    def __init__(self) -> None:
        self._apart = time.time() - time.monotonic()

    def happened(self) -> bool:
        """Whether the two clocks drifted apart since the last call."""
        apart = time.time() - time.monotonic()
        before, self._apart = self._apart, apart
        return abs(apart - before) > _JUMP
