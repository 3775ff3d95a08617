"""Read which lines were changed, for many branches in one process."""

from __future__ import annotations

import re

from parallel_tui.adapters.git.read.changed_paths import EMPTY_TREE
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.model.landing.uses import LineChange

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.model.session.worktree import Worktree

_OPTIONS: Final = (
    "-p", "-U0", "--no-color", "--no-renames", "--no-ext-diff", "--no-textconv",
    "--src-prefix=a/", "--dst-prefix=b/",
)  # fmt: skip
_PLAIN: Final = ("-c", "core.quotePath=false", "-c", "diff.noprefix=false")
_MOST: Final = 8 << 20
"""Bytes of patches that are read; what is longer was not written by hand."""
_COMMIT: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_QUOTED: Final = re.compile(rb"\\(?:([0-3][0-7]{2})|(.))")
_LETTERS: Final = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f",
                   b"v": b"\v"}  # fmt: skip


class ChangedLinesReader:
    """Implements `ports.landing.lines.ChangedLines`.

    Args:
        runner: The gateway to git.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def between(
        self, start: str, ends: Sequence[str], endings: Sequence[str]
    ) -> Mapping[str, tuple[LineChange, ...]]:
        """See `ChangedLines.between`; one process an end, and one more."""
        forks = {end: self._fork(start, end) for end in dict.fromkeys(ends)}
        stdin = "".join(f"{end} {fork}\n" for end, fork in forks.items() if end != fork)
        found: dict[str, tuple[LineChange, ...]] = dict.fromkeys(forks, ())
        if not stdin:
            return found
        args = [*_PLAIN, "diff-tree", "--stdin", "-r", *_OPTIONS]
        done = self._runner.run(args, stdin=stdin.encode("ascii")).stdout[:_MOST]
        return found | _by_commit(done, tuple(endings))

    def uncommitted(self, tree: Worktree, endings: Sequence[str]) -> tuple[LineChange, ...]:
        """See `ChangedLines.uncommitted`; one process."""
        args = [*_PLAIN, "diff", *_OPTIONS, tree.head or EMPTY_TREE[40], "--"]
        return _changes(self._runner.run(args, worktree=tree).stdout[:_MOST], tuple(endings))

    def _fork(self, start: str, end: str) -> str:
        done = self._runner.run(["merge-base", start, end], ok=(0, 1))
        return done.text.strip() or end  # without a common history there is nothing to compare


def _by_commit(raw: bytes, endings: tuple[str, ...]) -> dict[str, tuple[LineChange, ...]]:
    """Patches by the commit in the line before the first of each."""
    found: dict[str, list[bytes]] = {}
    here: list[bytes] = []
    for line in raw.split(b"\n"):
        if _COMMIT.fullmatch(line):
            here = found.setdefault(line.decode("ascii"), [])
        else:
            here.append(line)
    return {commit: _changes(b"\n".join(lines), endings) for commit, lines in found.items()}


def _changes(raw: bytes, endings: tuple[str, ...]) -> tuple[LineChange, ...]:
    found: list[LineChange] = []
    before = path = b""
    removed: list[str] = []
    added: list[str] = []
    left = 0

    def ended() -> None:
        if (removed or added) and (name := text(path)) and name.endswith(endings):
            found.append(LineChange(name, tuple(removed), tuple(added)))
        removed.clear()
        added.clear()

    for line in raw.split(b"\n"):
        if left and line[:1] in (b"-", b"+"):
            (removed if line[:1] == b"-" else added).append(text(line[1:]))
            left -= 1
        elif line.startswith(b"@@ "):
            left = _lines_of(line)
        elif line.startswith(b"diff --git "):
            ended()
            path, left = b"", 0
        elif line.startswith(b"--- "):
            before = _path(line[4:])
        elif line.startswith(b"+++ "):
            path = _path(line[4:]) or before
    ended()
    return tuple(found)


def _lines_of(hunk: bytes) -> int:
    """How many lines a hunk without context has: `@@ -3,2 +4 @@` has three."""
    ranges = hunk.split(b" ")[1:3]
    return sum(int(each.partition(b",")[2] or 1) for each in ranges)


def _unquoted(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if found[1] else _LETTERS.get(found[2], found[2])


def _path(name: bytes) -> bytes:
    """A path behind `a/` or `b/`; empty for none."""
    name = name.rstrip(b"\t")
    if name.startswith(b'"'):
        name = _QUOTED.sub(_unquoted, name[1:-1])
    return b"" if name == b"/dev/null" else name[2:]
