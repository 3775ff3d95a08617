"""Watch directories through `watchfiles`, where there is no inotify."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from typing import Final

from watchfiles._rust_notify import RustNotify

from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.inotify import Event

_STEP: Final = 20
_DEBOUNCE: Final = 100
_SETTLE: Final = 3 * _STEP / 1000
_MASKS: Final = {1: inotify.CREATE, 2: inotify.MODIFY, 3: inotify.DELETE}


class PortableDirectories:
    """The same promises as `InotifyDirectories`, at fifty wake-ups a second.

    A further directory needs a new subscription; it begins before the old one ends. A root is not
    watched itself (only its whole contents could be): its end is found by the next status or the
    next reconciliation.
    """

    def __init__(self) -> None:
        self._notify: RustNotify | None = None
        self._directories: frozenset[str] = frozenset()
        self._woken = threading.Event()

    def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
        """Watch exactly these from now on; whether any was not watched before."""
        wanted = frozenset(directories)
        if wanted == self._directories and self._notify is not None:
            return False
        new = bool(wanted - self._directories)
        before = self._notify
        # Not recursive: the constructor walks everything with the interpreter's lock held.
        self._notify = RustNotify(sorted(wanted), False, False, 0, False, False)
        self._directories = wanted
        if before is not None:
            before.close()
        # What the old subscription had not told is looked for again by the caller.
        return new or before is not None

    def wait(self) -> list[Event]:
        """Wait for something; what happened, gathered a little."""
        events = self._read(0)
        self._woken.clear()
        return events

    def drain(self) -> list[Event]:
        """Everything that happened up to now, as far as the system tells it in time."""
        events: list[Event] = []
        deadline = time.monotonic() + _SETTLE
        while time.monotonic() < deadline:
            events += self._read(_STEP)
        return events

    def wake(self) -> None:
        """End a `wait`."""
        self._woken.set()

    def close(self) -> None:
        """Give everything back."""
        if self._notify is not None:
            self._notify.close()

    def _read(self, timeout: int) -> list[Event]:
        if self._notify is None:
            raise RuntimeError("nothing is watched yet")
        stop = self._woken if timeout == 0 else threading.Event()
        found = self._notify.watch(_DEBOUNCE, _STEP, timeout, stop)
        if found == "signal":
            raise KeyboardInterrupt
        if isinstance(found, str):
            return []
        events = []
        for kind, path in found:
            directory, _, name = path.rpartition("/")
            events.append(Event(directory, name, _MASKS.get(kind, inotify.MODIFY)))
        return events
