"""Which conflicts of a pair one session has with base alone, and so are no news about the pair.

A conflict is the same where git left the same three versions of the file, or where every
conflicting part of its text is found in the text left by the merge with base alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from parallel_tui.adapters.git.environment import raw
from parallel_tui.adapters.git.overlap.merges import Merge
from parallel_tui.adapters.git.overlap.quarantine import OPTIONS, Quarantine
from parallel_tui.adapters.git.runner import Runner
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap import Conflict, Kind

LARGEST: Final = 1 << 20
"""Bytes of a file whose text is compared; a larger one counts as the pair's conflict."""

_TEXTS: Final = (Kind.CONTENT, Kind.ADD_ADD)
_Place = tuple[str, str]


def without_inherited(
    runner: Runner, quarantine: Quarantine, cases: Sequence[tuple[Merge | Unknown, Merge | None]]
) -> list[Merge | Unknown]:
    """Pairs' merges, of the conflicts only those that are the pair's own.

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
    """Conflicts in the text of files that conflict with base alone, too, in another way."""
    there = {each.path: each for each in alone.conflicts if each.kind in _TEXTS}
    for each in merge.conflicts:
        same = there.get(each.path)
        if each.kind in _TEXTS and same is not None and same.stages != each.stages:
            yield each


def _left(
    merge: Merge | Unknown, alone: Merge | None, read: dict[_Place, bytes]
) -> Merge | Unknown:
    if alone is None or isinstance(merge, Unknown):
        return merge
    same = {(each.path, each.stages) for each in alone.conflicts}
    for each in _texts(merge, alone):
        here, there = (read.get((tree, each.path)) for tree in (merge.tree, alone.tree))
        if here is not None and there is not None and _is_within(here, there):
            same.add((each.path, each.stages))
    kept = tuple(each for each in merge.conflicts if (each.path, each.stages) not in same)
    return replace(merge, conflicts=kept)


def _is_within(here: bytes, there: bytes) -> bool:
    parts = Counter(_parts(here))
    return bool(parts) and parts <= Counter(_parts(there))


def _parts(merged: bytes) -> Iterator[bytes]:
    """The conflicting parts of a merged file, without the names that git writes on the marks."""
    part: list[bytes] | None = None
    for line in merged.split(b"\n"):
        if line.startswith(b"<<<<<<< "):
            part = []
        elif part is not None and line.startswith(b">>>>>>> "):
            yield b"\n".join(part)
            part = None
        elif part is not None:
            part.append(b"|||||||" if line.startswith(b"||||||| ") else line)


def _read(runner: Runner, quarantine: Quarantine, places: Sequence[_Place]) -> dict[_Place, bytes]:
    """Files of trees; two processes for all of them, and what is too large is left out."""
    if not places:
        return {}
    ask = [*OPTIONS, "cat-file", "-z"]
    names = b"".join(f"{tree}:".encode() + raw(path) + b"\0" for tree, path in places)
    sizes = runner.run(
        [*ask, "--batch-check=%(objectname) %(objecttype) %(objectsize)"],
        stdin=names,
        env=quarantine.env,
    ).stdout.split(b"\n")
    oids = {
        place: words[0]
        for place, line in zip(places, sizes, strict=False)
        if len(words := line.split(b" ")) == 3 and words[1] == b"blob" and int(words[2]) <= LARGEST
    }
    wanted = list(dict.fromkeys(oids.values()))
    if not wanted:
        return {}
    stdin = b"".join(oid + b"\0" for oid in wanted)
    answer = runner.run(
        [*ask, "--batch=%(objectname) %(objectsize)"], stdin=stdin, env=quarantine.env
    ).stdout
    found: dict[bytes, bytes] = {}
    start = 0
    while (end := answer.find(b"\n", start)) >= 0:
        oid, size = answer[start:end].split(b" ")
        found[oid] = answer[end + 1 : end + 1 + int(size)]
        start = end + int(size) + 2
    return {place: found[oid] for place, oid in oids.items() if oid in found}
