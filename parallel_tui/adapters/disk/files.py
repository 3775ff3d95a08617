"""Crash-safe operations on files: write, move, delete.

Nothing here follows a symbolic link to write, and nothing overwrites a file that it was not asked
to replace.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path

from parallel_tui.adapters.disk import drafts, flock
from parallel_tui.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1 << 20
_GUARD_PATIENCE = 60.0
"""Seconds to wait for another pdev; adding a worktree of a large repository takes some."""


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace a file so that readers see the old contents or the new, never a part.

    Args:
        path: Where; missing folders are made. An existing file keeps its own mode, and a
            symbolic link keeps pointing at the file that is replaced.
        data: New contents.
        mode: Mode of a file that did not exist.

    Raises:
        OSError: When it cannot be written; the old contents are untouched.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(target.stat().st_mode)
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    here = os.open(target.parent, flags)
    try:
        draft = drafts.write(here, target.name, data, mode=mode)
        try:
            os.replace(draft, target.name, src_dir_fd=here, dst_dir_fd=here)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft, dir_fd=here)
            raise
        drafts.sweep(here)
    finally:
        os.close(here)


@contextmanager
def guard(path: Path, *, patience: float | None = None) -> Iterator[None]:
    """Hold an advisory lock on a file that is never deleted.

    It ends with the process, so a crash leaves nothing behind that would have to be broken.

    Args:
        path: The file.
        patience: Seconds to wait for whoever holds it; a minute by default.

    Raises:
        RefusedError: When somebody else holds it for longer.
        OSError: When the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if not flock.take(descriptor, seconds=_GUARD_PATIENCE if patience is None else patience):
            raise RefusedError(
                f"Another pdev has been changing this for a minute and holds {path}.",
                hint="Try again when it is done.",
            )
        yield
    finally:
        os.close(descriptor)


def remove_folder(path: Path) -> None:
    """Delete a folder that only we write in, with all that is in it; what cannot be stays.

    `shutil` minds others who change folders meanwhile, and costs ten times as much to import.
    """
    for here, folders, names in os.walk(path, topdown=False):
        for name in (*names, *folders):
            with suppress(OSError):
                entry = os.path.join(here, name)  # noqa: PTH118 - hundreds of these
                if name in folders and not os.path.islink(entry):  # noqa: PTH114
                    os.rmdir(entry)  # noqa: PTH106
                else:
                    os.unlink(entry)  # noqa: PTH108
    with suppress(OSError):
        path.rmdir()


def real_parent(root: Path, relative: str) -> bool:
    """Make the missing folders of a path below a root; false when a link stands in the way.

    Returns:
        Whether the path's folder is there now and lies below the root: no component of it is a
        symbolic link, which could lead a write out of the root.
    """
    folder = root
    for part in Path(relative).parts[:-1]:
        if part in ("..", "/"):
            return False
        folder = folder / part
        with suppress(FileExistsError):
            folder.mkdir()
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return False
    return True


def copy_new(source: Path, target: Path) -> int | None:
    """Copy one file or symbolic link to a free path, with its mode and times.

    Returns:
        Bytes copied; `None` when it was left out, since something is there already or it is
        neither a file nor a link.

    Raises:
        OSError: When reading or writing fails; no half-written copy is left.
    """
    kind = source.lstat().st_mode
    if stat.S_ISLNK(kind):
        try:
            target.symlink_to(source.readlink())
        except FileExistsError:
            return None
        return 0
    if not stat.S_ISREG(kind):
        return None
    try:
        # Private until complete: it may be somebody's `.env`.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(target, flags, 0o600)
    except FileExistsError:
        return None
    copied = 0
    try:
        reader = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "wb") as out, os.fdopen(reader, "rb") as data:
            while chunk := data.read(_CHUNK):
                out.write(chunk)
                copied += len(chunk)
            out.flush()
            seen = os.fstat(data.fileno())
            os.fchmod(out.fileno(), stat.S_IMODE(seen.st_mode))
            os.utime(out.fileno(), ns=(seen.st_atime_ns, seen.st_mtime_ns))
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise
    return copied


def files_below(root: Path, relative: str) -> Iterator[str]:
    """Files and links at or below a path, relative to the root, links never followed, sorted."""
    top = root / relative
    try:
        kind = top.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    if not stat.S_ISDIR(kind):
        yield relative.rstrip("/")
        return
    for folder, folders, names in os.walk(top):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118
        for name in sorted([*names, *links]):
            yield os.path.relpath(os.path.join(folder, name), root)  # noqa: PTH118


def missing_parents(path: Path) -> tuple[Path, ...]:
    """Missing folders above a path, the deepest first."""
    found = []
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        found.append(folder)
        folder = folder.parent
    return tuple(found)
