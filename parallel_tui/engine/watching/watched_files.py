"""Watching a few directories through `watchfiles`, the same way on every system.

Its subscription cannot be added to, so that a changed set is a new one, which begins before the
old one ends. It goes deaf where a directory is deleted, also when that is made again. It dies of a
name that is not UTF-8, and it tells of no overflow: whoever uses it needs something to fall back
to, and looks at everything after a batch that is too long to be the work of a command.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Collection, Generator
from pathlib import Path
from typing import Final

from watchfiles import Change, watch

from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.inotify import Event
from parallel_tui.engine.watching.polling import is_there

STEP: Final = 50
"""Milliseconds between two looks at what the system has told: a change is noticed within two."""

MANY: Final = 2_000
"""Changes in one batch from which on some are taken to be lost: the system's queue is short."""

_GATHER: Final = 100
_ROOTS: Final = 1.0
_DEAF: Final = 5.0
_TRIES: Final = 5
_MASKS: Final = {
    Change.added: inotify.CREATE,
    Change.modified: inotify.MODIFY,
    Change.deleted: inotify.DELETE,
}

Batches = Generator[set[tuple[Change, str]], None, None]


class WatchedDirectories:
    """The promises of `Directories`, within two steps. For one thread, but for `wake`.

    A root is asked for once a second whether it is there: watched, it would tell of each file in
    it.

    Args:
        markers: A folder, one of the directories, in which `drain` may make a file of its own for
            a moment: what is told after it happened after it.
    """

    def __init__(self, markers: str | None = None) -> None:
        self._markers = markers
        self._numbers = itertools.count()
        self._batches: Batches | None = None
        self._directories: frozenset[str] = frozenset()
        self._roots: dict[str, bool] = {}
        self._roots_at = 0.0
        self._pending: list[Event] = []
        self._torn = False
        self._woken = False

    def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
        """Watch exactly these from now on; whether any was not watched before."""
        self._roots = {root: self._roots.get(root, is_there(root)) for root in roots}
        wanted = frozenset(directories)
        if wanted == self._directories and self._batches is not None and not self._torn:
            return False
        new = self._torn or not wanted <= self._directories
        before, self._torn = self._batches, False
        self._directories = wanted
        self._batches, first = self._subscribe(wanted)
        if before is not None:
            # What the old subscription has still to tell: nothing falls between the two.
            for _ in range(_TRIES):
                changes = next(before, None)
                if not changes:
                    break
                first |= changes
            before.close()
        self._pending += self._events(first)
        return new

    def wait(self, within: float | None = None) -> list[Event]:
        """Wait for something, or for so many seconds; what happened, gathered a little."""
        until = None if within is None else time.monotonic() + within
        while not (events := self._read()) and not self._woken:
            if until is not None and time.monotonic() >= until:
                break
        self._woken = False
        return events

    def drain(self) -> list[Event]:
        """Everything that happened up to now.

        Raises:
            RuntimeError: When nothing is told any more.
        """
        if self._markers is None or self._markers not in self._directories:
            return self._read() + self._read()
        marker = f"{self._markers}/.seen-{os.getpid()}-{next(self._numbers)}"
        try:
            Path(marker).touch()
            Path(marker).unlink()
        except OSError:
            return self._read() + self._read()
        events: list[Event] = []
        deadline = time.monotonic() + _DEAF
        while not any(e.path == marker or e.mask & inotify.OVERFLOW for e in events):
            if time.monotonic() >= deadline:
                raise RuntimeError("watchfiles tells of no change any more")
            events += self._read()
        return events + self._look_at_roots()

    def wake(self) -> None:
        """End a `wait`."""
        self._woken = True

    def close(self) -> None:
        """Give everything back."""
        if self._batches is not None:
            self._batches.close()

    def _subscribe(self, directories: frozenset[str]) -> tuple[Batches, set[tuple[Change, str]]]:
        """A subscription that stands, and what it has told meanwhile."""
        for _ in range(_TRIES):
            batches = watch(
                *sorted(each for each in directories if is_there(each)),
                watch_filter=None,
                step=STEP,
                debounce=_GATHER,
                # Returning after each step, it can be woken, and is known to stand.
                rust_timeout=STEP,
                yield_on_timeout=True,
                raise_interrupt=False,
                recursive=False,  # else it walks everything with the interpreter's lock held
            )
            try:
                return batches, next(batches)
            except FileNotFoundError:  # it went between being listed and being watched
                continue
            except StopIteration:
                break
        raise RuntimeError("watchfiles watches nothing")

    def _read(self) -> list[Event]:
        if self._batches is None:
            raise RuntimeError("nothing is watched yet")
        events, self._pending = self._pending, []
        changes = next(self._batches, None)
        if changes is None:
            raise RuntimeError("watchfiles has ended by itself")
        events += self._events(changes)
        if time.monotonic() >= self._roots_at:
            events += self._look_at_roots()
        return events

    def _events(self, changes: set[tuple[Change, str]]) -> list[Event]:
        if len(changes) >= MANY:
            self._torn = True
            return [Event("", "", inotify.OVERFLOW)]
        events = []
        for kind, path in changes:
            if kind is Change.deleted and path in self._directories:
                self._torn = True
            directory, _, name = path.rpartition("/")
            events.append(Event(directory, name, _MASKS[kind]))
        return events

    def _look_at_roots(self) -> list[Event]:
        self._roots_at = time.monotonic() + _ROOTS
        events = []
        for root, before in self._roots.items():
            there = self._roots[root] = is_there(root)
            if before and not there:
                events.append(Event(root, "", inotify.DELETE_SELF))
        return events
