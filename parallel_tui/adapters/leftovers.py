"""Files that a crash left behind: half-written ones, and folders of simulations that ended."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.files import BEING_WRITTEN
from parallel_tui.adapters.git.overlap import quarantine
from parallel_tui.model.repository import Repository

_YOUNG: Final = 3600.0
"""Seconds in which a half-written file may be somebody's who writes it now."""

OLD_CACHE: Final = 90 * 86400.0
"""Seconds after which a cache that nobody wrote belongs to a repository that is gone."""

_HALF: Final = re.compile(rf"{re.escape(BEING_WRITTEN)}[a-z0-9_]{{8}}|\..+\.\d+\.\d+\.tmp")
_DEEPEST: Final = 4


def half_written(repository: Repository, git_dirs: Iterable[str]) -> tuple[str, ...]:
    """Files of ours that were never completed, where we write.

    Args:
        repository: Whose.
        git_dirs: Git directories of the worktrees.
    """
    found: set[str] = set()
    for top in (repository.coordination_root, repository.runtime_dir):
        found.update(_below(top, _DEEPEST))
    for folder in (f"{repository.common_dir}/info", *git_dirs):
        found.update(_below(folder, 0))
    return tuple(sorted(found))


def _below(top: str, depth: int) -> Iterator[str]:
    before = time.time() - _YOUNG
    with suppress(OSError), os.scandir(top) as entries:
        for entry in entries:
            with suppress(OSError):
                # What lies in the trash is somebody's work, whatever its name.
                if entry.is_dir(follow_symlinks=False):
                    if depth and entry.name not in ("tree", "git", "quarantine"):
                        yield from _below(entry.path, depth - 1)
                elif _HALF.fullmatch(entry.name) and entry.stat().st_mtime < before:
                    yield entry.path


def dead_simulations() -> tuple[str, ...]:
    """Folders of simulated merges whose process is gone."""
    return tuple(str(path) for place in quarantine.places() for path in quarantine.stale(place))


def old_caches(cache: Path) -> tuple[str, ...]:
    """Files in our cache that nobody wrote for months."""
    before = time.time() - OLD_CACHE
    found = []
    for path in (cache / "overlap").glob("*"):
        with suppress(OSError):
            if path.lstat().st_mtime < before:
                found.append(str(path))
    return tuple(sorted(found))


def unreadable_lines(journal: str) -> int:
    """Lines of a journal that are no JSON objects; a last one without line end is only torn.

    Raises:
        OSError: When it cannot be read.
    """
    bad = 0
    try:
        with Path(journal).open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    continue
                try:
                    bad += not isinstance(json.loads(line), dict)
                except ValueError:
                    bad += 1
    except FileNotFoundError:
        return 0
    return bad
