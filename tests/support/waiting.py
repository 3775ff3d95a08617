"""Waiting for a condition of a neighbour that has no event to wait for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(probe: Callable[[], T], *, within: float = 20.0, what: str = "") -> T:
    """Probe until the answer is truthy and return it.

    Only for what another program does (a shell that starts, tmux that draws). What the engine
    does is awaited through `Engine.wait_idle` and `Engine.wait_seen`.

    Args:
        probe: Asked again and again.
        within: Seconds until this fails the test; generous, since machines are busy.
        what: For the failure's message.
    """
    deadline = time.monotonic() + within
    pause = 0.01
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(
                f"still not after {within:.0f} s: {what or probe} (got {answer!r})"
            )
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)
