"""Warm work trees of one repository, each used by one process at a time and kept for the next."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk import flock
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.git.workspaces.workspace import BorrowedTree, delete
from parallel_tui.errors import CouldNotLookError, RefusedError, disk_hint
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.text.words import size

_PAUSE: Final = 0.2
"""Seconds between two looks whether a work tree has become free."""
_OWNER: Final = "repository"
_LEFT: Final = 64 << 20
"""Bytes that a disk has to have free."""


class WorkspacePool:
    """Implements `ports.proving.workspaces.Workspaces`.

    Attributes:
        folder: Where this repository's work trees are.
    """

    def __init__(self, home: Path, owner: Repository, *, workers: int, most: int) -> None:
        """Name the folder; nothing is made yet.

        Args:
            home: Folder of all pools.
            owner: The repository.
            workers: How many work trees there may be.
            most: Bytes that they may take together.
        """
        self._home = home
        self._owner = owner
        self._workers = workers
        self._most = most
        name = hashlib.sha256(os.fsencode(owner.common_dir)).hexdigest()[:16]
        self.folder = home / name

    @contextmanager
    def take(
        self, digits: int, stopped: Callable[[], bool], waits: Callable[[], None]
    ) -> Iterator[BorrowedTree]:
        """See `Workspaces.take`."""
        number, descriptor = self._slot(stopped, waits)
        try:
            if why := self.full():
                self._make_room(number)
                why = self.full()
                if why:
                    raise CouldNotLookError(
                        f"There is no room for worktrees in {self.folder}: {why}",
                        hint="Make room there, or raise prove.disk.",
                    )
            yield BorrowedTree(self._place(number), self._owner, digits)
        finally:
            os.close(descriptor)

    def full(self) -> str:
        """See `Workspaces.full`."""
        used = _used(self.folder)
        if used > self._most:
            return f"its worktrees take {size(used)}, and prove.disk is {size(self._most)}"
        with suppress(OSError):
            free = shutil.disk_usage(self.folder).free
            if free < _LEFT:
                return f"the disk has {size(free)} left"
        return ""

    def _slot(self, stopped: Callable[[], bool], waits: Callable[[], None]) -> tuple[int, int]:
        """A work tree's number and the open file whose lock holds it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self.folder / _OWNER, os.fsencode(self._owner.common_dir))
            self._sweep()
            told = False
            while True:
                for number in range(1, self._workers + 1):
                    if (descriptor := self._lock(number)) is not None:
                        return number, descriptor
                if not told:
                    waits()
                    told = True
                if stopped():
                    raise RefusedError("Stopped while another check of this repository was running")
                time.sleep(_PAUSE)
        except OSError as error:
            raise CouldNotLookError(
                f"No worktree can be made in {self.folder}: {error.strerror or error}",
                hint=disk_hint(error),
            ) from error

    def _lock(self, number: int) -> int | None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.folder / f"{number}.lock", flags, 0o600)
        if flock.take(descriptor):
            return descriptor
        os.close(descriptor)
        return None

    def _place(self, number: int) -> Path:
        return self.folder / str(number) / self._owner.name

    def _make_room(self, mine: int) -> None:
        """Delete work trees that nobody uses, our own at last: they can be made again."""
        for path in sorted(self.folder.glob("*.lock")):
            number = path.name.removesuffix(".lock")
            if number.isdigit() and int(number) != mine:
                descriptor = self._lock(int(number))
                if descriptor is not None:
                    delete(self.folder / number)
                    os.close(descriptor)
        if self.full():
            delete(self.folder / str(mine))

    def _sweep(self) -> None:
        """Delete pools of repositories that are gone."""
        for path in self._home.glob(f"*/{_OWNER}"):
            with suppress(OSError):
                owner = os.fsdecode(path.read_bytes())
                if not owner.startswith("/") or Path(owner).exists():
                    continue
                held = [os.open(each, os.O_RDWR | os.O_CLOEXEC) for each in _locks(path.parent)]
                try:
                    if all(flock.take(each) for each in held):
                        delete(path.parent)
                finally:
                    for each in held:
                        os.close(each)


def _locks(folder: Path) -> list[Path]:
    return list(folder.glob("*.lock"))


def _used(folder: Path) -> int:
    """Bytes that a folder takes on its disk; a file with several names counts once."""
    total = 0
    seen = set()
    todo = [os.fspath(folder)]
    while todo:
        with suppress(OSError), os.scandir(todo.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    told = entry.stat(follow_symlinks=False)
                    if told.st_nlink > 1 and not entry.is_dir(follow_symlinks=False):
                        if told.st_ino in seen:
                            continue
                        seen.add(told.st_ino)
                    total += told.st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
    return total
