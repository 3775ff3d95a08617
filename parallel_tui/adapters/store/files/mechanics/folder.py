"""Open one folder below the coordination root without following links out of it.

Every step below the root is opened relative to the one before and never follows a symbolic link:
a `.claude/locks` that points elsewhere is an error, not a place to write to.
"""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack, contextmanager, suppress

from parallel_tui.adapters.disk import drafts, reading
from parallel_tui.adapters.disk.reading import MAX_BYTES
from parallel_tui.errors import RefusedError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO, Final

DRAFTS: Final = ("pdev", "tmp")
"""Where, below the root, files stand until they are complete: git is told to ignore it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Identity and state of a file, compared without reading it.

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
        """Sorted names of its entries; none when it does not exist.

        Raises:
            UnusableFileError: When it is not a plain folder, or cannot be read.
        """
        try:
            with self.descriptor() as here:
                return tuple(sorted(os.listdir(here)))  # noqa: PTH208 - by descriptor
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise reading.unusable(self._shown(""), error) from error

    def stamps(self, names: Iterable[str] | None = None) -> dict[str, Stamp]:
        """Stamps of many files at once; missing files are left out.

        Args:
            names: Which; `None` for every entry.

        Raises:
            UnusableFileError: When the folder is not a plain one, or cannot be read.
        """
        found: dict[str, Stamp] = {}
        try:
            with self.descriptor() as here:
                for name in os.listdir(here) if names is None else names:  # noqa: PTH208
                    with suppress(FileNotFoundError):
                        seen = os.stat(name, dir_fd=here, follow_symlinks=False)
                        found[name] = Stamp(seen.st_ino, seen.st_mtime_ns, seen.st_size)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise reading.unusable(self._shown(""), error) from error
        return found

    def read(self, name: str, *, limit: int = MAX_BYTES) -> bytes | None:
        """Contents of a file, or `None` without one.

        Args:
            name: Name in this folder.
            limit: Bytes beyond which it is not read.

        Raises:
            UnusableFileError: When it is no regular file, larger than `limit`, or unreadable.
        """
        stream = self._open_regular(name)
        if stream is None:
            return None
        with stream:
            return reading.bounded(stream, self._shown(name), limit)

    def read_tail(self, name: str, count: int) -> bytes | None:
        """The last bytes of a file, from the start of a line; `None` without the file.

        Raises:
            UnusableFileError: When it is no regular file, or unreadable.
        """
        stream = self._open_regular(name)
        if stream is None:
            return None
        try:
            with stream:
                size = os.fstat(stream.fileno()).st_size
                if size > count:
                    stream.seek(size - count)
                    stream.readline()
                return stream.read(count)
        except OSError as error:
            raise reading.unusable(self._shown(name), error) from error

    def _open_regular(self, name: str) -> BinaryIO | None:
        try:
            with self.descriptor() as here:
                return reading.open_at(here, name, self._shown(name))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise reading.unusable(self._shown(name), error) from error

    def open(self, name: str, flags: int) -> int:
        """Open a file, which the caller closes; folders are created as needed.

        Raises:
            RefusedError: When it cannot be opened.
        """
        # Never wait for the reader of a pipe that stands where a file of ours should.
        flags |= os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
        try:
            with self.descriptor(make=True) as here:
                descriptor = os.open(name, flags, 0o644, dir_fd=here)
        except (OSError, ValueError) as error:
            raise self.refused(name, error) from error
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise RefusedError(
                f"{self._shown(name)} cannot be written: it is not a regular file",
                hint="Move it away; nothing was changed there.",
            )
        return descriptor

    def write(self, name: str, data: bytes, *, lasting: bool = True) -> None:
        """Replace a file's contents atomically.

        Args:
            name: Name in this folder.
            data: New contents.
            lasting: Whether a crash of the machine right after may not bring the old ones back.

        Raises:
            RefusedError: When the disk refuses; the old contents are then still there.
        """
        with self._drafted(name, data, lasting=lasting) as (here, there, draft):
            os.replace(draft, name, src_dir_fd=there, dst_dir_fd=here)

    def create(self, name: str, data: bytes) -> bool:
        """Create a file with contents, unless it exists; returns whether it was created.

        A hard link of a finished file, so that even a program that knows no guard sees either no
        file or a whole one.

        Raises:
            RefusedError: When the disk refuses; there is no such file then.
        """
        with self._drafted(name, data) as (here, there, draft):
            try:
                os.link(draft, name, src_dir_fd=there, dst_dir_fd=here)
            except FileExistsError:
                return False
        return True

    def append(self, name: str, data: bytes) -> None:
        """Append a line to a file, whole or not at all. The caller holds the guard.

        A last line without its end, left by a crash or by another program, is ended first.

        Raises:
            RefusedError: When the disk refuses; the file is then as it was.
        """
        descriptor = self.open(name, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            drafts.append_line(descriptor, data)
        except OSError as error:
            raise self.refused(name, error) from error
        finally:
            os.close(descriptor)

    def remove(self, name: str) -> bool:
        """Delete a file; returns whether it existed."""
        try:
            with self.descriptor() as here:
                os.unlink(name, dir_fd=here)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self.refused(name, error) from error
        return True

    def move(self, name: str, target: Folder, new_name: str) -> bool:
        """Move an entry to another folder below the same root, without following it.

        Returns:
            Whether it was there.
        """
        try:
            with self.descriptor() as here, target.descriptor(make=True) as there:
                os.rename(name, new_name, src_dir_fd=here, dst_dir_fd=there)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self.refused(name, error) from error
        return True

    def drafts(self) -> Folder:
        """Folder of unfinished files of this root."""
        return Folder(self.root, DRAFTS)

    @contextmanager
    def drafting(self) -> Iterator[int]:
        """The folder of drafts, open; it is created as needed.

        Raises:
            RefusedError: When it cannot be.
        """
        folder = self.drafts()
        with ExitStack() as stack:
            try:
                there = stack.enter_context(folder.descriptor(make=True))
            except OSError as error:
                raise folder.refused("", error) from error
            yield there

    @contextmanager
    def descriptor(self, *, make: bool = False) -> Iterator[int]:
        """File descriptor of the folder.

        Args:
            make: Whether it is made where it is not there yet.

        Raises:
            OSError: When it is not there, or no plain folder.
        """
        here = reading.folder_at(self.root, None, make=make)
        try:
            for part in self.parts:
                further = reading.folder_at(part, here, make=make)
                os.close(here)
                here = further
            yield here
        finally:
            os.close(here)

    @contextmanager
    def _drafted(
        self, name: str, data: bytes, *, lasting: bool = True
    ) -> Iterator[tuple[int, int, str]]:
        """A finished draft: this folder, the folder of drafts, and the draft's name."""
        try:
            with self.descriptor(make=True) as here, self.drafting() as there:
                draft = drafts.write(there, name, data)
                try:
                    yield here, there, draft
                finally:
                    with suppress(FileNotFoundError):
                        os.unlink(draft, dir_fd=there)
                if lasting:
                    with suppress(OSError):  # it stands there already, whatever a crash now does
                        os.fsync(here)
        except (OSError, ValueError) as error:
            raise self.refused(name, error) from error

    def refused(self, name: str, error: OSError | ValueError) -> RefusedError:
        """The error when the disk refuses a change of a file in this folder."""
        what = f"{self._shown(name)} cannot be written: {reading.reason(error)}"
        return RefusedError(what, hint="Nothing was changed there.")

    def _shown(self, name: str) -> str:
        return f"{self.path}/{name}" if name else self.path
