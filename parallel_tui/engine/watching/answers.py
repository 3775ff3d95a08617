"""Wait for the watching child to confirm that it has reported everything so far."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from parallel_tui.engine.retry import GIVE_UP

Send = Callable[[dict[str, object]], bool]
"""Sends a message to the child; whether it could be."""


class Answers:
    """Asks the child for a confirmation after everything it has reported. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[int, threading.Event] = {}
        self._number = 0
        self._pinged: tuple[int, float] | None = None

    def wait(self, send: Send, timeout: float) -> bool:
        """Ask, and wait for the answer; returns whether it came in time or the child has ended."""
        number, done = self._next()
        if not send({"sync": number}):
            self.arrived(number)
            return False
        return done.wait(timeout)

    def arrived(self, number: int) -> None:
        """Record an answer."""
        with self._lock:
            done = self._open.pop(number, None)
        if done is not None:
            done.set()

    def ping(self, send: Send) -> bool:
        """Ask without waiting, once the last ping was answered; returns whether one is overdue."""
        now = time.monotonic()
        with self._lock:
            pinged = self._pinged
            waiting = pinged is not None and pinged[0] in self._open
        if pinged is None or not waiting:
            number, _ = self._next()
            with self._lock:
                self._pinged = (number, now)
            send({"sync": number})
            return False
        return now - pinged[1] >= GIVE_UP

    def start_anew(self) -> None:
        """Start over with a new child that was asked nothing yet."""
        with self._lock:
            self._pinged = None

    def give_up(self) -> None:
        """Release all waiters, because the child has ended."""
        with self._lock:
            waiting, self._open = list(self._open.values()), {}
        for done in waiting:
            done.set()

    def _next(self) -> tuple[int, threading.Event]:
        with self._lock:
            self._number += 1
            done = self._open[self._number] = threading.Event()
            return self._number, done
