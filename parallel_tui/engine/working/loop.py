"""Repeats one job on request and at intervals."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.working.crew import Crew
from parallel_tui.engine.working.worker import NEVER, Job, Worker


class Loop:
    """Runs a job repeatedly.

    Asking during a run makes one more run follow: the request is marked clean *before* the job
    reads, so that what changes meanwhile is looked at again.

    Args:
        name: Of the job, and the token in the ledger.
        job: Does the work and returns after how many seconds to do it unasked; `None` for never.
        ledger: Told while a request is open.
        failed: Told this loop's name and an error that the job did not expect; the job is then
            tried again, each time after a longer pause. Told `None` when it works again.
        crew: The threads that do it; by default its own.
    """

    def __init__(
        self,
        name: str,
        job: Callable[[], float | None],
        ledger: Ledger,
        failed: Callable[[str, Exception | None], None],
        crew: Crew | None = None,
    ) -> None:
        self._name = name
        self._job = job
        self._ledger = ledger
        self._asked = False
        self._hurried = False
        self._due: float | None = None
        self._not_before = self._rests_since = 0.0
        told = partial(failed, name)
        self._worker = Worker(name, self._pick, told, self._ended, crew=crew)
        self.hold = self._worker.hold
        self.join = self._worker.join

    def start(self) -> None:
        """Begin; the job runs when it is requested."""
        self._worker.start()

    @property
    def held(self) -> bool:
        """Whether runs are paused; see `hold`."""
        return self._worker.held

    def ask(self) -> None:
        """Request a run that begins after this call; never blocks."""
        with self._worker.changed:
            if self._worker.stopped:
                return
            self._asked = True
            self._ledger.add(self._name)
            self._worker.changed.notify_all()

    def ask_soon(self, seconds: float) -> None:
        """Request a run, and shorten the rest before it.

        Args:
            seconds: The longest rest; a shorter one stays as it is.
        """
        with self._worker.changed:
            self._not_before = min(self._not_before, self._rests_since + seconds)
            self.ask()

    def within(self, seconds: float) -> None:
        """Bring the next scheduled run forward."""
        with self._worker.changed:
            due = time.monotonic() + seconds
            if self._due is None or due < self._due:
                self._due = due
                self._worker.changed.notify_all()

    def rest(self, seconds: float) -> None:
        """Start no run for some seconds, requested or not, unless hurried."""
        with self._worker.changed:
            self._rests_since = time.monotonic()
            self._not_before = self._rests_since + seconds

    def hurry(self) -> None:
        """Run the requested job at once, because a caller waits for it."""
        with self._worker.changed:
            self._hurried = self._asked
            self._worker.changed.notify_all()

    def stop(self) -> None:
        """Start no further run."""
        self._worker.stop()
        self._ledger.drop(self._name)

    def _pick(self, now: float) -> Job | float:
        wait = NEVER if self._due is None else self._due - now
        if self._asked:
            wait = 0.0
        if wait != NEVER and not self._hurried:
            wait = max(wait, self._not_before - now)
        if wait > 0:
            return wait
        self._asked = self._hurried = False
        self._due = None
        return self._job

    def _ended(self, pause: float | None) -> None:
        with self._worker.changed:
            if pause is not None:
                self.within(pause)
            if not self._asked:
                self._ledger.drop(self._name)
