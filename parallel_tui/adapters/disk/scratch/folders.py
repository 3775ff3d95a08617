"""Temporary folders that are deleted at their end, or by a later run where a crash left them.

The name of each has our process id for people; that its process lives is proved by a lock held on a
file in it, which holds across containers and reused process ids. Whoever makes the first one of a
process deletes those of this user whose process has ended.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from parallel_tui.adapters.disk import flock
from parallel_tui.adapters.disk.files import remove_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

OVERLAP: Final = "overlap"
GIT: Final = "git"
KNOWN: Final = "known"
DIFF: Final = "diff"
PATTERNS: Final = "patterns"
SCREEN: Final = "screen"

_KINDS: Final = (OVERLAP, GIT, KNOWN, DIFF, PATTERNS, SCREEN)
"""What such folders are for; the second word of their names. No other name is ever deleted."""

_NAME: Final = re.compile(rf"pdev-(?:{'|'.join(_KINDS)})-(\d+)-\d+-\w+")
_ALIVE: Final = "alive"
_YOUNG: Final = 60.0
"""Seconds in which a folder without its lock file is believed to be in the making."""

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - where there is one, objects never touch a disk
_swept: Final[set[Path]] = set()


def memory() -> Path | None:
    """A folder in memory, where the system has one."""
    return _MEMORY if os.access(_MEMORY, os.W_OK) else None


def temporary() -> Path:
    """The system's folder of temporary files."""
    import tempfile  # loads twenty modules

    return Path(tempfile.gettempdir())


def disk() -> Path:
    """A folder on a disk, if there is one; it need not be emptied by a restart."""
    var = Path("/var/tmp")  # noqa: S108 - only folders of our own are made in it
    return var if os.access(var, os.W_OK) else temporary()


def places() -> tuple[Path, ...]:
    """Folders in which such folders are made."""
    return tuple(dict.fromkeys((_MEMORY, temporary(), disk())))


@contextmanager
def folder(kind: str) -> Iterator[str]:
    """A folder of nobody else's in the system's folder of temporary files, deleted at the end.

    Args:
        kind: What it is for; one of the words above.

    Raises:
        OSError: When it cannot be made.
    """
    place = temporary()
    if place not in _swept:
        _swept.add(place)
        sweep(place)
    path, alive = made(kind, place)
    try:
        yield str(path)
    finally:
        ended(path, alive)


def made(kind: str, place: Path) -> tuple[Path, int]:
    """A new folder, and the descriptor whose lock proves that it is in use; see `ended`.

    Args:
        kind: What it is for; one of the words above.
        place: Where to make it.

    Raises:
        OSError: When it cannot be made.
    """
    path = place / f"pdev-{kind}-{os.getuid()}-{os.getpid()}-{os.urandom(4).hex()}"
    path.mkdir(mode=0o700)
    alive = -1
    try:
        # Locked before it has its name: a sweep that looks in between must not find it free.
        draft = path / f".{_ALIVE}"
        alive = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        flock.take_own(alive)
        draft.rename(path / _ALIVE)
    except BaseException:
        ended(path, alive)
        raise
    return path, alive


def ended(path: Path, alive: int) -> None:
    """Delete a folder that `made` has made."""
    remove_folder(path)
    if alive >= 0:
        os.close(alive)


def sweep(place: Path) -> int:
    """Delete folders whose process has ended; returns how many."""
    gone = stale(place)
    for each in gone:
        remove_folder(each)
    return len(gone)


def stale(place: Path) -> tuple[Path, ...]:
    """Folders of this user whose process has ended."""
    found: list[Path] = []
    try:
        names = os.listdir(place)  # noqa: PTH208 - thousands of others may be there
    except OSError:
        return ()
    user = str(os.getuid())
    for name in names:
        matched = _NAME.fullmatch(name) if name.startswith("pdev-") else None
        if matched is None or matched[1] != user:
            continue
        each = place / name
        with suppress(OSError):
            if each.is_symlink() or each.stat().st_uid != os.getuid() or _lives(each):
                continue
            found.append(each)
    return tuple(found)


def _lives(path: Path) -> bool:
    try:
        descriptor = os.open(path / _ALIVE, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return time.time() - path.stat().st_mtime < _YOUNG
    try:
        return not flock.take(descriptor)
    finally:
        os.close(descriptor)
