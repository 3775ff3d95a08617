"""Find edits of files marked skip-worktree or assume-unchanged."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from typing import Final

from parallel_tui.adapters.git.repo.index_entries import LISTING, IndexEntry, special
from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass

_CHUNK: Final = 1 << 20
_LINK: Final = "120000"
_EXECUTABLE: Final = "100755"


@dataclass(frozen=True, slots=True)
class Tracked:
    """Submodules and marks in a worktree's index.

    Attributes:
        submodules: Paths of submodules that are checked out, sorted.
        marked: Files that git passes over.
    """

    submodules: tuple[str, ...]
    marked: tuple[IndexEntry, ...]


def state_of_index(worktree: Worktree) -> tuple[int, ...] | None:
    """What tells one index file from another; git never changes one, but puts another in its place.

    Returns:
        `None` when there is none to be seen.
    """
    try:
        found = os.stat(f"{worktree.git_dir}/index")  # noqa: PTH116
    except OSError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def read_index(runner: Runner, worktree: Worktree) -> Tracked:
    """Read submodules and marks from the index; one process."""
    if worktree.bare:
        return Tracked((), ())
    return tracked_in(runner.run(LISTING, worktree=worktree).fields(), worktree.path)


def tracked_in(records: Iterable[str], top: str) -> Tracked:
    """Parse the answer to `LISTING`.

    Args:
        records: Its records.
        top: Directory that the paths are relative to.
    """
    modules: set[str] = set()
    marked: list[IndexEntry] = []
    for entry in special(records):
        if not entry.is_submodule:
            marked.append(entry)
        elif os.path.lexists(f"{top}/{entry.path}/.git"):
            modules.add(entry.path)
    return Tracked(tuple(sorted(modules)), tuple(marked))


def edited(runner: Runner, worktree: Worktree, tracked: Tracked) -> tuple[str, ...]:
    """Marked files that differ from git's content; no process unless one seems to differ.

    A file that skip-worktree leaves out (a sparse checkout) is no edit.

    Raises:
        GitError: When git could not convert one of them.
        OSError: When one of them cannot be read.
    """
    seen = compare(tracked, worktree.path)
    found = list(seen.edited)
    if seen.other_bytes:
        # Line ends and filters may be all that differs; git knows.
        stdin = b"".join(_quoted(path) + b"\n" for path, _ in seen.other_bytes)
        args = ["hash-object", "--stdin-paths"]
        told = runner.run(args, worktree=worktree, stdin=stdin).text.split()
        found += [p for (p, oid), now in zip(seen.other_bytes, told, strict=True) if now != oid]
    if seen.other_mode or seen.no_link:
        # On some disks git is told to pass over the first, or cannot make the second.
        args = ["config", "--type=bool", "--get-regexp", r"^core\.(filemode|symlinks)$"]
        told = runner.run(args, worktree=worktree, ok=(0, 1)).text.split("\n")
        minded = dict(line.split(" ") for line in told if line)
        found += seen.other_mode if minded.get("core.filemode") != "false" else ()
        found += seen.no_link if minded.get("core.symlinks") != "false" else ()
    return tuple(sorted(set(found)))


@dataclass(frozen=True, slots=True)
class Compared:
    """Differences of marked files from the index.

    Attributes:
        edited: Paths that differ for certain.
        other_bytes: Path and object id of those whose bytes differ, which a filter may explain.
        other_mode: Paths of those that are executable, or are not, unlike in the index.
        no_link: Paths of links that are ordinary files here.
    """

    edited: tuple[str, ...]
    other_bytes: tuple[tuple[str, str], ...]
    other_mode: tuple[str, ...]
    no_link: tuple[str, ...]


def compare(tracked: Tracked, top: str) -> Compared:
    """Compare marked files with the index; no process.

    Raises:
        OSError: When one of them cannot be read.
    """
    found: list[str] = []
    other_bytes: list[tuple[str, str]] = []
    other_mode: list[str] = []
    no_link: list[str] = []
    for entry in tracked.marked:
        path, mode, oid = entry.path, entry.mode, entry.oid
        place = os.fsencode(top) + b"/" + raw(path)
        try:
            kind = os.lstat(place).st_mode
        except (FileNotFoundError, NotADirectoryError):
            if not entry.may_be_missing:
                found.append(path)
            continue
        if stat.S_ISLNK(kind):
            target = os.readlink(place)  # noqa: PTH115 - a name of any bytes
            if mode != _LINK or _name(target, len(oid)) != oid:
                found.append(path)
        elif not stat.S_ISREG(kind):
            found.append(path)
        else:
            if _name_of_file(place, len(oid)) != oid:
                other_bytes.append((path, oid))
            if mode == _LINK:
                no_link.append(path)
            elif (mode == _EXECUTABLE) != bool(kind & stat.S_IXUSR):
                other_mode.append(path)
    return Compared(tuple(found), tuple(other_bytes), tuple(other_mode), tuple(no_link))


def _digest(digits: int) -> hashlib._Hash:
    # git's own names of objects, not a protection: 40 digits mean SHA-1, 64 mean SHA-256.
    return hashlib.sha256() if digits == 64 else hashlib.sha1(usedforsecurity=False)


def _name(data: bytes, digits: int) -> str:
    made = _digest(digits)
    made.update(b"blob %d\0" % len(data) + data)
    return made.hexdigest()


def _name_of_file(path: bytes, digits: int) -> str:
    made = _digest(digits)
    with open(path, "rb") as file:  # noqa: PTH123 - a name of any bytes
        made.update(b"blob %d\0" % os.fstat(file.fileno()).st_size)
        while chunk := file.read(_CHUNK):
            made.update(chunk)
    return made.hexdigest()


def _quoted(path: str) -> bytes:
    """Quote a path, whatever its bytes, as git reads it from a line."""
    return b'"' + b"".join(_octal(raw(path))) + b'"'


def _octal(data: bytes) -> Iterable[bytes]:
    for byte in data:
        yield b"\\%03o" % byte if byte < 32 or byte in b'"\\' or byte > 126 else bytes((byte,))
