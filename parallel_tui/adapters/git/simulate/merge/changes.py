"""List changed paths and lines between many trees, with one process for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.model.overlap.verdict import PathChange, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

PREFIXES: Final = ("--src-prefix=a/", "--dst-prefix=b/", "--inter-hunk-context=0")
_HUNK: Final = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+")
_HEADER: Final = re.compile(rb"^[0-9a-f]{40,64} [0-9a-f]{40,64}$")


def changed(
    runner: Runner, quarantine: Quarantine, pairs: Sequence[tuple[str, str]]
) -> tuple[tuple[PathChange, ...], ...]:
    """Changes from the first to the second tree of each pair, renames found, without lines."""
    if not pairs:
        return ()
    raw = diff_tree(runner, quarantine, pairs, ["--raw", "-z", "-M"])
    result: dict[bytes, tuple[PathChange, ...]] = {}
    changes: list[PathChange] = []
    fields = iter(raw.split(b"\0"))
    header = b""
    for field in fields:
        while b"\n" in field[:140] and _HEADER.match(field.split(b"\n", 1)[0]):
            if header:
                result[header] = tuple(changes)
            changes = []
            header, _, field = field.partition(b"\n")
        if not field.startswith(b":"):
            continue
        letter = text(field.rsplit(b" ", 1)[1])[:1]
        path = text(next(fields))
        if letter in "RC":
            target = text(next(fields))
            origin = path if letter == "R" else None
            changes.append(PathChange(target, "A" if letter == "C" else letter, origin))
        else:
            changes.append(PathChange(path, letter))
    if header:
        result[header] = tuple(changes)
    return tuple(result.get(f"{a} {b}".encode(), ()) for a, b in pairs)


Spans = Mapping[str, tuple[Span, ...]]
"""Lines of the first tree that the second changes, by the path they have in the first."""


def spans(
    runner: Runner, quarantine: Quarantine, pairs: Sequence[tuple[str, str]]
) -> tuple[Spans, ...]:
    """The lines of each first tree of a pair that the second changes, renames found."""
    if not pairs:
        return ()
    # What is added replaces no line, and may be large.
    options = ["-p", "-U0", "-M", "--diff-filter=a", "--no-ext-diff", "--no-textconv", *PREFIXES]
    raw = diff_tree(runner, quarantine, pairs, options)
    found: dict[tuple[str, str], dict[str, tuple[Span, ...]]] = {pair: {} for pair in pairs}
    for pair, path, lines in _spans(raw):
        found[pair][path] = lines
    return tuple(found[pair] for pair in pairs)


def diff_tree(
    runner: Runner,
    quarantine: Quarantine,
    pairs: Sequence[tuple[str, str]],
    options: Sequence[str],
) -> bytes:
    """What `git diff-tree` prints of pairs of trees."""
    stdin = "".join(f"{a} {b}\n" for a, b in dict.fromkeys(pairs)).encode("ascii")
    args = [*OPTIONS, "-c", "core.quotePath=false", "diff-tree", "--stdin", "-r", "--no-color"]
    return runner.run([*args, *options], stdin=stdin, env=quarantine.env).stdout


def _spans(raw: bytes) -> Iterator[tuple[tuple[str, str], str, tuple[Span, ...]]]:
    """Spans by trees and old path; patches are read line by line, contents passed over."""
    pair, path = ("", ""), ""
    found: list[Span] = []
    left = 0
    for whole in BytesIO(raw):  # never all lines at once, which take many times the room
        line = whole.removesuffix(b"\n")
        if left:  # inside a hunk: removed and added lines, counted, never parsed
            left -= not line.startswith(b"\\")
            continue
        if _HEADER.match(line):
            if path:
                yield pair, path, tuple(found)
            one, _, other = line.decode().partition(" ")
            pair, path, found = (one, other), "", []
        elif line.startswith(b"diff --git "):
            if path:
                yield pair, path, tuple(found)
            path, found = "", []
        elif line.startswith(b"--- a/") or line.startswith(b'--- "a/'):
            path = unquoted(line[4:])[2:]
        elif line.startswith(b"@@ "):
            match = _HUNK.match(line)
            if match:
                removed = int(match[2]) if match[2] is not None else 1
                added = re.match(rb"^@@ -\S+ \+\d+(?:,(\d+))? @@", line)
                more = int(added[1]) if added and added[1] is not None else 1
                left = removed + more
                found.append(Span(int(match[1]), removed))
    if path:
        yield pair, path, tuple(found)


def unquoted(name: bytes) -> str:
    """Decode a path of a patch header, which git quotes like C when it has special characters."""
    name = name.removesuffix(b"\t")
    if not name.startswith(b'"'):
        return text(name)
    body = name[1:-1]
    simple = {b"n": b"\n", b"t": b"\t", b'"': b'"', b"\\": b"\\", b"a": b"\a", b"b": b"\b"}
    simple |= {b"f": b"\f", b"r": b"\r", b"v": b"\v"}

    def back(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return simple[code] if code in simple else bytes((int(code, 8),))

    return text(re.sub(rb"\\([0-7]{3}|.)", back, body))
