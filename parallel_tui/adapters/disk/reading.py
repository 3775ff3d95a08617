"""Read files of unknown origin with limits: never blocks, never reads too much.

Where a file should be, an agent or a script may have left a pipe, a device, a socket, a folder, a
link, or something of many gigabytes. Every reader of shared files goes through here: opened without
waiting, looked at when it is open, and only a regular file of a bounded size is read.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress

from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO, Final

    from parallel_tui.model.text.strict_json import Json

MAX_BYTES: Final = 8 * 1024 * 1024
"""Files larger than this are not read: nothing that belongs here comes near it."""

_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


_REMEDY: Final = "Correct it, or move it away: it is then as if it had never been written."


class UnusableFileError(CouldNotLookError):
    """A file is there but cannot be used: a link, a folder, too large, unreadable, no JSON."""

    title = "Unusable file"


def read(
    path: Path | str, *, limit: int = MAX_BYTES, follow: bool = False, missing: bool = True
) -> bytes | None:
    """Contents of a file, or `None` without one.

    Args:
        path: Where.
        limit: Bytes beyond which it is not read.
        follow: Whether a symbolic link at its end is followed: in a folder of the user's, who may
            keep settings elsewhere; never in one that sessions share.
        missing: Whether a folder above it may be something else: that counts as no file too.

    Raises:
        UnusableFileError: When it is no regular file, larger than `limit`, or unreadable.
    """
    try:
        with opened(path, follow=follow, missing=missing) as found:
            return None if found is None else bounded(found, str(path), limit)
    except OSError as error:
        raise unusable(str(path), error) from error


@contextmanager
def opened(
    path: Path | str, *, follow: bool = False, missing: bool = True
) -> Iterator[BinaryIO | None]:
    """A regular file opened for reading, or `None` without one; the caller reads part of it.

    Raises:
        UnusableFileError: When it is no regular file, or cannot be opened.
    """
    descriptor = -1
    try:
        descriptor = os.open(path, _FLAGS | (0 if follow else os.O_NOFOLLOW))
    except FileNotFoundError:
        pass
    except NotADirectoryError as error:
        if not missing:
            raise unusable(str(path), error) from error
    except (OSError, ValueError) as error:
        raise unusable(str(path), error) from error
    if descriptor < 0:
        yield None
        return
    with _stream(descriptor, str(path)) as stream:
        yield stream


def open_at(folder: int, name: str, shown: str) -> BinaryIO:
    """Open a regular file in an open folder, never through a link.

    Args:
        folder: Descriptor of the folder.
        name: Name in it.
        shown: Its path, for messages.

    Raises:
        FileNotFoundError: When there is none.
        UnusableFileError: When it is no regular file, or cannot be opened.
    """
    try:
        descriptor = os.open(name, _FLAGS | os.O_NOFOLLOW, dir_fd=folder)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise unusable(shown, error) from error
    return _stream(descriptor, shown)


def _stream(descriptor: int, shown: str) -> BinaryIO:
    try:
        demand_regular(descriptor, shown)
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def demand_regular(descriptor: int, shown: str) -> None:
    """Refuse an open file that is not a regular file.

    Raises:
        UnusableFileError: When it is something else.
    """
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise UnusableFileError(f"{shown} is not a regular file")


def bounded(stream: BinaryIO, shown: str, limit: int) -> bytes:
    """The whole contents of an open file, refused above the limit.

    Raises:
        UnusableFileError: When it is larger than `limit`, or cannot be read.
    """
    try:
        size = os.fstat(stream.fileno()).st_size
        data = stream.read(limit + 1) if size <= limit else b""
    except OSError as error:
        raise unusable(shown, error) from error
    if size > limit or len(data) > limit:
        size = max(size, len(data))
        raise UnusableFileError(f"{shown} has {size} bytes, more than the {limit} read here")
    return data


def read_json(
    path: Path | str, *, limit: int = MAX_BYTES, follow: bool = False
) -> dict[str, Json] | None:
    """The JSON object in a file, or `None` without a file.

    Args:
        path: Where.
        limit: Bytes beyond which it is not read.
        follow: As for `read`.

    Raises:
        UnusableFileError: When it cannot be read, or is no JSON object.
    """
    raw = read(path, limit=limit, follow=follow)
    return None if raw is None else json_object(raw, str(path))


def json_object(raw: bytes, shown: str) -> dict[str, Json]:
    """Parse the JSON object in a file's contents.

    Args:
        raw: What the file holds.
        shown: Its path, for messages.

    Raises:
        UnusableFileError: When they say something else.
    """
    if not raw.strip():
        raise UnusableFileError(f"{shown} is empty", hint=_REMEDY)
    try:
        data = strict_json.parse(raw)
    except strict_json.NotJsonError as error:
        raise UnusableFileError(f"{shown} is not JSON: {error}", hint=_REMEDY) from error
    if not isinstance(data, dict):
        found = type(data).__name__
        raise UnusableFileError(f"{shown} holds {found}, not an object", hint=_REMEDY)
    return data


def unusable(shown: str, error: OSError | ValueError) -> UnusableFileError:
    """The error for a file that the system refuses to read."""
    return UnusableFileError(f"{shown} cannot be read: {reason(error)}")


def reason(error: OSError | ValueError) -> str:
    """The system's reason for a refusal, in words."""
    if isinstance(error, OSError):
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            return "a symbolic link or a file stands where a folder or file of ours should be"
        if error.errno in (errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP):
            return "it is not a regular file"
        return (error.strerror or str(error)).lower()
    return str(error)


def folder_at(name: str, above: int | None, *, make: bool) -> int:
    """A folder, open, which the caller closes; below another one no link is followed to it.

    Args:
        name: In the one above it, else an absolute path.
        above: An open folder, if there is one.
        make: Whether it is made where it is not there yet.

    Raises:
        OSError: When it is not there, or no plain folder.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (0 if above is None else os.O_NOFOLLOW)
    try:
        return os.open(name, flags, dir_fd=above)
    except FileNotFoundError:
        if not make:
            raise
    if above is None:
        os.makedirs(name, exist_ok=True)  # noqa: PTH103 - pathlib costs every command
    else:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=above)
    return os.open(name, flags, dir_fd=above)
