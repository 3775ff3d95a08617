"""The ways of watching that a system offers."""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Final

from parallel_tui.engine.watching.directories import Directories, InotifyDirectories
from parallel_tui.engine.watching.polling import PollingDirectories
from parallel_tui.model.session.repository import Repository

_LINUX: Final = platform.system() == "Linux"


def ways_to_watch(repository: Repository) -> tuple[Callable[[], Directories], ...]:
    """Factories of watchers, the best first; the last one works on every system."""

    def through_watchfiles() -> Directories:
        # Imported on the thread that watches: the first rows do not wait for it.
        from parallel_tui.engine.watching.watched_files import WatchedDirectories

        return WatchedDirectories(repository.runtime_dir)

    if _LINUX:
        return through_watchfiles, InotifyDirectories, PollingDirectories
    return through_watchfiles, PollingDirectories
