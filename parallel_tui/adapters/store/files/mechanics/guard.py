"""Exclusive lock for every change of the coordination root.

`flock` on a file that is never deleted: the kernel releases it when its holder dies, however it
dies, and no process can ever break it by mistake. Check-then-create under this guard is what makes
the guide's lock files exclusive; without it, breaking a stale one lets two owners in.
"""

from __future__ import annotations

import os
from _thread import RLock
from contextlib import contextmanager

from parallel_tui.adapters.disk import flock
from parallel_tui.errors import CouldNotLookError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from parallel_tui.adapters.store.files.mechanics.folder import Folder

NAME: Final = "guard"


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
                if not flock.take(descriptor, seconds=self._timeout):
                    raise CouldNotLookError(
                        f"Another process has held {self._folder.path}/{NAME} for"
                        f" {self._timeout:.0f} seconds",
                        hint="Look for a pdev command that hangs; the guard is free when it ends.",
                    )
                self._depth = 1
                try:
                    yield
                finally:
                    self._depth = 0
            finally:
                os.close(descriptor)
