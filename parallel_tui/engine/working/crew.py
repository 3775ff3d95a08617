"""Threads that do the work of many workers, as many as there is work at the moment.

Most workers wait most of the time; a thread for each would cost memory for nothing. One thread here
watches the clock and whoever asks; when it takes work, another one takes its place.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from typing import Final, Protocol

SPARE: Final = 20.0
"""Seconds after which a thread ends that had nothing to do."""

_log = logging.getLogger(__name__)


class Crewed(Protocol):
    """Something that has work to do now and then."""

    def work(self) -> None:
        """Do what is due, if anything is; say when there is more by `Crew.ask` or `Crew.at`."""
        ...


class Crew:
    """Runs workers; begins with the first and ends with the last of them. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first = threading.Condition(self._lock)
        self._members: set[Crewed] = set()
        self._asked: dict[Crewed, None] = {}
        self._alarms: dict[Crewed, float] = {}
        self._due: list[tuple[float, int, Crewed]] = []
        self._count = itertools.count()
        self._watching = False
        self._watches_until = float("inf")
        self._spares: list[threading.Event] = []
        self._coming = 0
        self._threads: set[threading.Thread] = set()

    def enter(self, member: Crewed) -> None:
        """Have a worker be run.

        Raises:
            RuntimeError: When there is no thread and none can be started.
        """
        with self._lock:
            if not self._threads:
                self._add_thread()
            self._members.add(member)
            self._ask(member)

    def ask(self, member: Crewed) -> None:
        """Have a worker look what is due, soon; never blocks."""
        with self._lock:
            if member in self._members:
                self._ask(member)

    def at(self, member: Crewed, moment: float) -> None:
        """Have a worker look what is due at a moment of the steady clock, and not before."""
        with self._lock:
            if member not in self._members or self._alarms.get(member) == moment:
                return
            self._alarms[member] = moment
            heapq.heappush(self._due, (moment, next(self._count), member))
            if self._watching and moment < self._watches_until:
                self._first.notify()

    def leave(self, member: Crewed, timeout: float) -> None:
        """Run a worker no more; with the last one, wait for the threads for some seconds."""
        with self._lock:
            self._members.discard(member)
            self._asked.pop(member, None)
            self._alarms.pop(member, None)
            if self._members:
                return
            self._due.clear()
            self._first.notify_all()
            while self._spares:
                self._call_spare()
            threads = self._threads - {threading.current_thread()}
        deadline = time.monotonic() + timeout
        for each in threads:
            each.join(max(0.0, deadline - time.monotonic()))

    def _ask(self, member: Crewed) -> None:
        self._asked[member] = None
        if self._watching:
            self._first.notify()
        else:
            self._stand_in()

    def _stand_in(self) -> None:
        """Have another thread watch, as none does."""
        if self._coming:
            return
        if self._spares:
            self._call_spare()
            return
        try:
            self._add_thread()
        except RuntimeError:  # none is left: whoever is done first goes on
            return

    def _call_spare(self) -> None:
        self._spares.pop().set()  # the latest, so that the others' time runs out
        self._coming += 1

    def _add_thread(self) -> None:
        thread = threading.Thread(target=self._run, name="pdev-crew", daemon=True)
        self._threads.add(thread)
        self._coming += 1
        try:
            thread.start()
        except RuntimeError:
            self._threads.discard(thread)
            self._coming -= 1
            raise

    def _run(self) -> None:
        with self._lock:
            self._coming -= 1
        while (member := self._next()) is not None:
            try:
                member.work()
            except Exception:  # the others go on
                _log.exception("a worker failed")

    def _next(self) -> Crewed | None:
        """Wait until a worker is to be run; `None` when this thread is needed no more."""
        with self._lock:
            while self._members:
                if self._watching:
                    if not self._spared():
                        break
                    continue
                now = time.monotonic()
                member = self._take(now)
                if member is not None:
                    if self._asked or self._due:
                        self._stand_in()
                    return member
                self._watching = True
                self._watches_until = self._due[0][0] if self._due else float("inf")
                self._first.wait(self._watches_until - now if self._due else None)
                self._watching = False
            self._threads.discard(threading.current_thread())
            return None

    def _spared(self) -> bool:
        """Wait until this thread is needed, without the lock; whether it ever is."""
        needed = threading.Event()
        self._spares.append(needed)
        self._lock.release()
        try:
            needed.wait(SPARE)
        finally:
            self._lock.acquire()
        if needed in self._spares:
            self._spares.remove(needed)
            return not self._watching
        self._coming -= 1
        return True

    def _take(self, now: float) -> Crewed | None:
        while self._due and self._due[0][0] <= now:
            moment, _, member = heapq.heappop(self._due)
            if self._alarms.get(member) == moment:
                del self._alarms[member]
                self._asked[member] = None
        while self._due and self._alarms.get(self._due[0][2]) != self._due[0][0]:
            heapq.heappop(self._due)  # another moment was named since
        for member in self._asked:
            del self._asked[member]
            return member
        return None
