"""Draft files: written beside their target, renamed when complete, swept after a crash.

A file is replaced by writing a draft on the same file system and renaming it. A process that is
killed in between leaves its draft behind. So every draft of this program has one kind of name,
which says who wrote it: git is told to ignore such names, no session is given a copy of one, and
whoever writes next deletes those whose writer is proved to be gone.
"""

from __future__ import annotations

import itertools
import os
import re
import time
from contextlib import suppress
from functools import lru_cache

from parallel_tui.adapters.process import liveness
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

PREFIX: Final = ".pdev-draft."
"""How the name of every draft begins."""

PATTERN: Final = f"{PREFIX}*"
"""All drafts, as a pattern for git."""

YOUNG: Final = 3600.0
"""Seconds in which a draft whose writer cannot be looked at may still be written."""

_OURS: Final = pattern(
    r"\.pdev-draft\.([0-9a-f]{8})\.(\d{1,10})\.(\d{1,20})\.\d+\..*\.tmp", re.DOTALL
)
_OLDER: Final = pattern(r"\.pdev-[a-z0-9_]{8}|\.[^/]+\.\d+\.\d+\.tmp", re.DOTALL)
"""Names of earlier versions, which do not tell when their writer started."""

_counter = itertools.count()


def name_for(target: str) -> str:
    """A new draft name.

    Args:
        target: Name of the file that it will become; a part of it stays in the name.
    """
    machine, pid, start = _writer(os.getpid())
    # Its end is not that of the target: other programs pick files by how their names end.
    return f"{PREFIX}{machine}.{pid}.{start}.{next(_counter)}.{target.lstrip('.')[:40]}.tmp"


def is_draft(name: str) -> bool:
    """Whether a file name is that of a draft, of this version or an earlier one."""
    if not name.startswith("."):
        return False
    return name.startswith(PREFIX) or _OLDER.fullmatch(name) is not None


def abandoned(name: str, modified: float) -> bool:
    """Whether a draft will never be completed.

    Args:
        name: Its file name.
        modified: When it was last written, epoch seconds.

    Returns:
        True when its writer is proved to be gone, or cannot be looked at and the draft is old.
    """
    if not is_draft(name):
        return False
    match = _OURS.fullmatch(name)
    machine, _, _ = _writer(os.getpid())
    if match is not None and match[1] == machine:
        token = liveness.start_token(int(match[2]))
        # An empty token: it is there, and we may not look at it.
        return token is None or (bool(token) and _digits(token) != match[3])
    return time.time() - modified > YOUNG


def sweep(folder: int) -> None:
    """Delete the abandoned drafts in an open folder; what cannot be deleted stays."""
    with suppress(OSError):
        for name in os.listdir(folder):
            if is_draft(name):
                with suppress(OSError):
                    seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
                    if abandoned(name, seen.st_mtime):
                        os.unlink(name, dir_fd=folder)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all bytes; on a full disk a single write may silently be partial.

    Raises:
        OSError: When not all of it could be written.
    """
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def append_line(descriptor: int, line: bytes) -> None:
    """Append a line to an open file, whole or not at all; one process at a time.

    A last line without its end is ended first, so that what was torn spoils nothing but itself.

    Args:
        descriptor: Open for reading and appending.
        line: With its line end.

    Raises:
        OSError: When not all of it could be written; the file is then as it was.
    """
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        line = b"\n" + line
    try:
        write_all(descriptor, line)
    except BaseException:
        with suppress(OSError):  # then the next line to come ends the torn one
            os.ftruncate(descriptor, size)
        raise


def write(folder: int, target: str, data: bytes, *, mode: int | None = None) -> str:
    """Write a draft to disk, synced; returns its name.

    Args:
        folder: Open folder to write it in.
        target: Name of the file that it will become.
        data: All its contents.
        mode: Its exact mode; `None` for what the user's mask makes of a readable file. Until it is
            complete nobody else can read it.

    Raises:
        OSError: When the disk refuses; no draft is left then.
    """
    name = name_for(target)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o644 if mode is None else 0o600, dir_fd=folder)
    try:
        try:
            write_all(descriptor, data)
            if mode is not None:
                os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
        raise
    return name


@lru_cache(maxsize=4)
def _writer(pid: int) -> tuple[str, int, str]:
    """This process: its id and start time, and where process ids mean the same."""
    try:
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115
    except OSError:
        space = ""
    import zlib

    # Told apart, not protected: loading a cipher library would cost more than all else here.
    machine = zlib.crc32(f"{liveness.host()}\0{liveness.boot_id()}\0{space}".encode())
    return f"{machine:08x}", pid, _digits(liveness.start_token(pid) or "")


def _digits(token: str) -> str:
    return "".join(each for each in token if each.isdecimal()) or "0"
