"""The directories of one live view, which are watched together with those of others."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Collection
from typing import Protocol

from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.inotify import Event
from parallel_tui.engine.watching.polling import Identity, identity


class Watches(Protocol):
    """What watches for several."""

    def bring(self, watcher: OwnDirectories) -> bool:
        """Watch what one wants; whether any of it is new."""
        ...

    def catch_up(self, watcher: OwnDirectories, since: float) -> None:
        """Hand out all that was told up to now."""
        ...

    def leave(self, watcher: OwnDirectories) -> None:
        """Watch for one no more."""
        ...


class OwnDirectories:
    """The directories of one live view. Implements `Directories`; for one thread, but for `wake`.

    Attributes:
        markers: A folder in which files may be made for a moment.
        watched: The directories that are watched, with what stood there then.
        wanted: Those that are to be.
        roots: Of which only their own end matters.
        torn: Whether something of it may be watched no more.
    """

    def __init__(self, one: Watches, markers: str | None) -> None:
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
