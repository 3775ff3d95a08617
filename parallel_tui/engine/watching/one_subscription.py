"""One subscription of `watchfiles` for all live views in a program.

It looks thirty times a second at what the system has told, which is half of what a live view costs
at rest: several views look once. Each has directories of its own, is told of these alone, and is
the only one to learn of a set that cannot be watched.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection, Iterable
from typing import Final

from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.directories import Directories
from parallel_tui.engine.watching.inotify import Event
from parallel_tui.engine.watching.polling import Identity, identity

PATIENCE: Final = 15.0
"""Seconds that a set of directories may take to be watched."""

_FAILURES: Final = (OSError, RuntimeError, ValueError, ImportError)


class _Asked:
    """Something that the thread that watches is to do for one of those who watch."""

    def __init__(self, of: Watcher, work: Callable[[], bool], *, general: bool = False) -> None:
        self.of, self.work, self.general = of, work, general
        self._done = threading.Event()
        self._error: Exception | None = None
        self.new = False

    def end(self, error: Exception | None = None) -> None:
        """It is done, or cannot be."""
        self._error = error
        self._done.set()

    def answer(self) -> bool:
        """Wait for the answer.

        Raises:
            OSError, RuntimeError, ValueError: Why there is none.
        """
        if not self._done.wait(PATIENCE):
            raise RuntimeError("watching directories takes too long")
        if self._error is not None:
            raise self._error
        return self.new


class OneSubscription:
    """Hands out watchers that share a subscription. Thread-safe.

    Args:
        make: Makes what watches, from a folder in which it may make a file for a moment.
    """

    def __init__(self, make: Callable[[str | None], Directories]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._watchers: list[Watcher] = []
        self._asked: list[_Asked] = []
        self._thread: threading.Thread | None = None
        self._watch: Directories | None = None
        self._markers: str | None = None

    def watcher(self, markers: str | None) -> Watcher:
        """A set of directories, empty at first.

        Args:
            markers: A folder, one of its directories, in which files may be made for a moment.
        """
        return Watcher(self, markers)

    # From those who watch

    def bring(self, watcher: Watcher) -> bool:
        """Watch what a watcher wants; whether any of it is new.

        Raises:
            OSError, RuntimeError, ValueError: When it cannot be watched; the others go on.
        """
        return self._ask(_Asked(watcher, lambda: self._subscribed(watcher))).answer()

    def catch_up(self, watcher: Watcher, since: float) -> None:
        """Hand out all that was told up to now.

        Raises:
            RuntimeError: When nothing is told any more.
        """
        self._ask(_Asked(watcher, lambda: self._drained(since), general=True)).answer()

    def leave(self, watcher: Watcher) -> None:
        """Watch for a watcher no more; the last one ends the subscription."""
        with self._lock:
            if watcher not in self._watchers:
                return
            self._watchers.remove(watcher)
            if self._watchers:
                other = self._watchers[0]
                self._asked.append(_Asked(other, lambda: self._subscribed(other)))
            watch = self._watch
        if watch is not None:
            watch.wake()

    def _ask(self, asked: _Asked) -> _Asked:
        with self._lock:
            if asked.of not in self._watchers:
                self._watchers.append(asked.of)
            self._asked.append(asked)
            watch, thread = self._watch, self._thread
            if thread is None:
                thread = threading.Thread(target=self._run, name="pdev-watched", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    self._asked.remove(asked)
                    raise
                self._thread = thread
        if watch is not None:
            watch.wake()
        return asked

    # On the thread that watches

    def _run(self) -> None:
        over: Exception | None = None
        while True:
            try:
                while self._go_on():
                    pass
            except _FAILURES as why:
                over = why
            with self._lock:
                if over is None and self._asked:
                    continue
                watch, self._watch, self._thread = self._watch, None, None
                asked, self._asked = self._asked, []
                watchers, self._watchers = self._watchers, []
                break
        if watch is not None:
            watch.close()
        for each in asked:
            each.end(over)
        if over is not None:
            for watcher in watchers:
                watcher.fail(over)

    def _go_on(self) -> bool:
        """One turn; whether there is another one."""
        with self._lock:
            asked, self._asked = self._asked, []
            if not asked and not self._watchers:
                return False
        for place, each in enumerate(asked):
            try:
                each.new = each.work()
            except _FAILURES as error:
                if each.general:
                    for left in asked[place:]:
                        left.end(error)
                    raise
                self._refuse(each, error)
            else:
                each.end()
        with self._lock:
            waiting = bool(self._asked)
        if self._watch is not None and not waiting:
            self._hand_out(self._watch.wait())
        return self._watch is not None or waiting

    def _refuse(self, asked: _Asked, error: Exception) -> None:
        """Have one watch no more; the others go on."""
        with self._lock:
            if asked.of in self._watchers:
                self._watchers.remove(asked.of)
        asked.of.fail(error)
        asked.end(error)

    def _subscribed(self, watcher: Watcher) -> bool:
        """Subscribe to what all want; whether anything of one's is new."""
        new = watcher.unheard()
        before = watcher.watched
        watcher.watched = watcher.wanted
        watch = self._watch
        try:
            if watch is None or self._markers not in self._markers_there():
                watch = self._anew()
            watch.watch(*self._union())
        except _FAILURES:
            watcher.watched = before
            if self._watch is not watch and watch is not None:
                watch.close()
            raise
        with self._lock:
            before_that, self._watch = self._watch, watch
        if before_that is not None and before_that is not watch:
            self._hand_out([*before_that.drain(-math.inf), Event("", "", inotify.OVERFLOW)])
            before_that.close()
        watcher.torn = False
        return new

    def _anew(self) -> Directories:
        self._markers = next(iter(self._markers_there()), None)
        return self._make(self._markers)

    def _markers_there(self) -> list[str]:
        with self._lock:
            return [each.markers for each in self._watchers if each.markers in each.watched]

    def _union(self) -> tuple[list[str], list[str]]:
        with self._lock:
            watchers = list(self._watchers)
        every = dict.fromkeys(path for each in watchers for path in each.watched)
        return list(every), list(dict.fromkeys(root for each in watchers for root in each.roots))

    def _drained(self, since: float) -> bool:
        if self._watch is None:
            raise RuntimeError("nothing is watched yet")
        self._hand_out(self._watch.drain(since))
        return False

    def _hand_out(self, events: Iterable[Event]) -> None:
        told = list(events)
        if not told:
            return
        with self._lock:
            watchers = list(self._watchers)
        for watcher in watchers:
            watcher.tell([event for event in told if watcher.is_about(event)])


