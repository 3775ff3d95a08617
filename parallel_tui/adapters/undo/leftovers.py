"""Find files left behind by crashes: unfinished files, and folders of simulations."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk import drafts
from parallel_tui.adapters.disk.scratch import folders
from parallel_tui.model.session.repository import Repository

OLD_CACHE: Final = 90 * 86400.0
"""Seconds after which a cache that nobody wrote belongs to a repository that is gone."""

_DEEPEST: Final = 4


def half_written(
    repository: Repository, git_dirs: Iterable[str], elsewhere: Iterable[str] = ()
) -> tuple[str, ...]:
    """Our own files that were never completed.

    Args:
        repository: Whose.
        git_dirs: Git directories of the worktrees.
        elsewhere: Further folders that we write in.
    """
    found: set[str] = set()
    for top in (repository.coordination_root, repository.runtime_dir):
        found.update(_below(top, _DEEPEST))
    for folder in (f"{repository.common_dir}/info", *git_dirs, *elsewhere):
        found.update(_below(folder, 0))
    return tuple(sorted(found))


def _below(top: str, depth: int) -> Iterator[str]:
    with suppress(OSError), os.scandir(top) as entries:
        for entry in entries:
            with suppress(OSError):
                # What lies in the trash is somebody's work, whatever its name.
                if entry.is_dir(follow_symlinks=False):
                    if depth and entry.name not in ("tree", "git", "quarantine"):
                        yield from _below(entry.path, depth - 1)
                elif drafts.abandoned(entry.name, entry.stat(follow_symlinks=False).st_mtime):
                    yield entry.path


def dead_folders() -> tuple[str, ...]:
    """Temporary folders of ours whose process has ended."""
    return tuple(str(path) for place in folders.places() for path in folders.stale(place))


def old_caches(cache: Path) -> tuple[str, ...]:
    """Files in our cache that were not written for months."""
    before = time.time() - OLD_CACHE
    found = []
    for path in (cache / "overlap").glob("*"):
        with suppress(OSError):
            if path.lstat().st_mtime < before:
                found.append(str(path))
    return tuple(sorted(found))
