"""Watch directories by polling, where the system offers nothing better."""

from __future__ import annotations

import math
import os
import stat
import threading
from collections.abc import Collection
from typing import Final

from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.inotify import Event

EVERY: Final = 2.0
"""Seconds between two looks: what is looked at are a few directories with few entries."""

_MOST_ENTRIES: Final = 5_000

Entries = dict[str, tuple[int, int, int]]


class PollingDirectories:
    """Watched directories, polled every `EVERY` seconds.

    It needs nothing that a system can run out of: no watch, no descriptor, no thread.
    """

    def __init__(self) -> None:
        self._known: dict[str, Entries] = {}
        self._roots: dict[str, bool] = {}
        self._woken = threading.Event()

    def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
        """Watch exactly these directories; returns whether any is new."""
        new = [each for each in directories if each not in self._known]
        for gone in self._known.keys() - set(directories):
            del self._known[gone]
        for each in new:
            self._known[each] = _read(each)
        self._roots = {each: self._roots.get(each, is_there(each)) for each in roots}
        return bool(new)

    def wait(self, within: float | None = None) -> list[Event]:
        """Wait until the next poll, or for `wake`; returns the changes."""
        self._woken.wait(EVERY if within is None else min(EVERY, max(0.0, within)))
        self._woken.clear()
        return self.drain()

    def drain(self, since: float = math.inf) -> list[Event]:
        """All changes since the last poll."""
        events = []
        for directory, before in self._known.items():
            now = self._known[directory] = _read(directory)
            if now != before:
                changed = {*before.items()} ^ {*now.items()}
                names = dict.fromkeys(name for name, _ in changed)
                events += [Event(directory, name, inotify.MODIFY) for name in names]
        for root, before_there in self._roots.items():
            there = self._roots[root] = is_there(root)
            if before_there and not there:
                events.append(Event(root, "", inotify.DELETE_SELF))
        return events

    def wake(self) -> None:
        """End a `wait`."""
        self._woken.set()

    def close(self) -> None:
        """Release everything."""
        self._known.clear()


Identity = tuple[int, int]
"""Device and number of a directory: another one may stand at the same path later."""


def identity(directory: str) -> Identity | None:
    """Identity of the directory at a path; `None` without one, or when it cannot be read."""
    try:
        found = os.stat(directory)  # noqa: PTH116 - asked every second
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) else None


def is_there(directory: str) -> bool:
    """Whether a directory exists, as far as can be seen; never raises."""
    return identity(directory) is not None


def _read(directory: str) -> Entries:
    found: Entries = {}
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                if len(found) >= _MOST_ENTRIES:
                    break
                try:
                    seen = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                # Of a folder only that it is there: what is in it has a look of its own.
                folder = stat.S_ISDIR(seen.st_mode)
                when, size = (0, 0) if folder else (seen.st_mtime_ns, seen.st_size)
                found[entry.name] = (when, size, seen.st_ino)
    except OSError:
        return {}
    return found
