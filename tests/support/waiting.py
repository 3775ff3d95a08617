"""How long a test waits: for a condition, and on a busy machine longer.

This is the one place that says so. A wait that ends well costs nothing however long it might have
lasted, so nothing here is short. What the engine does is awaited through `Engine.wait_idle` and
`Engine.wait_seen`, with `PATIENCE`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

_QUIET: Final = 60.0  # seconds on a machine that does nothing else
_MOST: Final = 4.0  # times as long on a machine as busy as can be

PATIENCE: Final = _QUIET * _MOST
"""Seconds after which no wait goes on; for calls that want a number. Less than half of what
pytest-timeout gives a whole test, so that a test that fails says what it waited for."""


def patience() -> float:
    """Seconds to wait for a condition as busy as this machine is now; at most `PATIENCE`."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    return _QUIET * min(max(load, 1.0), _MOST)


class Deadline:
    """The end of a wait that begins now.

    Args:
        within: Seconds, for a look that somebody repeats; `None` for as long as is patient.
    """

    def __init__(self, within: float | None = None) -> None:
        self._began = time.monotonic()
        self._within = within

    def __bool__(self) -> bool:
        """Whether it is past. The machine is asked again each time: it may be busy only now."""
        waited = time.monotonic() - self._began
        return waited > (patience() if self._within is None else self._within)

    @property
    def waited(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began


def eventually(probe: Callable[[], T], *, within: float | None = None, what: str = "") -> T:
    """Probe until the answer is truthy and return it.

    Only for what another program does: a shell that starts, tmux that draws.

    Args:
        probe: Asked again and again.
        within: See `Deadline`.
        what: For the failure's message.

    Raises:
        AssertionError: When the answer never was.
    """
    late = Deadline(within)
    pause = 0.01
    while True:
        answer = probe()
        if answer:
            return answer
        if late:
            raise AssertionError(
                f"still not after {late.waited:.0f} s: {what or probe} (got {answer!r})"
            )
        time.sleep(pause)
        pause = min(pause * 1.5, 0.2)
