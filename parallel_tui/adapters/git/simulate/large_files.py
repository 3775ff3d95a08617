"""Hash large files in pieces, with little memory.

They are written to a disk, for the temporary directory of the others may be memory. Of a giant,
which git merges by its id alone, only the id is worked out; what stands under it is a stand-in that
git takes for a binary file, as it takes the giant.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, Final

LARGE: Final = 8 << 20
"""Bytes from which on a file is written to disk, and piece by piece."""

GIANT: Final = 1023 << 20
"""Bytes beyond which git merges no text: `MAX_XDIFF_SIZE` in its sources."""

PIECEWISE: Final = ("-c", f"core.bigFileThreshold={LARGE}", "-c", "pack.compression=0")
"""Options by which git itself reads large files piece by piece, where it need not convert them."""

_PIECE: Final = 1 << 20


class MovedError(OSError):
    """The file grew or shrank while it was read."""


def store(file: BinaryIO, size: int, digits: int, objects: Path) -> str:
    """Write an open file as a blob under the id that git gives it.

    Args:
        file: The file, at its start.
        size: Its bytes.
        digits: Length of object ids in the repository.
        objects: Directory of objects.

    Returns:
        Its object id.

    Raises:
        OSError: When it cannot be read or written, or changes meanwhile.
    """
    name = hashlib.sha256() if digits == 64 else hashlib.sha1(usedforsecurity=False)
    head = b"blob %d\0" % size
    name.update(head)
    import tempfile

    descriptor, draft = tempfile.mkstemp(dir=objects, prefix="new")
    try:
        with os.fdopen(descriptor, "wb") as out:
            packed = zlib.compressobj(0)
            giant = size > GIANT
            if not giant:
                out.write(packed.compress(head))
            left = size
            while left and (piece := file.read(min(_PIECE, left))):
                left -= len(piece)
                name.update(piece)
                if not giant:
                    out.write(packed.compress(piece))
            if left or file.read(1):
                raise MovedError("it changed while it was read")
            oid = name.hexdigest()
            if giant:
                told = b"\0pdev stand-in\0" + oid.encode() + b"\n"
                out.write(packed.compress(b"blob %d\0" % len(told) + told))
            out.write(packed.flush())
        (objects / oid[:2]).mkdir(exist_ok=True)
        Path(draft).rename(objects / oid[:2] / oid[2:])
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return oid


def keep(objects: Path, oids: Collection[str]) -> None:
    """Delete all loose objects but some."""
    for folder in objects.glob("??"):
        for found in folder.iterdir():
            if folder.name + found.name not in oids:
                with suppress(OSError):
                    found.unlink()
