"""The trash: removed worktrees with their git directories, moved and never copied.

Everything about one item lies in `<common>/pdev/trash/<id>`: a manifest, the worktree's own git
directory (`git`) and its files (`tree`). Where the worktree is on another file system, its files
go to a hidden folder beside it instead, outside of every worktree, so that they show nowhere.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from parallel_tui.adapters.disk import drafts, reading
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle.trash import TrashItem
from parallel_tui.model.session.join import inside
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass, replace

MANIFEST: Final = "manifest.json"
_GOING: Final = ".going-"
_COUNTING: Final = 3.0
"""Seconds spent on adding up sizes."""


@dataclass(frozen=True, slots=True)
class Trash:
    """The trash of one repository. Callers hold the guard of its worktrees.

    Attributes:
        folder: Where it is.
    """

    folder: Path

    def new_id(self, name: str) -> str:
        """An id that contains the session's name."""
        words = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40] or "session"
        return f"{words}-{secrets.token_hex(3)}"

    def git_dir(self, item_id: str) -> Path:
        """Path of the item's git directory."""
        return self.folder / item_id / "git"

    def log(self, item_id: str) -> Path:
        """Path of the reflog of the item's branch, if it had one."""
        return self.folder / item_id / "reflog"

    def write(self, item: TrashItem) -> None:
        """Write the manifest; the item is listed once its git directory is beside it."""
        text = strict_json.document(item.as_json())
        write_atomically(self.folder / item.id / MANIFEST, text, mode=0o600)

    def read(self, item_id: str) -> TrashItem | None:
        """The manifest of an item; `None` without a readable one."""
        item = _manifest(self.folder / item_id)
        return item if item is not None and item.id == item_id else None

    def items(self) -> tuple[TrashItem, ...]:
        """Everything that can be restored, newest first."""
        try:
            names = os.listdir(self.folder)  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            return ()
        found = (
            self.read(name)
            for name in names
            if not name.startswith(".") and self.git_dir(name).is_dir()
        )
        items = [item for item in found if item is not None]
        return tuple(sorted(items, key=lambda item: (item.removed, item.id), reverse=True))

    def unreadable(self) -> tuple[str, ...]:
        """Folders of items with an unreadable manifest: kept, but never listed."""
        try:
            names = os.listdir(self.folder)  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            return ()
        return tuple(
            str(self.folder / name)
            for name in sorted(names)
            if not name.startswith(".")
            and os.path.lexists(self.folder / name / MANIFEST)
            and self.read(name) is None
        )

    def take(self, item: TrashItem, others: Iterable[str]) -> TrashItem:
        """Move the files of a worktree into the trash; returns the item with their new path.

        Args:
            item: Its manifest stands already; it is written anew before files go elsewhere.
            others: Paths of all worktrees, none of which may get a hidden folder.

        Raises:
            RefusedError: When they cannot be moved; then they are where they were.
        """
        problem: OSError | None = None
        for place in self._places(item, tuple(others)):
            named = replace(item, tree=str(place))
            self.write(named)
            try:
                Path(item.path).rename(place)
            except OSError as error:
                problem = error
                if error.errno not in (errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS):
                    break
            else:
                return named
        raise RefusedError(
            f"{item.path} cannot be moved to a trash on its file system"
            + (f": {problem.strerror}." if problem else "."),
            hint="`git worktree remove` deletes it for good.",
        )

    def measure(self, folder: str) -> int:
        """Bytes below a folder, links not followed, counted for a few seconds at most."""
        return measure(folder)

    def _places(self, item: TrashItem, others: tuple[str, ...]) -> Iterable[Path]:
        yield self.folder / item.id / "tree"
        here = Path(item.path)
        device = here.lstat().st_dev
        for parent in here.parents:
            try:
                if parent.lstat().st_dev != device:
                    return
            except OSError:
                return
            if not any(inside(str(parent), os.path.realpath(other)) for other in others):
                yield parent / f".pdev-trash-{item.id}"

    def delete(self, item: TrashItem) -> None:
        """Delete an item for good. An interrupted deletion leaves nothing listed.

        Raises:
            OSError: When not all of it could be deleted.
        """
        going = self.folder / f"{_GOING}{item.id}"
        (self.folder / item.id).rename(going)
        self._finish(going)

    def sweep(self) -> None:
        """Finish interrupted deletions."""
        for going in self.folder.glob(f"{_GOING}*"):
            with suppress(OSError):
                self._finish(going)

    def _finish(self, going: Path) -> None:
        item = _manifest(going)
        # Only a folder of ours is ever deleted, whatever a manifest says.
        if item is not None and item.tree is not None:
            outside = Path(item.tree)
            if outside.name == f".pdev-trash-{item.id}":
                _delete(outside)
        for name in ("tree", "git"):
            _delete(going / name)
        _delete(going)

    def forget(self, item_id: str) -> None:
        """Delete the rest of an item whose files were moved elsewhere; never files."""
        place = self.folder / item_id
        for path in (place / MANIFEST, self.log(item_id)):
            path.unlink(missing_ok=True)
        # A crash may have left what was being written into one of them; the guard is held.
        with suppress(FileNotFoundError):
            for name in os.listdir(place):  # noqa: PTH208
                if drafts.is_draft(name):
                    (place / name).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            place.rmdir()


def _manifest(folder: Path) -> TrashItem | None:
    try:
        data = reading.read_json(folder / MANIFEST)
        return None if data is None else TrashItem.from_json(data)
    except (UnusableFileError, ValueError):
        return None


def measure(folder: str) -> int:
    """Bytes below a folder, links not followed, counted for a few seconds at most."""
    total = 0
    deadline = time.monotonic() + _COUNTING
    todo = [folder]
    while todo and time.monotonic() < deadline:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total


def _delete(folder: Path) -> None:
    """Delete a folder and its contents, links not followed."""

    def insist(function: Callable[..., Any], path: str, info: object) -> None:
        # A folder without write permission keeps its entries: open it, it is ours.
        parent = os.path.dirname(path)  # noqa: PTH120
        for each in (parent, path):
            with suppress(OSError):
                if stat.S_ISDIR(os.lstat(each).st_mode):
                    os.chmod(each, 0o700)  # noqa: PTH101
        if function in (os.open, os.scandir, os.lstat):
            shutil.rmtree(path)
        else:
            function(path)

    if os.path.lexists(folder):
        shutil.rmtree(folder, onerror=insist)
