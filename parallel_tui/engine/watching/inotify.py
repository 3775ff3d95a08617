"""Watch directories on Linux with inotify, through the standard library only.

The tracked directories of working trees are watched with it: `watchfiles` cannot add a directory,
dies of a name that is not UTF-8 and loses events in silence when the queue or the number of watches
is exhausted. The kernel tells all of that, and costs nothing while it is quiet.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterable
from typing import Final, NamedTuple

MODIFY: Final = 0x2
ATTRIB: Final = 0x4
MOVED_FROM: Final = 0x40
MOVED_TO: Final = 0x80
CREATE: Final = 0x100
DELETE: Final = 0x200
DELETE_SELF: Final = 0x400
MOVE_SELF: Final = 0x800
OVERFLOW: Final = 0x4000
IGNORED: Final = 0x8000
IS_DIR: Final = 0x40000000
_ONLY_DIR: Final = 0x01000000
_EXCLUDE_UNLINKED: Final = 0x04000000

CONTENT: Final = MODIFY | ATTRIB | MOVED_FROM | MOVED_TO | CREATE | DELETE | DELETE_SELF | MOVE_SELF
"""Everything that can change what a directory holds."""

LOSS: Final = DELETE_SELF | MOVE_SELF
"""Only that the directory itself goes away."""

_HEADER: Final = struct.Struct("iIII")
_AT_ONCE: Final = 1 << 18
_PASSED_OVER: Final = (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ELOOP, errno.ENAMETOOLONG)


class Event(NamedTuple):
    """One change in a watched directory.

    Attributes:
        directory: The watched directory; empty when the queue overflowed.
        name: Entry in it; empty when it is about the directory itself.
        mask: Bits of what happened.
    """

    directory: str
    name: str
    mask: int

    @property
    def path(self) -> str:
        """Path of the changed entry."""
        return f"{self.directory}/{self.name}" if self.name else self.directory


class Inotify:
    """A set of watched directories and their queue of changes.

    A change is in the queue before the system call that made it returns, so that what `drain`
    returns covers every change made before it was called.

    Raises:
        OSError: When the system gives no instance (none left, or not Linux).
    """

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        try:
            self._fd = int(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        except AttributeError:
            raise OSError(errno.ENOSYS, "inotify is Linux only") from None
        if self._fd < 0:
            raise _failure()
        self._by_path: dict[str, int] = {}
        self._by_watch: dict[int, str] = {}

    def fileno(self) -> int:
        """File descriptor, readable when there are changes."""
        return self._fd

    def __contains__(self, directory: str) -> bool:
        return directory in self._by_path

    def __len__(self) -> int:
        return len(self._by_path)

    def add(self, directory: str, mask: int = CONTENT) -> bool:
        """Watch a directory.

        Returns:
            Whether it is watched now; not when it is gone or may not be read.

        Raises:
            OSError: When the system allows no further watch.
        """
        flags = mask | _ONLY_DIR | _EXCLUDE_UNLINKED
        watch = self._libc.inotify_add_watch(self._fd, os.fsencode(directory), flags)
        if watch < 0:
            failure = _failure()
            if failure.errno in _PASSED_OVER:
                return False
            raise failure
        # The same directory by another name has the same watch; the later name is told.
        before = self._by_watch.get(watch)
        if before is not None:
            self._by_path.pop(before, None)
        self._by_path[directory] = watch
        self._by_watch[watch] = directory
        return True

    def discard(self, directory: str) -> None:
        """Stop watching a directory, if it is watched."""
        watch = self._by_path.pop(directory, None)
        if watch is not None:
            self._by_watch.pop(watch, None)
            self._libc.inotify_rm_watch(self._fd, watch)

    def keep(self, wanted: Iterable[str]) -> None:
        """Stop watching every directory that is not among `wanted`."""
        for directory in set(self._by_path).difference(wanted):
            self.discard(directory)

    def drain(self) -> list[Event]:
        """All changes since the last call; never blocks."""
        events: list[Event] = []
        while True:
            try:
                data = os.read(self._fd, _AT_ONCE)
            except BlockingIOError:
                return events
            events.extend(self._parse(data))

    def _parse(self, data: bytes) -> Iterable[Event]:
        position = 0
        while position < len(data):
            watch, mask, _, length = _HEADER.unpack_from(data, position)
            position += _HEADER.size
            name = data[position : position + length].rstrip(b"\0")
            position += length
            if mask & OVERFLOW:
                yield Event("", "", mask)
                continue
            directory = self._by_watch.get(watch)
            if directory is None:
                continue
            if mask & IGNORED:
                self._by_watch.pop(watch, None)
                self._by_path.pop(directory, None)
                continue
            yield Event(directory, os.fsdecode(name), mask)

    def close(self) -> None:
        """Release everything."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _failure() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))


def reason(error: BaseException) -> str:
    """Why watching was refused, in words that name the limit."""
    if isinstance(error, UnicodeError):
        return "the name of a directory is not UTF-8"
    number = error.errno if isinstance(error, OSError) else None
    told = str(error).partition(" about [")[0]  # watchfiles lists every directory there
    if number == errno.EMFILE or f"os error {errno.EMFILE}" in told:
        return "no inotify instance is left (fs.inotify.max_user_instances), or no file"
    if number == errno.ENOSPC or "watch limit reached" in told:
        return "no inotify watch is left (fs.inotify.max_user_watches)"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return told or repr(error)
