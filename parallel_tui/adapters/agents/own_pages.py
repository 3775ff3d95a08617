"""Read the pages that sessions write of themselves; one that did not change is not read twice."""

from __future__ import annotations

import os

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.model.sharing.own_page import OwnPage, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

NAME: Final = ".claude/status.md"
_LARGEST: Final = 64 * 1024


class OwnPageFiles:
    """Pages of worktrees.

    Args:
        shared: The page of all sessions together, in the main worktree: where git tracks it, it
            lies in every worktree, and is nobody's own.
    """

    def __init__(self, shared: str) -> None:
        self._shared = shared
        self._read: dict[str, tuple[tuple[int, int, int], bytes]] = {}

    def read(self, worktrees: Iterable[str]) -> Mapping[str, OwnPage]:
        """The pages of worktrees, by path; one that cannot be read says nothing.

        Args:
            worktrees: Their directories.
        """
        paths = {place: f"{place}/{NAME}" for place in worktrees}
        keep = {self._shared, *paths.values()}
        self._read = {path: known for path, known in self._read.items() if path in keep}
        shared = self._contents(self._shared)
        found = {}
        for place, path in paths.items():
            raw = self._contents(path)
            if raw is None or raw == shared:
                continue
            words = words_of(raw.decode("utf-8", "replace"))
            if words:
                found[place] = OwnPage(words, self._read[path][0][0] / 1e9)
        return found

    def _contents(self, path: str) -> bytes | None:
        try:
            seen = os.lstat(path)
            mark = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
            known = self._read.get(path)
            if known is not None and known[0] == mark:
                return known[1]
            raw = reading.read(path, limit=_LARGEST)
        except (OSError, ValueError, UnusableFileError):
            self._read.pop(path, None)
            return None
        if raw is not None:
            self._read[path] = (mark, raw)
        return raw
