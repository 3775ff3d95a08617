"""Detect changes of a few folders by polling their entries.

The live view has faster ways; this one serves whoever only holds the store.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.mechanics.folder import Folder

STEP: Final = 0.2
"""Seconds between two looks."""


class FolderWatch:
    """Polls the stamps of all entries, and calls a function when they differ.

    Args:
        folders: Which; they may come and go.
        changed: Called from a thread of this watch.
    """

    def __init__(self, folders: Sequence[Folder], changed: Callable[[], None]) -> None:
        self._folders = tuple(folders)
        self._changed = changed
        self._ended = threading.Event()
        self._seen = self._look()
        self._thread = threading.Thread(target=self._run, name="pdev-store", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop polling; the function is not called after this returns."""
        self._ended.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(STEP):
            seen = self._look()
            if seen != self._seen:
                self._seen = seen
                self._changed()

    def _look(self) -> tuple[object, ...]:
        return tuple(self._stamps(folder) for folder in self._folders)

    def _stamps(self, folder: Folder) -> object:
        try:
            return folder.stamps()
        except UnusableFileError as error:
            return error.message