class Watcher:
    """The directories of one live view. Implements `Directories`; for one thread, but for `wake`.

    Attributes:
        markers: A folder in which files may be made for a moment.
        watched: The directories that are watched, with what stood there then.
        wanted: Those that are to be.
        roots: Of which only their own end matters.
        torn: Whether something of it may be watched no more.
    """

    def __init__(self, one: OneSubscription, markers: str | None) -> None:
        self._one = one
        self.markers = markers
        self.watched: dict[str, Identity] = {}
        self.wanted: dict[str, Identity] = {}
        self.roots: frozenset[str] = frozenset()
        self.torn = True
        self._changed = threading.Condition()
        self._events: list[Event] = []
        self._woken = False
        self._error: Exception | None = None

    def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
        """See `Directories.watch`."""
        self._demand_well()
        for each in directories:
            each.encode()  # a name that is not UTF-8 ends watchfiles, and with it the others' watch
        wanted = {each: known for each in directories if (known := identity(each)) is not None}
        same = wanted == self.watched and frozenset(roots) == self.roots
        if same and not self.torn:
            return False
        self.wanted, self.roots = wanted, frozenset(roots)
        return self._one.bring(self)

    def unheard(self) -> bool:
        """Whether what is wanted holds anything that was not watched all the time."""
        return self.torn or not self.wanted.items() <= self.watched.items()

    def wait(self, within: float | None = None) -> list[Event]:
        """See `Directories.wait`."""
        until = math.inf if within is None else time.monotonic() + within
        with self._changed:
            while not (self._events or self._woken or self._error):
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(None if left == math.inf else left)
            self._woken = False
        return self._taken()

    def drain(self, since: float = math.inf) -> list[Event]:
        """See `Directories.drain`."""
        self._demand_well()
        self._one.catch_up(self, since)
        return self._taken()

    def wake(self) -> None:
        """See `Directories.wake`."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def close(self) -> None:
        """See `Directories.close`."""
        self._one.leave(self)

    def is_about(self, event: Event) -> bool:
        """Whether an event is about one of these directories."""
        if event.mask & inotify.OVERFLOW:
            return True
        if not event.name:
            return event.directory in self.roots or event.directory in self.watched
        return event.directory in self.watched or event.path in self.watched

    def tell(self, events: list[Event]) -> None:
        """Take events in, from the thread that watches."""
        if not events:
            return
        if any(
            event.mask & inotify.OVERFLOW
            or (event.mask & inotify.DELETE and event.path in self.watched)
            for event in events
        ):
            self.torn = True
        with self._changed:
            self._events += events
            self._changed.notify_all()

    def fail(self, error: Exception) -> None:
        """Learn that nothing is told any more."""
        with self._changed:
            self._error = error
            self._changed.notify_all()

    def _taken(self) -> list[Event]:
        with self._changed:
            if self._error is not None and not self._events:
                raise self._error
            events, self._events = self._events, []
        return events

    def _demand_well(self) -> None:
        if self._error is not None:
            raise self._error
