"""List the objects that a worktree's own git directory names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_OID: Final = re.compile(rb"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])")
_CHUNK: Final = 1 << 20
_SEAM: Final = 65
"""Bytes read again with the next chunk: the longest id and what stands before it."""

_NULL: Final = frozenset({"0" * 40, "0" * 64})


def in_folder(git_dir: Path) -> set[str]:
    """Object ids in the text files of a git directory: HEAD, reflogs, unfinished operations."""
    found: set[str] = set()
    for folder, folders, names in os.walk(git_dir):
        # A submodule's repository keeps its own objects; it moves as a whole.
        folders[:] = [name for name in folders if name not in ("modules", "objects")]
        for name in names:
            if name != "index" and not name.startswith("sharedindex."):
                found |= in_file(Path(folder, name))
    return found


def in_file(path: Path) -> set[str]:
    """Object ids in a text file of any length; none in anything else."""
    found: set[str] = set()
    try:
        if path.is_symlink() or not path.is_file():
            return found
        with path.open("rb") as file:
            rest = b""
            while chunk := file.read(_CHUNK):
                data = rest + chunk
                # One that touches the end may go on; it is looked at with what follows.
                found |= {m[0].decode() for m in _OID.finditer(data) if m.end() < len(data)}
                rest = data[-_SEAM:]
            found |= {oid.decode() for oid in _OID.findall(rest)}
    except OSError:
        return found
    return found - _NULL


def cached_trees(index: Path, width: int) -> set[str]:
    """Trees cached in an index (its TREE extension); git complains when one is missing.

    Read loosely: what is no object is dropped when the ids are asked about.

    Args:
        index: The file.
        width: Bytes of an object id.
    """
    try:
        data = index.read_bytes()
    except OSError:
        return set()
    return set(_trees(data, width))


def _trees(data: bytes, width: int) -> Iterator[str]:
    entry = re.compile(rb"[^\0]*\0(-?\d+) \d+\n")
    for start in (match.end() for match in re.finditer(b"TREE", data)):
        place, end = start + 4, start + 4 + int.from_bytes(data[start : start + 4], "big")
        while place < end <= len(data) and (match := entry.match(data, place, end)):
            place = match.end()
            if not match[1].startswith(b"-"):
                yield data[place : place + width].hex()
                place += width
