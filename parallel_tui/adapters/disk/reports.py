"""Find the JUnit reports that a command wrote."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.reading import UnusableFileError

_NAMES: Final = ("junit*.xml", "*-junit.xml", "TEST-*.xml", "test-results.xml")
_DEEPEST: Final = 4
_MOST_FOLDERS: Final = 2000
_MOST: Final = 200
_LARGEST: Final = 8 << 20
_PASSED: Final = frozenset({"node_modules", "site-packages", "vendor"})
_EARLY: Final = 2.0
"""Seconds by which a file system's clock may be behind."""


def reports(named: Path, directory: str, since: float) -> Iterator[str]:
    """Texts of the reports that were written.

    Args:
        named: File that the command was told to write.
        directory: Where it ran; files that are called as reports are by habit count too.
        since: When it began, in epoch seconds.
    """
    for path in [named] if named.exists() else _found(directory, since - _EARLY):
        with suppress(UnusableFileError):
            yield (reading.read(path, limit=_LARGEST) or b"").decode("utf-8", "replace")


def _found(directory: str, since: float) -> list[Path]:
    found: list[Path] = []
    for seen, (here, folders, names) in enumerate(os.walk(directory)):
        if seen > _MOST_FOLDERS:
            break
        deep = here[len(directory) :].count("/") >= _DEEPEST
        folders[:] = [
            each for each in folders if not (deep or each.startswith(".") or each in _PASSED)
        ]
        for name in names:
            if any(fnmatchcase(name, each) for each in _NAMES):
                path = Path(here, name)
                with suppress(OSError):
                    if path.stat().st_mtime >= since:
                        found.append(path)
    return found[:_MOST]
