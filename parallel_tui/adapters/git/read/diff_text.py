"""Parse the output of `git diff --raw --numstat --patch -z`."""

from __future__ import annotations

import re

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.errors import GitError
from parallel_tui.record import dataclass

_START = re.compile(rb"^diff --git ", re.MULTILINE)
_SHOWN_HEADERS = (b"old mode ", b"new mode ", b"Binary files ", b"GIT binary ")


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One file of the list.

    Attributes:
        path: Its path.
        status: git's letter, without a similarity.
        origin: Where it was renamed or copied from.
        added: Lines added; `None` when binary.
        removed: Lines removed; `None` when binary.
    """

    path: str
    status: str
    origin: str | None
    added: int | None
    removed: int | None


def list_end(output: bytes) -> int:
    """Offset at which the list ends and the patches begin; -1 while that was not read yet."""
    end = output.find(b"\0\0diff --git ")
    return end + 2 if end >= 0 else -1


def parse_list(output: bytes) -> tuple[list[ListedFile], bytes]:
    """Read the list.

    Returns:
        The files in git's order, and the bytes behind the list: the patches in the same order.

    Raises:
        GitError: When the list cannot be read to its end.
    """
    position = 0

    def field() -> bytes:
        nonlocal position
        end = output.find(b"\0", position)
        if end < 0:
            raise GitError("git diff printed an incomplete list of files")
        value = output[position:end]
        position = end + 1
        return value

    named: list[tuple[str, str, str | None]] = []
    while output.startswith(b":", position):
        letter = text(field().rpartition(b" ")[2][:1])
        first = text(field())
        if letter in ("R", "C"):
            named.append((letter, text(field()), first))
        else:
            named.append((letter, first, None))
    counts: dict[str, tuple[int | None, int | None]] = {}
    while position < len(output) and output[position] != 0:
        added, removed, path = (*field().split(b"\t", 2), b"", b"")[:3]
        if not path:
            field()
            path = field()
        counts[text(path)] = (_count(added), _count(removed))
    files = [
        ListedFile(path, letter, origin, *counts.get(path, (0, 0)))
        for letter, path, origin in named
    ]
    return files, output[position + 1 :]


def _count(word: bytes) -> int | None:
    if word == b"-":
        return None
    if not word.isdigit():
        raise GitError("git diff printed line counts that cannot be read")
    return int(word)


def split_patches(patches: bytes) -> list[bytes]:
    """One patch per file, in order. Content lines never start with `diff`."""
    starts = [match.start() for match in _START.finditer(patches)]
    return [
        patches[start:end] for start, end in zip(starts, [*starts[1:], len(patches)], strict=True)
    ]


def body(patch: bytes) -> bytes:
    """A patch without the lines that repeat what the list says."""
    head, mark, hunks = patch.partition(b"\n@@ ")
    shown = [line for line in head.split(b"\n") if line.startswith(_SHOWN_HEADERS)]
    parts = [b"\n".join(shown) + b"\n"] if shown else []
    if mark:
        parts.append(b"@@ " + hunks)
    return b"".join(parts)


def cut(patch: bytes, room: int) -> bytes:
    """At most `room` bytes of a patch, ending with a whole line."""
    if len(patch) <= room:
        return patch
    return patch[: patch.rfind(b"\n", 0, max(room, 0)) + 1]
