"""Touch a marker file in a watched directory: once it is reported, so was every earlier change.

It serves two ends. A watch that only returns when something happens can be woken, and is known to
stand; and once a mark is heard of, everything that happened before it has been told.
"""

from __future__ import annotations

import itertools
import math
import os
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_AGAIN: Final = 0.03
_LAST_BREATH: Final = 0.5


class Marks:
    """Makes and deletes a marker file. Thread-safe.

    Args:
        folder: Where.

    Attributes:
        folder: Where.
        heard: When the last mark was made that has been heard of, seconds of the steady clock.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.heard = -math.inf
        self._numbers = itertools.count()
        self._made: dict[str, float] = {}
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._every: float | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Request a mark from another thread; never blocks, even on a disk that hangs."""
        with self._lock:
            if self._thread is None and not self._closed:
                thread = threading.Thread(target=self._run, name="pdev-marks", daemon=True)
                with suppress(RuntimeError):  # no thread is left: whoever waits does so for longer
                    thread.start()
                    self._thread = thread
        self._asked.set()

    @contextmanager
    def again_and_again(self) -> Iterator[None]:
        """Make marks repeatedly until the block ends, for the watch may not be active yet."""
        self._every = _AGAIN
        self.ask()
        try:
            yield
        finally:
            self._every = None

    def make(self) -> bool:
        """Make a mark now; returns whether that was possible."""
        return self._make(self._name())

    def hear(self, paths: Collection[str]) -> bool:
        """Check whether any changed path is a mark."""
        with self._lock:
            times = [self._made[path] for path in paths if path in self._made]
            if times:
                self.heard = max(self.heard, *times)
                self._made = {path: at for path, at in self._made.items() if at > self.heard}
            return bool(times)

    def close(self) -> None:
        """Stop making marks."""
        with self._lock:
            self._closed = True
            thread = self._thread
        self._asked.set()
        if thread is not None:
            thread.join(_LAST_BREATH)

    def _name(self) -> str:
        # Named like a draft: one that a killed program leaves is swept with them.
        return f"{self.folder}/.seen.{os.getpid()}.{next(self._numbers)}.tmp"

    def _make(self, path: str) -> bool:
        with self._lock:
            self._made.setdefault(path, time.monotonic())
        try:
            Path(path).touch()
            Path(path).unlink()
        except OSError:
            with self._lock:
                self._made.pop(path, None)
            return False
        return True

    def _run(self) -> None:
        while self._asked.wait():
            self._asked.clear()
            if self._closed:
                return
            name = self._name()
            self._make(name)
            while (pause := self._every) is not None and not self._closed:
                time.sleep(pause)
                # Of the same name: other changes are told when nothing new has come for a while.
                self._make(name)
