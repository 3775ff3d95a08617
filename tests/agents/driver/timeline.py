"""Writes down which values something had, and when each began."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PACE = 0.003  # seconds between two looks


@dataclass(frozen=True)
class Moment(Generic[T]):
    """A value, and when it was seen first.

    Attributes:
        at: Seconds since 1970.
        value: What was seen.
    """

    at: float
    value: T


class Timeline(Generic[T]):
    """The values of something, each once while it stays.

    Args:
        probe: Looks; quickly, for it is asked all the time.
    """

    def __init__(self, probe: Callable[[], T]) -> None:
        self._probe = probe
        self.moments: list[Moment[T]] = [Moment(time.time(), probe())]

    @property
    def values(self) -> list[T]:
        """The values alone, in order."""
        return [each.value for each in self.moments]

    def after(self, at: float, value: T) -> float | None:
        """When a value began that was not there before a time; `None` for not yet."""
        found = [each.at for each in self.moments if each.value == value and each.at >= at]
        return found[0] if found else None

    def look(self) -> None:
        """Look once."""
        value = self._probe()
        if value != self.moments[-1].value:
            self.moments.append(Moment(time.time(), value))


@contextmanager
def timeline(probe: Callable[[], T]) -> Iterator[Timeline[T]]:
    """Keep looking until the block ends, and once more then."""
    made = Timeline(probe)
    stop = threading.Event()

    def keep_looking() -> None:
        while not stop.wait(PACE):
            made.look()

    thread = threading.Thread(target=keep_looking, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        stop.set()
        thread.join()
        made.look()
