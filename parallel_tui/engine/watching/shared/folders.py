"""Notice repositories that appear in folders, or are gone from them.

A folder is watched as directories of live views are, and so are those in it that are no repository
yet: a clone makes its directory first. Every event is only a hint, so they are also looked at once
in a while.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from parallel_tui.engine.retry import Backoff
from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.directories import Directories
from parallel_tui.engine.watching.polling import is_there

RECONCILE: Final = 60.0
"""Seconds after which folders are looked at unasked."""

MOST: Final = 200
"""Directories of a folder that are watched until they become a repository."""

_TRIES: Final = 10

_FAILURES: Final = (OSError, RuntimeError, ValueError, ImportError)


class RepositoryFolders:
    """Looks at folders when something changes in them, in a thread of its own.

    Args:
        folders: Absolute paths.
        directories: Makes what watches them.
        repositories: The repositories in a folder.
        look: Told a folder and the repositories in it, from that thread; returns whether to look
            again soon.
    """

    def __init__(
        self,
        folders: Sequence[str],
        directories: Callable[[], Directories],
        repositories: Callable[[str], Sequence[str]],
        look: Callable[[str, Sequence[str]], bool],
    ) -> None:
        self._folders = tuple(folders)
        self._make = directories
        self._repositories = repositories
        self._look = look
        self._lock = threading.Lock()
        self._watch: Directories | None = None
        self._stopping = threading.Event()
        self._soon = Backoff()
        self._thread = threading.Thread(target=self._run, name="pdev-folders", daemon=True)

    def start(self) -> None:
        """Begin.

        Raises:
            RuntimeError: When the system gives no thread.
        """
        self._thread.start()

    def stop(self) -> None:
        """Look no more; safe to call twice, and when it never began."""
        with self._lock:
            self._stopping.set()
            watch = self._watch
        if watch is not None:
            watch.wake()

    def join(self, timeout: float) -> None:
        """Wait until the thread has ended, for some seconds at most."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except _FAILURES:  # what cannot be watched is looked at now and then
                self._stopping.wait(self._look_at_all())

    def _follow(self) -> None:
        watch = self._make()
        try:
            with self._lock:
                if self._stopping.is_set():
                    return
                self._watch = watch
            while not self._stopping.is_set():
                for _ in range(_TRIES):  # what is made while a watch begins is told by nobody
                    if not watch.watch(list(self._watched()), ()):
                        break
                self._wait(watch, self._look_at_all())
        finally:
            with self._lock:
                self._watch = None
            watch.close()

    def _wait(self, watch: Directories, seconds: float) -> None:
        """Wait until something came or went; files that are only written are nobody's news."""
        until = time.monotonic() + seconds
        while not self._stopping.is_set() and (left := until - time.monotonic()) > 0:
            events = watch.wait(left)
            if any(event.mask != inotify.MODIFY for event in events):
                return

    def _watched(self) -> Iterator[str]:
        for folder in self._folders:
            yield folder
            try:
                with os.scandir(folder) as entries:
                    inside = sorted(entry.path for entry in entries if entry.is_dir())
            except OSError:
                continue
            for path in sorted({*inside}.difference(self._repositories(folder)))[:MOST]:
                yield path
                if is_there(f"{path}/.git"):  # it will be one when that has its files
                    yield f"{path}/.git"

    def _look_at_all(self) -> float:
        """Look at each folder; returns seconds until the next time."""
        again = [self._look(folder, self._repositories(folder)) for folder in self._folders]
        if not any(again):
            self._soon = Backoff()
            return RECONCILE
        return min(RECONCILE, self._soon.failed(0.0))
