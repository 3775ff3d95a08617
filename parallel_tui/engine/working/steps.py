"""Moments at which all live views look unasked, so that what they find is drawn once."""

from __future__ import annotations

import time


def until_step(seconds: float) -> float:
    """Seconds until about a time from now that is the same for all who ask.

    Args:
        seconds: How long it is to be; it will be half as much more or less.
    """
    wait = -time.monotonic() % seconds
    return wait if wait >= seconds / 2 else wait + seconds


def step(moment: float, seconds: float) -> int:
    """The number of the step that a moment of the steady clock is in."""
    return int(moment // seconds)
