"""Verdicts on a pair of sessions: levels with their evidence.

The verdict of a pair comes from real merges; this module only says what their outcomes mean.
Distance between edits is measured in one frame: the lines of base, which both sides' changes are
expressed in. Comparing line numbers of two different new files, as is sometimes done, misses
overlaps and invents others.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Final

NEAR_LINES: Final = 3
"""Edits at most this many lines apart are near each other."""

BASE_KEY: Final = "base"
"""Stands for base where a pair is a session against base."""


class Level(IntEnum):
    """Level of an overlap; a higher one includes the lower ones."""

    CLEAR = 0
    SAME_FILE = 1
    NEAR = 2
    CONFLICT = 3
    REBASE = 4
    """The merge is clean, replaying the commits one by one is not."""


class ConflictKind(StrEnum):
    """Kind of conflict in a path."""

    CONTENT = "content"
    ADD_ADD = "add/add"
    MODIFY_DELETE = "modify/delete"
    RENAME = "rename"
    DIRECTORY_FILE = "directory/file"
    MODE = "mode"
    BINARY = "binary"
    SUBMODULE = "submodule"
    OTHER = "other"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Lines of base that one side changed.

    Attributes:
        start: First line, counted from 1; for a pure insertion the line after which it goes.
        count: Number of lines replaced; 0 for a pure insertion.
    """

    start: int
    count: int

    @property
    def before(self) -> int:
        """Number of unchanged lines above it."""
        return self.start - 1 if self.count else self.start

    @property
    def end(self) -> int:
        """Line number of its end: its last line, or the line that an insertion follows."""
        return self.before + self.count


@dataclass(frozen=True, slots=True)
class PathChange:
    """One side's change to one path of base.

    Attributes:
        path: Where it is now.
        origin: Where it was in base, if elsewhere.
        letter: git's letter: A, M, D, R, T.
        spans: Lines of base touched; empty for binary files, additions and deletions.
    """

    path: str
    letter: str
    origin: str | None = None
    spans: tuple[Span, ...] = ()

    @property
    def touches(self) -> tuple[str, ...]:
        """All paths of the change, old and new."""
        return (self.path,) if self.origin is None else (self.origin, self.path)


@dataclass(frozen=True, slots=True)
class PathOverlap:
    """One path that both sides change.

    Attributes:
        path: The path.
        level: Of this path alone.
        kind: Why it conflicts; `None` below level 3.
        ours: Lines of base the first side changes.
        theirs: Lines of base the second side changes.
        text: git's own sentence about the conflict.
    """

    path: str
    level: Level
    kind: ConflictKind | None = None
    ours: tuple[Span, ...] = ()
    theirs: tuple[Span, ...] = ()
    text: str = ""


IN_BASE: Final = "base has all of it already"
"""Note on a session of whose work nothing is left to land: merged, squashed, or copied."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one pair.

    Attributes:
        level: The highest of its paths, or of the replay.
        paths: Worst first, then by path.
        trees: The two trees and the commit of base it was proved on.
        dirty: Whether uncommitted work was in it.
        raw: Whether one side does not land on base: what it conflicts with there is no news about
            the pair, and left out.
        limited: Why it is a lower bound only, as where git is too old or a rebase is half done;
            empty when it is proved.
        notes: What in it is not judged by its contents, one sentence each.
        first: Which side has to land first, `a` or `b`, where both land in that order only; empty
            where the order makes no difference.
        landed: Those sides, as letters, whose work base has already, so that nothing of it is left
            to land.
    """

    level: Level
    paths: tuple[PathOverlap, ...] = ()
    trees: tuple[str, ...] = ()
    dirty: bool = False
    raw: bool = False
    limited: str = ""
    notes: tuple[str, ...] = ()
    first: str = ""
    landed: str = ""

    @property
    def kinds(self) -> tuple[ConflictKind, ...]:
        """The kinds of its conflicts, each once."""
        return tuple(dict.fromkeys(path.kind for path in self.paths if path.kind is not None))

    @property
    def in_base(self) -> bool:
        """Whether base contains all of a session's work, as after a squash merge."""
        return IN_BASE in self.notes


@dataclass(frozen=True, slots=True)
class Conflict:
    """One path that a merge could not resolve.

    Attributes:
        path: Where git left it.
        kind: Why.
        text: git's sentence.
        stages: What git left of it in the index, as `git ls-files -u` names it: equal stages are
            the very same conflict.
    """

    path: str
    kind: ConflictKind
    text: str
    stages: tuple[str, ...] = ()


def distance(one: Sequence[Span], other: Sequence[Span]) -> int | None:
    """Number of unchanged lines between the nearest edits of two sides; `None` without edits."""
    return min(
        (max(0, max(a.before, b.before) - min(a.end, b.end)) for a in one for b in other),
        default=None,
    )


def judge(
    ours: Iterable[PathChange],
    theirs: Iterable[PathChange],
    conflicts: Iterable[Conflict],
    *,
    replays: Iterable[Conflict] | None = None,
    trees: tuple[str, ...] = (),
    dirty: bool = False,
    raw: bool = False,
    notes: tuple[str, ...] = (),
    limited: str = "",
    first: str = "",
    landed: str = "",
) -> Verdict:
    """Derive a verdict from the result of a merge and the two sides' changes.

    Args:
        ours: Changes of the first side.
        theirs: Changes of the other.
        conflicts: What the merge could not settle.
        replays: What replaying the commits conflicts in; `None` when it does not fail.
        trees: As in the verdict; the same for the rest.
        dirty: See there.
        raw: See there.
        notes: See there.
        limited: See there.
        first: See there.
        landed: See there.
    """
    mine = _by_path(ours)
    other = _by_path(theirs)
    found: dict[str, PathOverlap] = {}
    for path in mine.keys() & other.keys():
        one, two = mine[path], other[path]
        gap = distance(one.spans, two.spans)
        near = gap is not None and gap <= NEAR_LINES
        level = Level.NEAR if near else Level.SAME_FILE
        found[path] = PathOverlap(path, level, None, one.spans, two.spans)

    def add(conflict: Conflict, level: Level) -> None:
        standing = found.get(conflict.path)
        spans = (standing.ours, standing.theirs) if standing else ((), ())
        found[conflict.path] = PathOverlap(
            conflict.path, level, conflict.kind, *spans, conflict.text
        )

    for conflict in conflicts:
        add(conflict, Level.CONFLICT)
    fails = replays is not None and all(each.level < Level.CONFLICT for each in found.values())
    for conflict in replays or () if fails else ():
        add(conflict, Level.REBASE)
    paths = tuple(sorted(found.values(), key=lambda each: (-each.level, each.path)))
    level = max((each.level for each in paths), default=Level.CLEAR)
    if fails:
        level = Level.REBASE
    return Verdict(level, paths, trees, dirty, raw, limited, notes, first, landed)


def _by_path(changes: Iterable[PathChange]) -> Mapping[str, PathChange]:
    return {path: change for change in changes for path in change.touches}
