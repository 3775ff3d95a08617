"""The ways of watching that a system offers."""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import partial
from typing import Final

from parallel_tui.engine.watching.directories import Directories, InotifyDirectories
from parallel_tui.engine.watching.polling import PollingDirectories
from parallel_tui.model.session.repository import Repository

_LINUX: Final = platform.system() == "Linux"


def ways_to_watch(
    repository: Repository, shared: Callable[[str | None], Directories] | None = None
) -> tuple[Callable[[], Directories], ...]:
    """Factories of watchers, the best first; the last one works on every system.

    Args:
        repository: Whose directories are watched.
        shared: Makes one that watches together with those of other repositories, from a folder in
            which it may make a file for a moment; `None` for one alone.
    """
    folder = repository.runtime_dir
    ways: tuple[Callable[[], Directories], ...] = (partial(through_watchfiles, folder),)
    if shared is not None:
        ways = (partial(shared, folder), *ways)
    if _LINUX:
        return *ways, InotifyDirectories, PollingDirectories
    return *ways, PollingDirectories


def through_watchfiles(markers: str | None) -> Directories:
    """Directories watched by `watchfiles`; see `WatchedDirectories`."""
    # Imported on the thread that watches: the first rows do not wait for it.
    from parallel_tui.engine.watching.watched_files import WatchedDirectories

    return WatchedDirectories(markers)
