"""Find edits of files marked skip-worktree or assume-unchanged."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.model.session.worktree import Worktree

_CHUNK: Final = 1 << 20
_GITLINK: Final = "160000"
_LINK: Final = "120000"


@dataclass(frozen=True, slots=True)
class Tracked:
    """What the index says about a worktree.

    Attributes:
        submodules: Paths of submodules that are checked out, sorted.
        marked: Paths that git passes over, with mode, object id, and whether the file may be
            missing (skip-worktree).
    """

    submodules: tuple[str, ...]
    marked: tuple[tuple[str, str, str, bool], ...]


def read_index(runner: Runner, worktree: Worktree) -> Tracked:
    """Read submodules and marks from the index; one process."""
    if worktree.bare:
        return Tracked((), ())
    modules: set[str] = set()
    marked: list[tuple[str, str, str, bool]] = []
    for record in runner.run(["ls-files", "--stage", "-v", "-z"], worktree=worktree).fields():
        info, _, path = record.partition("\t")
        tag, mode, oid, _ = info.split(" ")
        if mode == _GITLINK:
            if os.path.lexists(f"{worktree.path}/{path}/.git"):
                modules.add(path)
        elif tag.islower() or tag == "S":
            marked.append((path, mode, oid, tag in "Ss"))
    return Tracked(tuple(sorted(modules)), tuple(marked))


def edited(runner: Runner, worktree: Worktree, tracked: Tracked) -> tuple[str, ...]:
    """Marked files that differ from what git has of them; no process unless bytes differ, then one.

    A file that skip-worktree leaves out (a sparse checkout) is no edit.

    Raises:
        GitError: When git could not convert one of them.
        OSError: When one of them cannot be read.
    """
    found: list[str] = []
    doubtful: list[tuple[str, str]] = []
    for path, mode, oid, may_be_missing in tracked.marked:
        place = os.fsencode(worktree.path) + b"/" + raw(path)
        try:
            kind = os.lstat(place).st_mode
        except (FileNotFoundError, NotADirectoryError):
            if not may_be_missing:
                found.append(path)
            continue
        if stat.S_ISLNK(kind):
            target = os.readlink(place)  # noqa: PTH115 - a name of any bytes
            if mode != _LINK or _name(target, len(oid)) != oid:
                found.append(path)
        elif not stat.S_ISREG(kind):
            found.append(path)
        elif _name_of_file(place, len(oid)) != oid:
            doubtful.append((path, oid))
    if doubtful:
        # Line ends and filters may be all that differs; git knows.
        stdin = b"".join(_quoted(path) + b"\n" for path, _ in doubtful)
        args = ["hash-object", "--stdin-paths"]
        told = runner.run(args, worktree=worktree, stdin=stdin).text.split()
        found += [path for (path, oid), now in zip(doubtful, told, strict=True) if now != oid]
    return tuple(sorted(found))


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
    """A path as git reads it from a line, whatever bytes it has."""
    return b'"' + b"".join(_octal(raw(path))) + b'"'


def _octal(data: bytes) -> Iterable[bytes]:
    for byte in data:
        yield b"\\%03o" % byte if byte < 32 or byte in b'"\\' or byte > 126 else bytes((byte,))
