"""Read single patches between two trees, for somebody to read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import BytesIO

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.changes import PREFIXES, diff_tree, unquoted
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.model.overlap.pairs import Hunk
from parallel_tui.model.overlap.telling import PathPatch
from parallel_tui.model.overlap.verdict import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_LENGTHS: Final = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_UNTOLD: Final = (b"index ", b"--- ", b"+++ ")
_MOST_LINE: Final = 1000
_MOST_HUNK: Final = 4000
"""Bytes; more than is ever told of one line or hunk."""
_MOST_NAMES: Final = 100_000
"""Bytes of paths on a command line; with more of them, all patches are read."""


def patches(
    runner: Runner, quarantine: Quarantine, trees: tuple[str, str], paths: Collection[str]
) -> Mapping[str, PathPatch]:
    """Patches of some paths between two trees, by path; a renamed one by both of its names.

    Hunks are cut where they are longer than anybody is told of them.

    Args:
        runner: The gateway to git.
        quarantine: Where objects are.
        trees: Before and after.
        paths: The paths; of a renamed one both.
    """
    options = ["-p", "-U0", "-M", "--no-ext-diff", "--no-textconv", *PREFIXES, "--"]
    if sum(len(path) + 1 for path in paths) < _MOST_NAMES:
        options += sorted(paths)
    raw = diff_tree(runner, quarantine, [trees], options)
    found: dict[str, PathPatch] = {}
    for names, patch in _patches(raw):
        found.update({name: patch for name in names if name in paths})
    return found


def _patches(raw: bytes) -> Iterator[tuple[tuple[str, ...], PathPatch]]:
    """Patches with their paths, old and new."""
    names: tuple[str, ...] = ()
    about: list[str] = []
    hunks: list[tuple[Span, list[bytes]]] = []
    left = room = 0
    for whole in BytesIO(raw):
        line = whole.removesuffix(b"\n")
        if left or (hunks and line.startswith(b"\\")):
            left -= not line.startswith(b"\\")
            room -= len(line) + 1
            if room > 0:
                hunks[-1][1].append(line[:_MOST_LINE])
        elif line.startswith(b"diff --git "):
            if names:
                yield names, _patch(about, hunks)
            both = line.removeprefix(b"diff --git ")
            # One name twice; where there are two, lines that follow name them.
            names, about, hunks = (unquoted(both[: len(both) // 2])[2:],), [], []
        elif match := _LENGTHS.match(line):
            start, removed, added = int(match[1]), _count(match[2]), _count(match[3])
            left, room = removed + added, _MOST_HUNK
            hunks.append((Span(start, removed), [line[:_MOST_LINE]]))
        elif line.startswith(b"rename from "):
            names = (unquoted(line[len(b"rename from ") :]),)
            about.append(text(line))
        elif line.startswith(b"rename to "):
            names = (*names, unquoted(line[len(b"rename to ") :]))
            about.append(text(line))
        elif names and line and not line.startswith(_UNTOLD):
            about.append(text(line))
    if names:
        yield names, _patch(about, hunks)


def _patch(about: Sequence[str], hunks: Sequence[tuple[Span, list[bytes]]]) -> PathPatch:
    told = tuple(Hunk(span, text(b"\n".join(lines))) for span, lines in hunks)
    return PathPatch(tuple(about), told)


def _count(told: bytes | None) -> int:
    return 1 if told is None else int(told)
