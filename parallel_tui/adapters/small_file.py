"""Read git's many small files fast.

Apart from `reading`, and without any import that costs: the first list of sessions waits for it.
"""

from __future__ import annotations

import errno
import os
import stat

LIMIT = 65536
"""Bytes; a path is shorter."""


def read(path: str, limit: int = LIMIT, *, links: bool = True) -> bytes:
    """The beginning of a regular file; never waits for a pipe.

    Args:
        path: Where.
        limit: Bytes read at most.
        links: Whether a symbolic link is followed, as git does.

    Raises:
        OSError: When it is not there, no regular file, or cannot be read.
    """
    return _read(path, limit, links=links, end=False)


def read_end(path: str, limit: int = LIMIT) -> bytes:
    """The end of a regular file, for what is only ever appended to; see `read`.

    Args:
        path: Where.
        limit: Bytes read at most.

    Raises:
        OSError: As `read` does.
    """
    return _read(path, limit, links=True, end=True)


def _read(path: str, limit: int, *, links: bool, end: bool) -> bytes:
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    descriptor = os.open(path, flags if links else flags | os.O_NOFOLLOW)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "Not a regular file", path)
        return os.pread(descriptor, limit, max(0, found.st_size - limit) if end else 0)
    finally:
        os.close(descriptor)


def touch(path: str) -> None:
    """Touch a file, creating it if needed, so that watchers notice.

    Raises:
        OSError: When it cannot be written. A pipe that nobody reads is not waited for.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    os.close(os.open(path, flags, 0o644))


def perhaps_there(path: str) -> bool:
    """Whether something is there, or that cannot be told."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return True
    return True


def text(raw: bytes) -> str:
    """Decode what git wrote or printed; bytes that are not UTF-8 become surrogate escapes."""
    return raw.decode("utf-8", "surrogateescape")


def raw(value: str) -> bytes:
    """The bytes of a text that came from `text`."""
    return value.encode("utf-8", "surrogateescape")
