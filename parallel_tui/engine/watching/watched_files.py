"""Watch a few directories through `watchfiles`, the same way on every system.

It looks every `STEP` milliseconds at what the system has told, and returns from that when there is
something, or once a second: each return runs Python, which costs more than the look.

Its subscription cannot be added to, so that a changed set is a new one, which begins before the
old one ends. It goes deaf where a directory is deleted, also when that is made again. It dies of a
name that is not UTF-8, and it tells of no overflow: whoever uses it needs something to fall back
to, and looks at everything after a batch that is too long to be the work of a command.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Generator
from contextlib import nullcontext
from typing import Final

from watchfiles import Change, watch

from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.inotify import Event
from parallel_tui.engine.watching.marks import Marks
from parallel_tui.engine.watching.polling import Identity, identity, is_there

STEP: Final = 30
"""Milliseconds between two looks at what the system has told: a change is noticed within two."""

MANY: Final = 2_000
"""Changes in one batch from which on some are taken to be lost: the system's queue is short."""

_GATHER: Final = 100
_RETURN: Final = 1_000
_ROOTS: Final = 1.0
_DEAF: Final = 5.0
_TRIES: Final = 5
_MASKS: Final = {
    Change.added: inotify.CREATE,
    Change.modified: inotify.MODIFY,
    Change.deleted: inotify.DELETE,
}

Changes = set[tuple[Change, str]]
Batches = Generator[Changes, None, None]


class WatchedDirectories:
    """Directories watched by `watchfiles`. For one thread, except for `wake`.

    A root is asked for once a second whether it is there: watched, it would tell of each file in
    it.

    Args:
        markers: A folder, one of the directories, in which it may make a file of its own for a
            moment: what is told after it happened after it.
    """

    def __init__(self, markers: str | None = None) -> None:
        self._marks = Marks(markers) if markers else None
        self._batches: Batches | None = None
        self._directories: dict[str, Identity] = {}
        self._roots: dict[str, bool] = {}
        self._roots_at = 0.0
        self._pending: list[Event] = []
        self._torn = False
        self._woken = False

    def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
        """Watch exactly these directories; returns whether any is new."""
        self._roots = {root: self._roots.get(root, is_there(root)) for root in roots}
        wanted = {each: known for each in directories if (known := identity(each)) is not None}
        if wanted == self._directories and self._batches is not None and not self._torn:
            return False
        new = self._torn or not wanted.items() <= self._directories.items()
        before, self._torn = self._batches, False
        self._directories = wanted
        self._batches, first = self._subscribe()
        if before is not None:
            # What the old subscription has still to tell: nothing falls between the two.
            first |= self._last_words(before)
        self._pending += self._events(first)
        return new

    def wait(self, within: float | None = None) -> list[Event]:
        """Wait for changes, `wake`, or the timeout; returns the changes, slightly batched."""
        until = math.inf if within is None else time.monotonic() + within
        events = self._take_pending()
        while not (events or self._woken or time.monotonic() >= until):
            events = self._read()
        self._woken = False
        return events

    def drain(self, since: float = math.inf) -> list[Event]:
        """All changes up to now.

        Raises:
            RuntimeError: When nothing is told any more.
        """
        asked = time.monotonic()
        events = self._take_pending()
        marks = self._usable_marks()
        if marks is None or (marks.heard < min(since, asked) and not marks.make()):
            return events + self._read() + self._read()
        while marks.heard < min(since, asked):
            if time.monotonic() >= asked + _DEAF:
                raise RuntimeError("watchfiles tells of no change any more")
            told = self._read()
            if not told:  # it forgets what comes while it returns
                marks.make()
            events += told
        return events + self._look_at_roots()

    def wake(self) -> None:
        """End a `wait`, from any thread."""
        self._woken = True
        if self._marks is not None:
            self._marks.ask()

    def close(self) -> None:
        """Release everything."""
        if self._marks is not None:
            self._marks.close()
        if self._batches is not None:
            self._batches.close()

    def _usable_marks(self) -> Marks | None:
        marks = self._marks
        return marks if marks is not None and marks.folder in self._directories else None

    def _subscribe(self) -> tuple[Batches, Changes]:
        """An active subscription, and the changes that it reported meanwhile."""
        marks = self._usable_marks()
        for _ in range(_TRIES):
            batches = watch(
                *sorted(each for each in self._directories if is_there(each)),
                watch_filter=None,
                step=STEP,
                debounce=_GATHER,
                # Where nothing makes it return, it does by itself.
                rust_timeout=STEP if marks is None else _RETURN,
                yield_on_timeout=True,
                raise_interrupt=False,
                recursive=False,  # else it walks everything with the interpreter's lock held
            )
            try:
                with marks.again_and_again() if marks else nullcontext():
                    return batches, next(batches)
            except FileNotFoundError:  # it went between being listed and being watched
                continue
            except StopIteration:
                break
        raise RuntimeError("watchfiles watches nothing")

    def _last_words(self, batches: Batches) -> Changes:
        """Close a subscription; returns the changes from before the next was active."""
        last: Changes = set()
        for _ in range(_TRIES):
            changes = next(batches, None)
            if not changes:
                break
            last |= changes
            if self._marks is not None and self._marks.hear([path for _, path in changes]):
                break
        batches.close()
        return last

    def _take_pending(self) -> list[Event]:
        events, self._pending = self._pending, []
        return events

    def _read(self) -> list[Event]:
        if self._batches is None:
            raise RuntimeError("nothing is watched yet")
        changes = next(self._batches, None)
        if changes is None:
            raise RuntimeError("watchfiles has ended by itself")
        events = self._events(changes)
        if time.monotonic() >= self._roots_at:
            events += self._look_at_roots()
        return events

    def _events(self, changes: Changes) -> list[Event]:
        if self._marks is not None:
            self._marks.hear([path for _, path in changes])
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
