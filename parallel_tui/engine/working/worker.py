"""Workers of the engine: take what is due, do it, repeat; in threads that are there when needed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from parallel_tui.engine.retry import Backoff
from parallel_tui.engine.working.crew import Crew

NEVER: Final = float("inf")
"""Seconds to wait when nothing is due until somebody asks."""

Job = Callable[[], float | None]
"""Does something; returns after how many seconds to do it again, `None` for when it is asked."""


class Changed:
    """The lock of what a worker looks at; whoever changes that, tells so while holding it.

    Args:
        tell: Has the worker look.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._lock = threading.RLock()
        self.notify = self.notify_all = tell

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Worker:
    """Takes jobs from one source until it is stopped.

    A job that raises is told and is to be done again after a pause that grows with each further
    failure (`retry`).

    Args:
        name: Of what it does.
        pick: Called under the lock with the time, seconds of the steady clock: takes a job that
            is due and marks it clean, or tells for how many seconds there is none.
        failed: Told an error that a job did not expect; told `None` when a job works again.
        ended: Told at the end of each job after how many seconds to do it again.
        threads: How many jobs at once.
        crew: The threads; by default its own.

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
        crew: Crew | None = None,
    ) -> None:
        self._name = f"pdev-{name}"
        self._pick = pick
        self._failed = failed
        self._ended = ended
        self._most = threads
        self._crew = crew or Crew()
        self._running = 0
        self._still = threading.Event()
        self._still.set()
        self._held = False
        self._backoff = Backoff()
        self._broken = False
        self.changed = Changed(lambda: self._crew.ask(self))
        self.stopped = False

    def start(self) -> None:
        """Begin.

        Raises:
            RuntimeError: When the system gives no thread.
        """
        self._crew.enter(self)

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

    def join(self, timeout: float) -> None:
        """Wait until no job runs any more, for a number of seconds at most."""
        deadline = time.monotonic() + timeout
        self._still.wait(timeout)
        self._crew.leave(self, max(0.0, deadline - time.monotonic()))

    def work(self) -> None:
        """Do what is due, one job after another; see `Crewed.work`."""
        while (job := self._next()) is not None:
            self._do(job)

    def _next(self) -> Job | None:
        """Take a job that is due; `None` when there is none, or enough of them run."""
        with self.changed:
            if self.stopped or self._held or self._running >= self._most:
                return None
            now = time.monotonic()
            found = self._pick(now)
            if isinstance(found, int | float):
                if found != NEVER:
                    self._crew.at(self, now + max(0.0, found))
                return None
            self._running += 1
            self._still.clear()
            if self._running < self._most:
                self._crew.ask(self)  # there may be another one
            return found

    def _do(self, job: Job) -> None:
        threading.current_thread().name = self._name
        failure: Exception | None = None
        pause: float | None = None
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
        try:
            if told:
                self._failed(failure)
            self._ended(pause)
        finally:
            with self.changed:
                self._running -= 1
                if not self._running:
                    self._still.set()
