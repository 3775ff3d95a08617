"""Read the JSON files of a folder that others write, each only when it has changed."""

from __future__ import annotations

import os
import stat
from typing import Final, Generic, TypeVar

from parallel_tui.adapters.disk import reading
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.model.text.strict_json import Json

T = TypeVar("T")

LARGEST: Final = 256 * 1024
"""Bytes beyond which a file is not read: an agent writes a kilobyte."""

MOST: Final = 2_000
"""Files beyond which the rest of a folder is passed over."""

BEING_WRITTEN: Final = 5.0
"""Seconds for which a file that says nothing is taken to be just being written."""


class NotUnderstoodError(ValueError):
    """A file says something else than is known of its kind; `str()` tells what."""


@dataclass(frozen=True, slots=True)
class SilentFile:
    """A file that says nothing.

    Attributes:
        name: The file.
        why: Why, in a few words.
        settled: Whether it has been so for longer than writing takes.
    """

    name: str
    why: str
    settled: bool


class WatchedFolder(Generic[T]):
    """The files of one folder, as last read.

    Args:
        path: The folder; it need not be there.
        wanted: Whether a name is one of those that are read; no other is opened.
        parse: Makes a value of a file's name, object and time of change (epoch seconds).
    """

    def __init__(
        self,
        path: str,
        wanted: Callable[[str], bool],
        parse: Callable[[str, dict[str, Json], float], T],
    ) -> None:
        self.path = path
        self.wanted = wanted
        self._parse = parse
        self._known: dict[str, tuple[tuple[int, int, int], T | None, str]] = {}
        self.reads = 0
        """How often a file was opened."""

    def read(self, now: float) -> tuple[dict[str, T], list[SilentFile]]:
        """What each file says, and which say nothing; a folder that is not there has none.

        A file that is just being written says what it said before.
        """
        known, self._known = self._known, {}
        found: dict[str, T] = {}
        troubles = []
        for name, seen in self._stamps().items():
            stamp = (seen.st_ino, seen.st_mtime_ns, seen.st_size)
            before = known.get(name)
            if before is not None and before[0] == stamp:
                _, value, why = before
            else:
                value, why = self._look(name, seen.st_mtime)
            settled = now - seen.st_mtime >= BEING_WRITTEN
            if why and not settled and value is None and before is not None:
                value = before[1]
            elif why and settled:
                value = None
            self._known[name] = (stamp, value, why)
            if value is not None:
                found[name] = value
            if why:
                troubles.append(SilentFile(name, why, settled))
        return found, troubles

    def _stamps(self) -> dict[str, os.stat_result]:
        found: dict[str, os.stat_result] = {}
        try:
            with os.scandir(self.path) as entries:
                for entry in entries:
                    if len(found) >= MOST:
                        break
                    if self.wanted(entry.name):
                        try:
                            seen = entry.stat(follow_symlinks=False)
                        except OSError:  # it went meanwhile
                            continue
                        if not stat.S_ISDIR(seen.st_mode):
                            found[entry.name] = seen
        except OSError:
            return {}
        return dict(sorted(found.items()))

    def _look(self, name: str, changed: float) -> tuple[T | None, str]:
        self.reads += 1
        try:
            data = reading.read_json(f"{self.path}/{name}", limit=LARGEST)
            return (None, "") if data is None else (self._parse(name, data, changed), "")
        except reading.UnusableFileError as error:
            return None, error.message
        except NotUnderstoodError as error:
            return None, f"{self.path}/{name} is not understood: {error}"
