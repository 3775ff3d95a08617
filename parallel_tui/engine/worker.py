"""Worker threads of the engine: wait, take what is due, do it, repeat."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from parallel_tui.engine.retry import Backoff

NEVER: Final = float("inf")
"""Seconds to wait when nothing is due until somebody asks."""

Job = Callable[[], float | None]
"""Does something; returns after how many seconds to do it again, `None` for when it is asked."""


class Worker:
    """Threads that take jobs from one source until they are stopped.

    A job that raises is told and does not end its thread; it is to be done again after a pause
    that grows with each further failure (`retry`).

    Args:
        name: Of the threads.
        pick: Called under the lock with the time, seconds of the steady clock: takes a job that
            is due and marks it clean, or tells for how many seconds there is none.
        failed: Told an error that a job did not expect; told `None` when a job works again.
        ended: Told at the end of each job after how many seconds to do it again.
        threads: How many.

    Attributes:
        changed: The lock of whatever `pick` looks at; notified when that has changed.
        stopped: Whether no further job is begun, ever.
    """

    def __init__(
        self,
        name: str,
        pick: Callable[[float], Job | float],
        failed: Callable[[Exception | None], None],
        ended: Callable[[float | None], None],
        *,
        threads: int = 1,
    ) -> None:
        self._pick = pick
        self._failed = failed
        self._ended = ended
        self._held = False
        self._backoff = Backoff()
        self._broken = False
        self.changed = threading.Condition()
        self.stopped = False
        names = [name] if threads == 1 else [f"{name}-{number}" for number in range(threads)]
        self._threads = [
            threading.Thread(target=self._run, name=f"pdev-{each}", daemon=True) for each in names
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def hold(self, held: bool) -> None:
        """Start no further job until this is called with `False`."""
        with self.changed:
            self._held = held
            self.changed.notify_all()

    @property
    def held(self) -> bool:
        """Whether jobs are paused."""
        return self._held

    def stop(self) -> None:
        """Start no further job, ever."""
        with self.changed:
            self.stopped = True
            self.changed.notify_all()

    def join(self, timeout: float) -> None:
        """Wait until the threads have ended, for a number of seconds at most."""
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - time.monotonic()))

    def _next(self) -> Job | None:
        """Wait for a job that is due; `None` at the end."""
        with self.changed:
            while not self.stopped:
                found: Job | float = NEVER if self._held else self._pick(time.monotonic())
                if not isinstance(found, int | float):
                    return found
                self.changed.wait(None if found == NEVER else max(0.0, found))
        return None

    def _run(self) -> None:
        while (job := self._next()) is not None:
            failure: Exception | None = None
            try:
                pause = job()
            except Exception as error:  # a thread that ended would be missed by no one
                failure = error
            with self.changed:
                told = failure is not None or self._broken
                self._broken = failure is not None
                if failure is None:
                    self._backoff.well(time.monotonic())
                else:
                    pause = self._backoff.failed(time.monotonic())
            if told:
                self._failed(failure)
            self._ended(pause)
