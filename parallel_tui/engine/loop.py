"""One thread that does one job whenever it is asked to, and from time to time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.retry import Backoff


class Loop:
    """Runs a job again and again.

    Asking during a run makes one more run follow: the request is marked clean *before* the job
    reads, so that what changes meanwhile is looked at again.

    Args:
        name: For the thread, and the token in the ledger.
        job: Does the work and returns after how many seconds to do it unasked; `None` for never.
        ledger: Told while a request is open.
        failed: Told this loop's name and an error that the job did not expect; the job is then
            tried again, each time after a longer pause. Told `None` when it works again.
    """

    def __init__(
        self,
        name: str,
        job: Callable[[], float | None],
        ledger: Ledger,
        failed: Callable[[str, Exception | None], None],
    ) -> None:
        self._name = name
        self._job = job
        self._ledger = ledger
        self._failed = failed
        self._changed = threading.Condition()
        self._asked = False
        self._held = False
        self._stopped = False
        self._due: float | None = None
        self._backoff = Backoff()
        self._broken = False
        self._thread = threading.Thread(target=self._run, name=f"pdev-{name}", daemon=True)

    def start(self, *, asked: bool = True) -> None:
        """Begin, by default with a first run at once."""
        if asked:
            self.ask()
        self._thread.start()

    def ask(self) -> None:
        """Ask for a run that begins after this call; never blocks."""
        with self._changed:
            if self._stopped:
                return
            self._asked = True
            self._ledger.add(self._name)
            self._changed.notify_all()

    def within(self, seconds: float) -> None:
        """Bring the next unasked run forward."""
        with self._changed:
            due = time.monotonic() + seconds
            if self._due is None or due < self._due:
                self._due = due
                self._changed.notify_all()

    def hold(self, held: bool) -> None:
        """Start no further run until this is called with `False`."""
        with self._changed:
            self._held = held
            self._changed.notify_all()

    def stop(self) -> None:
        """Start no further run, ever."""
        with self._changed:
            self._stopped = True
            self._ledger.drop(self._name)
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Wait until the thread is gone."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _ready(self) -> bool:
        if self._held:
            return False
        return self._asked or (self._due is not None and time.monotonic() >= self._due)

    def _wait(self) -> bool:
        with self._changed:
            while not self._stopped and not self._ready():
                pause = None
                if self._due is not None and not self._held:
                    pause = max(0.0, self._due - time.monotonic())
                self._changed.wait(pause)
            self._asked = False
            self._due = None
            return not self._stopped

    def _run(self) -> None:
        while self._wait():
            try:
                pause = self._job()
                self._backoff.well(time.monotonic())
                if self._broken:
                    self._broken = False
                    self._failed(self._name, None)
            except Exception as error:
                self._broken = True
                self._failed(self._name, error)
                pause = self._backoff.failed(time.monotonic())
            with self._changed:
                if pause is not None:
                    due = time.monotonic() + pause
                    self._due = due if self._due is None else min(due, self._due)
                if not self._asked:
                    self._ledger.drop(self._name)
