"""One folder below the coordination root, reached so that no link leads out of it.

Every step below the root is opened relative to the one before and never follows a symbolic link:
a `.claude/locks` that points elsewhere is an error, not a place to write to.
"""

from __future__ import annotations

import errno
import itertools
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parallel_tui.errors import CouldNotLookError, RefusedError

MAX_BYTES: Final = 8 * 1024 * 1024
"""Files larger than this are not read: nothing that belongs here comes near it."""

_counter = itertools.count()


class UnusableFileError(CouldNotLookError):
    """A file is there but cannot be used: a link, a folder, too large, unreadable."""

    title = "Unusable file"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from another without reading it.

    Attributes:
        inode: Changes with every atomic replace.
        mtime: Nanoseconds.
        size: Bytes.
    """

    inode: int
    mtime: int
    size: int


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that may not exist yet.

    Attributes:
        root: Absolute path of the coordination root.
        parts: Names below it, from the top.
    """

    root: str
    parts: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Absolute path, for messages."""
        return "/".join((self.root, *self.parts))

    def below(self, *names: str) -> Folder:
        """A folder below this one."""
        return Folder(self.root, (*self.parts, *names))

    def names(self) -> tuple[str, ...]:
        """Names of the entries in it, sorted; none when it does not exist.

        Raises:
            UnusableFileError: When it is not a plain folder, or cannot be read.
        """
        try:
            with self._descriptor() as here:
                return tuple(sorted(os.listdir(here)))  # noqa: PTH208 - by descriptor
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unusable("", error) from error

    def stamps(self, names: Iterable[str] | None = None) -> dict[str, Stamp]:
        """States of many files at once; those that do not exist are left out.

        Args:
            names: Which; `None` for every entry.

        Raises:
            UnusableFileError: When the folder is not a plain one, or cannot be read.
        """
        found: dict[str, Stamp] = {}
        try:
            with self._descriptor() as here:
                for name in os.listdir(here) if names is None else names:  # noqa: PTH208
                    with suppress(FileNotFoundError):
                        seen = os.stat(name, dir_fd=here, follow_symlinks=False)
                        found[name] = Stamp(seen.st_ino, seen.st_mtime_ns, seen.st_size)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unusable("", error) from error
        return found

    def read(self, name: str, *, limit: int = MAX_BYTES) -> bytes | None:
        """Contents of a file, or `None` when there is none.

        Args:
            name: Name in this folder.
            limit: Bytes beyond which it is not read.

        Raises:
            UnusableFileError: When it is no regular file, larger than `limit`, or unreadable.
        """
        opened = self._open_regular(name)
        if opened is None:
            return None
        descriptor, size = opened
        with os.fdopen(descriptor, "rb") as stream:
            if size > limit:
                raise UnusableFileError(
                    f"{self.path}/{name} has {size} bytes, more than the {limit} read here"
                )
            try:
                return stream.read(limit + 1)
            except OSError as error:
                raise self._unusable(name, error) from error

    def read_tail(self, name: str, count: int) -> bytes | None:
        """The last bytes of a file from the start of a line on, or `None` when there is none."""
        opened = self._open_regular(name)
        if opened is None:
            return None
        descriptor, size = opened
        with os.fdopen(descriptor, "rb") as stream:
            if size > count:
                stream.seek(size - count)
                stream.readline()
            return stream.read()

    def _open_regular(self, name: str) -> tuple[int, int] | None:
        """Open a regular file for reading: its descriptor and its size in bytes."""
        try:
            with self._descriptor() as here:
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                descriptor = os.open(name, flags, dir_fd=here)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(name, error) from error
        seen = os.fstat(descriptor)
        if not stat.S_ISREG(seen.st_mode):
            os.close(descriptor)
            raise UnusableFileError(f"{self.path}/{name} is not a regular file")
        return descriptor, seen.st_size

    def open(self, name: str, flags: int) -> int:
        """Open a file for the caller to close; folders are made as needed.

        Raises:
            RefusedError: When it cannot be opened.
        """
        try:
            with self._descriptor(make=True) as here:
                return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=here)
        except OSError as error:
            raise self._refused(name, error) from error

    def write(self, name: str, data: bytes) -> None:
        """Replace a file's contents: readers see the old or the new, never half of it.

        Raises:
            RefusedError: When the disk refuses; the old contents are then still there.
        """
        self._put(name, data, exclusive=False)

    def create(self, name: str, data: bytes) -> bool:
        """Make a file with its contents, unless it exists; returns whether it was made.

        A hard link of a finished file, so that even a program that knows no guard sees either no
        file or a whole one.
        """
        return self._put(name, data, exclusive=True)

    def append(self, name: str, data: bytes) -> None:
        """Add a line at the end of a file, in one write."""
        descriptor = self.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(descriptor, data)
        except OSError as error:
            raise self._refused(name, error) from error
        finally:
            os.close(descriptor)

    def remove(self, name: str) -> bool:
        """Delete a file; returns whether it was there."""
        try:
            with self._descriptor() as here:
                os.unlink(name, dir_fd=here)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._refused(name, error) from error
        return True

    def move(self, name: str, target: Folder, new_name: str) -> bool:
        """Rename an entry into another folder below the same root, without following it.

        Returns:
            Whether it was there.
        """
        try:
            with self._descriptor() as here, target._descriptor(make=True) as there:
                os.rename(name, new_name, src_dir_fd=here, dst_dir_fd=there)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._refused(name, error) from error
        return True

    @contextmanager
    def _descriptor(self, *, make: bool = False) -> Iterator[int]:
        if make:
            Path(self.root).mkdir(parents=True, exist_ok=True)
        here = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in self.parts:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(part, dir_fd=here)
                flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
                further = os.open(part, flags, dir_fd=here)
                os.close(here)
                here = further
            yield here
        finally:
            os.close(here)

    def _put(self, name: str, data: bytes, *, exclusive: bool) -> bool:
        temporary = f".{name[:100]}.{os.getpid()}.{next(_counter)}.tmp"
        try:
            with self._descriptor(make=True) as here:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                descriptor = os.open(temporary, flags, 0o644, dir_fd=here)
                try:
                    with os.fdopen(descriptor, "wb") as stream:
                        stream.write(data)
                        stream.flush()
                        os.fsync(descriptor)
                    if exclusive:
                        try:
                            os.link(temporary, name, src_dir_fd=here, dst_dir_fd=here)
                        except FileExistsError:
                            return False
                    else:
                        os.replace(temporary, name, src_dir_fd=here, dst_dir_fd=here)
                    os.fsync(here)
                finally:
                    with suppress(FileNotFoundError):
                        os.unlink(temporary, dir_fd=here)
        except OSError as error:
            raise self._refused(name, error) from error
        return True

    def _unusable(self, name: str, error: OSError) -> UnusableFileError:
        return UnusableFileError(f"{self._shown(name)} cannot be read: {_reason(error)}")

    def _refused(self, name: str, error: OSError) -> RefusedError:
        return RefusedError(
            f"{self._shown(name)} cannot be written: {_reason(error)}",
            hint="Nothing was changed there.",
        )

    def _shown(self, name: str) -> str:
        return f"{self.path}/{name}" if name else self.path


def _reason(error: OSError) -> str:
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return "a symbolic link or a file stands where a folder or file of ours should be"
    return (error.strerror or str(error)).lower()
