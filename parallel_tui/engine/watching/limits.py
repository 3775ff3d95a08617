"""Number of directories that may be watched on this system."""

from __future__ import annotations

from parallel_tui.model.session.watch_share import allowance
from parallel_tui.model.settings.config import EditWatch
from parallel_tui.model.view.snapshot import WatchMode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_LIMIT_FILE: Final = "/proc/sys/fs/inotify/max_user_watches"


def most_directories() -> int:
    """Number of directories that may be watched; 0 without inotify."""
    try:
        with open(_LIMIT_FILE, encoding="ascii") as file:  # noqa: PTH123 - no pathlib for this
            return allowance(int(file.read()))
    except (OSError, ValueError):
        return 0


def first_mode(wish: EditWatch) -> WatchMode:
    """How edits are noticed before anything was read, by what is wished and possible here."""
    if wish is EditWatch.OFF:
        return WatchMode.OFF
    unwatched = wish is EditWatch.ACTIVITY or most_directories() == 0
    return WatchMode.ACTIVITY if unwatched else WatchMode.STARTING
