"""Number of directories that may be watched on this system."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from parallel_tui.model.session.watch_share import allowance

_LIMIT_FILE: Final = Path("/proc/sys/fs/inotify/max_user_watches")


def most_directories() -> int:
    """Number of directories that may be watched; 0 without inotify."""
    try:
        return allowance(int(_LIMIT_FILE.read_text()))
    except (OSError, ValueError):
        return 0
