"""One subscription of `watchfiles` for all live views in a program.

It looks thirty times a second at what the system has told, which is half of what a live view costs
at rest: several views look once. Each has directories of its own, is told of these alone, and is
the only one to learn of a set that cannot be watched.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from typing import Final

from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.directories import Directories
from parallel_tui.engine.watching.inotify import Event
from parallel_tui.engine.watching.shared.own_directories import OwnDirectories

PATIENCE: Final = 15.0
"""Seconds that a set of directories may take to be watched."""

_FAILURES: Final = (OSError, RuntimeError, ValueError, ImportError)


class _Errand:
    """Something that the thread that watches is to do for one of those who watch."""

    def __init__(
        self, of: OwnDirectories, work: Callable[[], bool], *, general: bool = False
    ) -> None:
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
        self._watchers: list[OwnDirectories] = []
        self._asked: list[_Errand] = []
        self._thread: threading.Thread | None = None
        self._watch: Directories | None = None
        self._markers: str | None = None

    def watcher(self, markers: str | None) -> OwnDirectories:
        """A set of directories, empty at first.

        Args:
            markers: A folder, one of its directories, in which files may be made for a moment.
        """
        return OwnDirectories(self, markers)

    # From those who watch

    def bring(self, watcher: OwnDirectories) -> bool:
        """Watch what a watcher wants; whether any of it is new.

        Raises:
            OSError, RuntimeError, ValueError: When it cannot be watched; the others go on.
        """
        return self._ask(_Errand(watcher, lambda: self._subscribed(watcher))).answer()

    def catch_up(self, watcher: OwnDirectories, since: float) -> None:
        """Hand out all that was told up to now.

        Raises:
            RuntimeError: When nothing is told any more.
        """
        self._ask(_Errand(watcher, lambda: self._drained(since), general=True)).answer()

    def leave(self, watcher: OwnDirectories) -> None:
        """Watch for a watcher no more; the last one ends the subscription."""
        with self._lock:
            if watcher not in self._watchers:
                return
            self._watchers.remove(watcher)
            if self._watchers:
                other = self._watchers[0]
                self._asked.append(_Errand(other, lambda: self._subscribed(other)))
            watch = self._watch
        if watch is not None:
            watch.wake()

    def _ask(self, asked: _Errand) -> _Errand:
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

    def _refuse(self, asked: _Errand, error: Exception) -> None:
        """Have one watch no more; the others go on."""
        with self._lock:
            if asked.of in self._watchers:
                self._watchers.remove(asked.of)
        asked.of.fail(error)
        asked.end(error)

    def _subscribed(self, watcher: OwnDirectories) -> bool:
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
