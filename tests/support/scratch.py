"""Where tests put their files: in memory where there is room, for they make and delete a million.

A disk would be written to for nothing, and some file systems search long for a free place among
what was just deleted. `TMPDIR` names another folder, of a disk for instance.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import psutil

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - the folder that Linux keeps in memory
DISK: Final = Path("/var/tmp")  # noqa: S108 - for what wants a second file system

_ROOM: Final = 2 * 1024**3
"""Bytes that have to be free, of the folder and once more of the machine's memory."""


def in_memory() -> str | None:
    """The folder in memory that tests may fill; none where a person chose, or it would not do."""
    if os.environ.get("TMPDIR") or not os.access(MEMORY, os.R_OK | os.W_OK | os.X_OK):
        return None
    room = os.statvfs(MEMORY)
    if room.f_flag & os.ST_NOEXEC:  # hooks and programs of tests lie there, too
        return None
    free = min(room.f_bavail * room.f_frsize, psutil.virtual_memory().available - _ROOM)
    return str(MEMORY) if free >= _ROOM else None
