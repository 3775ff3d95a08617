"""Temporary object directory that reads the repository's objects and never writes there."""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
import zlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from parallel_tui.adapters.disk.files import remove_folder
from parallel_tui.adapters.disk.scratch import folders
from parallel_tui.adapters.git.simulate import large_files as large
from parallel_tui.errors import GitError
from parallel_tui.model.session.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Final

OPTIONS: Final = (
    # Speed instead of safety: what is written here is thrown away.
    "-c",
    "core.looseCompression=0",
    "-c",
    "core.fsync=none",
    "-c",
    "index.skipHash=true",
    # Nothing may be started or left beside the repository's own files.
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "-c",
    "core.splitIndex=false",
    "-c",
    "core.untrackedCache=false",
    # Its clean filter copies files into the repository; pointers are written by `filters` instead.
    "-c",
    "filter.lfs.clean=",
    "-c",
    "filter.lfs.process=",
    "-c",
    "filter.lfs.required=false",
)
"""Options of every command that writes into a quarantine."""

MAX_BYTES: Final = 256 * 1024 * 1024
"""Beyond this the directory is emptied between two runs; everything in it can be made again."""


class Quarantine:
    """A directory for the objects of simulations.

    Those of processes that were killed are deleted when the next one is made.

    Attributes:
        path: The directory; gone after `close`.
    """

    def __init__(self, repository: Repository, *, where: Path | None = None) -> None:
        """Create an empty quarantine for a repository.

        Args:
            repository: Whose objects stand behind it.
            where: Folder to make it in; shared memory, where there is some, by default.

        Raises:
            GitError: When it cannot be made.
        """
        self._repository = repository
        place = where or folders.memory() or folders.temporary()
        self._where = where
        self._lock = threading.Lock()
        self._disk: tuple[Path, int] | None = None
        for each in {place, folders.disk()} if where is None else (place,):
            folders.sweep(each)
        self.path, self._alive = _folder(place)
        self._made = itertools.count()

    @property
    def env(self) -> Mapping[str, str]:
        """Variables that make git read the repository's objects and write here."""
        return {
            "GIT_OBJECT_DIRECTORY": str(self.path / "objects"),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": ":".join(map(_listed, self._behind())),
            # Never our own or anybody's index, unless a snapshot names its copy.
            "GIT_INDEX_FILE": str(self.path / "no-index"),
            # A partial clone must not fetch what is missing; old git knows only the second word.
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_AUTHOR_NAME": "pdev",
            "GIT_AUTHOR_EMAIL": "pdev",
            "GIT_COMMITTER_NAME": "pdev",
            "GIT_COMMITTER_EMAIL": "pdev",
        }

    @property
    def disk_env(self) -> Mapping[str, str]:
        """Like `env`, but git writes its objects to a disk, for contents too large for memory.

        Raises:
            GitError: When there is no place on it.
        """
        objects = str(self._on_disk())
        behind = [f"{self.path}/objects", *(each for each in self._behind() if each != objects)]
        return {
            **self.env,
            "GIT_OBJECT_DIRECTORY": objects,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": ":".join(map(_listed, behind)),
        }

    def commit(
        self, tree: str, parents: Sequence[str] = (), *, message: str = "", when: int = 0
    ) -> str:
        """Write a commit object without starting a process; the same input gives the same id.

        Args:
            tree: Object id of its tree.
            parents: Object ids of its parents.
            message: What it says of itself.
            when: Its time, in epoch seconds.
        """
        who = f"pdev <pdev> {when} +0000"
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        words = "\n".join([*lines, f"author {who}", f"committer {who}", "", message])
        body = words.encode("utf-8", "surrogateescape")
        return self._write(b"commit", body, len(tree))

    def blob(self, data: bytes, digits: int) -> str:
        """Write a blob without starting a process.

        Args:
            data: Its contents.
            digits: Length of object ids in this repository.
        """
        return self._write(b"blob", data, digits)

    def large(self, file: BinaryIO, size: int, digits: int) -> str:
        """Write a large file as a blob, in pieces; see `large_files.store`."""
        return large.store(file, size, digits, self._on_disk())

    def keep_large(self, oids: Collection[str]) -> None:
        """Delete all large blobs but some."""
        if self._disk is not None:
            large.keep(self._disk[0] / "objects", oids)

    def tree(self, entries: bytes, digits: int) -> str:
        """Write a tree without starting a process.

        Args:
            entries: What it holds, as git stores it, in git's order.
            digits: Length of object ids in this repository.
        """
        return self._write(b"tree", entries, digits)

    def _write(self, kind: bytes, body: bytes, digits: int) -> str:
        data = b"%s %d\0" % (kind, len(body)) + body
        # git's own names of objects, not a protection: 40 digits mean SHA-1, 64 mean SHA-256.
        name = hashlib.sha256(data) if digits == 64 else hashlib.sha1(data, usedforsecurity=False)
        oid = name.hexdigest()
        folder = f"{self.path}/objects/{oid[:2]}"
        target = f"{folder}/{oid[2:]}"
        if not os.path.exists(target):  # noqa: PTH110 - hundreds of these, and paths are slow
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            draft = f"{folder}/new{next(self._made)}"
            with open(draft, "wb") as file:  # noqa: PTH123
                file.write(zlib.compress(data, 0))
            os.rename(draft, target)  # noqa: PTH104
        return oid

    def size(self) -> int:
        """Its size in bytes, slightly low while something is being written.

        Large blobs do not count: there are never more than the sessions have now.
        """
        total = 0
        packs = [] if self._disk is None else [self._disk[0] / "objects/pack"]
        for top in (self.path, *packs):
            for folder, _, names in os.walk(top):
                for name in names:
                    with suppress(FileNotFoundError):
                        total += Path(folder, name).stat().st_size
        return total

    def empty(self) -> None:
        """Delete all objects."""
        for home in (self.path, *(() if self._disk is None else (self._disk[0],))):
            remove_folder(home / "objects")
            (home / "objects").mkdir(exist_ok=True)

    def close(self) -> None:
        """Delete the directory. Closing twice is no error."""
        folders.ended(self.path, self._alive)
        self._alive = -1
        with self._lock:
            if self._disk is not None:
                folders.ended(*self._disk)
                self._disk = None

    def _behind(self) -> list[str]:
        """Read-only object directories."""
        disk = [] if self._disk is None else [f"{self._disk[0]}/objects"]
        return [f"{self._repository.common_dir}/objects", *disk]

    def _on_disk(self) -> Path:
        """The object directory on a disk, made when first needed."""
        with self._lock:
            if self._disk is None:
                self._disk = _folder(self._where or folders.disk())
            return self._disk[0] / "objects"


def _folder(place: Path) -> tuple[Path, int]:
    """A new quarantine directory, and what proves that it is in use."""
    try:
        path, alive = folders.made(folders.OVERLAP, place)
        (path / "objects").mkdir()
    except OSError as error:
        raise GitError(f"No place for simulated merges in {place}: {error.strerror}") from error
    return path, alive


def _listed(path: str) -> str:
    """Escape a path for git's list of alternates, where colons separate and quotes quote."""
    if ":" not in path and not path.startswith('"'):
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
