"""Conflicts that a session already has with base; excluded from a pair's verdict.

A conflict is the same where git left the same three versions of the file, or where every
conflicting part of its text is found in the text left by the merge with base alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.merges import Merge
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import Conflict, ConflictKind
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

LARGE: Final = 1 << 20
"""Bytes from which on a file is read by itself, so that only one is in memory at a time."""

_TEXTS: Final = (ConflictKind.CONTENT, ConflictKind.ADD_ADD)
_Place = tuple[str, str]


def without_inherited(
    runner: Runner, quarantine: Quarantine, cases: Sequence[tuple[Merge | Unknown, Merge | None]]
) -> list[Merge | Unknown]:
    """Merges of pairs, reduced to the conflicts that are the pair's own.

    Args:
        runner: The gateway to git.
        quarantine: Where the merged trees are.
        cases: A pair's merge, with the merge of its one side that does not land on base; `None`
            where everything counts. The other side of both merges is the one that is landed on.

    Raises:
        GitError: When a merged file cannot be read.
    """
    places: list[_Place] = []
    for merge, alone in cases:
        if isinstance(merge, Merge) and alone is not None:
            for each in _texts(merge, alone):
                places += [(merge.tree, each.path), (alone.tree, each.path)]
    read = _read(runner, quarantine, list(dict.fromkeys(places)))
    return [_left(merge, alone, read) for merge, alone in cases]


def _texts(merge: Merge, alone: Merge) -> Iterator[Conflict]:
    """Conflicts in files that conflict with base alone as well, but with other text."""
    there = {each.path: each for each in alone.conflicts if each.kind in _TEXTS}
    for each in merge.conflicts:
        same = there.get(each.path)
        if each.kind in _TEXTS and same is not None and same.stages != each.stages:
            yield each


def _left(
    merge: Merge | Unknown, alone: Merge | None, read: dict[_Place, Counter[bytes]]
) -> Merge | Unknown:
    if alone is None or isinstance(merge, Unknown):
        return merge
    same = {(each.path, each.stages) for each in alone.conflicts}
    for each in _texts(merge, alone):
        here, there = (read.get((tree, each.path)) for tree in (merge.tree, alone.tree))
        if here and there is not None and here <= there:
            same.add((each.path, each.stages))
    kept = tuple(each for each in merge.conflicts if (each.path, each.stages) not in same)
    return replace(merge, conflicts=kept)


def _parts(merged: bytes) -> Iterator[bytes]:
    """The conflicting parts of a merged file, without the names on git's markers.

    Each as a digest, for a part can be as large as the file.
    """
    part: list[bytes] | None = None
    for line in BytesIO(merged):
        if line.startswith(b"<<<<<<< "):
            part = []
        elif part is not None and line.startswith(b">>>>>>> "):
            yield hashlib.sha256(b"".join(part)).digest()
            part = None
        elif part is not None:
            part.append(b"|||||||\n" if line.startswith(b"||||||| ") else line)


def _read(
    runner: Runner, quarantine: Quarantine, places: Sequence[_Place]
) -> dict[_Place, Counter[bytes]]:
    """The conflicting parts of files in trees; two processes, and one for each large file."""
    if not places:
        return {}
    ask = [*OPTIONS, "cat-file", "-z"]
    names = b"".join(f"{tree}:".encode() + raw(path) + b"\0" for tree, path in places)
    sizes = runner.run(
        [*ask, "--batch-check=%(objectname) %(objecttype) %(objectsize)"],
        stdin=names,
        env=quarantine.env,
    ).stdout.split(b"\n")
    blobs: dict[_Place, tuple[bytes, int]] = {
        place: (words[0], int(words[2]))
        for place, line in zip(places, sizes, strict=False)
        if len(words := line.split(b" ")) == 3 and words[1] == b"blob"
    }
    small = list(dict.fromkeys(oid for oid, size in blobs.values() if size < LARGE))
    groups = [small] if small else []
    groups += [[oid] for oid in dict.fromkeys(o for o, size in blobs.values() if size >= LARGE)]
    found: dict[bytes, Counter[bytes]] = {}
    for group in groups:
        stdin = b"".join(oid + b"\0" for oid in group)
        args = [*ask, "--batch=%(objectname) %(objectsize)"]
        answer = runner.run(args, stdin=stdin, env=quarantine.env).stdout
        start = 0
        while (end := answer.find(b"\n", start)) >= 0:
            oid, length = answer[start:end].split(b" ")
            found[oid] = Counter(_parts(answer[end + 1 : end + 1 + int(length)]))
            start = end + int(length) + 2
    return {place: found[oid] for place, (oid, _) in blobs.items() if oid in found}
