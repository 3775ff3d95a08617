"""The one lock under which the coordination root changes.

`flock` on a file that is never deleted: the kernel releases it when its holder dies, however it
dies, and no process can ever break it by mistake. Check-then-create under this guard is what makes
the guide's lock files exclusive; without it, breaking a stale one lets two owners in.
"""

from __future__ import annotations

import fcntl
import os
import time
from _thread import RLock  # as functools does: every command pays for what it imports
from contextlib import contextmanager

from parallel_tui.errors import CouldNotLookError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from parallel_tui.adapters.store.files.folder import Folder

NAME: Final = "guard"
_FIRST_PAUSE: Final = 0.0005
_LONGEST_PAUSE: Final = 0.02


class Guard:
    """Mutual exclusion between all processes and threads that change one coordination root."""

    def __init__(self, folder: Folder, *, timeout: float = 10.0) -> None:
        """Make a guard.

        Args:
            folder: Where its file lives.
            timeout: Seconds to wait for another holder before giving up.
        """
        self._folder = folder
        self._timeout = timeout
        self._thread = RLock()
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the guard; may be nested within a thread.

        Raises:
            CouldNotLookError: When it cannot be had in time, or its file cannot be opened.
        """
        with self._thread:
            if self._depth:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                return
            descriptor = self._folder.open(NAME, os.O_RDWR | os.O_CREAT)
            try:
                self._lock(descriptor)
                self._depth = 1
                try:
                    yield
                finally:
                    self._depth = 0
            finally:
                os.close(descriptor)

    def _lock(self, descriptor: int) -> None:
        deadline = time.monotonic() + self._timeout
        pause = _FIRST_PAUSE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise CouldNotLookError(
                        f"Another process has held {self._folder.path}/{NAME} for"
                        f" {self._timeout:.0f} seconds",
                        hint="Look for a pdev command that hangs; the guard is free when it ends.",
                    ) from None
                time.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return
