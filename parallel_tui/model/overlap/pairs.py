"""Overlaps as shown, and which of them need a notice. Pure."""

from __future__ import annotations

from parallel_tui.model.fact import PENDING
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parallel_tui.model.fact import Fact
    from parallel_tui.model.overlap.joint import ProofState
    from parallel_tui.model.overlap.verdict import Span

Pair = tuple[str, str | None]
"""Keys of two sessions; `None` in the second place is base."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """The current prediction for one pair.

    Attributes:
        a: Key of a session.
        b: Key of the other; `None` when it is base.
        verdict: The verdict; pending until it is known the first time.
        stale: Whether it is an earlier one, and the new one is being worked out.
        since: When it came to its present level, epoch seconds; `None` while it is clear or not
            known.
        proof: What is known of how they work together; `None` where nobody proves anything.
    """

    a: str
    b: str | None
    verdict: Fact[Verdict] = PENDING
    stale: bool = False
    since: float | None = None
    proof: ProofState | None = None

    @property
    def breaks(self) -> bool:
        """Whether tests fail once it has landed that do not fail without it."""
        return self.proof is not None and self.proof.mark == "breaks"

    @property
    def pair(self) -> Pair:
        """The keys of the pair."""
        return (self.a, self.b)

    @property
    def level(self) -> Level | None:
        """The level, if there is a verdict."""
        return self.verdict.level if isinstance(self.verdict, Verdict) else None

    @property
    def concern(self) -> Level | None:
        """The level that needs action: none for work that base contains already."""
        in_base = isinstance(self.verdict, Verdict) and self.verdict.in_base
        return Level.CLEAR if in_base else self.level


def worst_of(key: str, overlaps: Iterable[Overlap]) -> Pair:
    """A session and whom it meets worst; with base where it meets nobody.

    Args:
        key: The session's.
        overlaps: All overlaps.
    """
    own = [each for each in overlaps if key in each.pair and each.concern]
    worst = max(own, key=lambda each: each.concern or 0, default=None)
    if worst is None:
        return (key, None)
    return (key, worst.b if worst.a == key else worst.a)


@dataclass(frozen=True, slots=True)
class OverlapWarning:
    """An overlap that needs a notice.

    Attributes:
        overlap: It.
        before: The level that was told before; `None` when it is new.
    """

    overlap: Overlap
    before: Level | None = None


def warnings(
    told: Mapping[Pair, Level], new: Iterable[Overlap], *, least: Level = Level.SAME_FILE
) -> tuple[OverlapWarning, ...]:
    """Overlaps that need a notice: new ones, and those whose level rose.

    Args:
        told: What was told before, from `told_after`.
        new: All overlaps now. Stale, pending and unknown ones are no news.
        least: The lowest level worth telling.

    Returns:
        The highest level first.
    """
    found = []
    for overlap in new:
        level = overlap.concern
        if overlap.stale or level is None or level < least:
            continue
        before = told.get(overlap.pair)
        if before is None or level > before:
            found.append(OverlapWarning(overlap, before))
    return tuple(sorted(found, key=lambda each: -(each.overlap.level or 0)))


def told_after(
    told: Mapping[Pair, Level], new: Iterable[Overlap], *, least: Level = Level.SAME_FILE
) -> Mapping[Pair, Level]:
    """The announced overlaps, once the warnings of `new` were shown.

    A level that is proved to have fallen is taken back, so that its return is news; not being able
    to look takes nothing back. Pairs that are gone are forgotten.
    """
    after: dict[Pair, Level] = {}
    for overlap in new:
        level = overlap.concern
        if overlap.stale or level is None:
            if overlap.pair in told:
                after[overlap.pair] = told[overlap.pair]
        elif level >= least:
            after[overlap.pair] = level
    return after


@dataclass(frozen=True, slots=True)
class Hunk:
    """One changed place of one side.

    Attributes:
        at: Lines of base it replaces.
        text: Its lines as a unified diff has them, without context.
    """

    at: Span
    text: str


@dataclass(frozen=True, slots=True)
class Author:
    """The last author of a path.

    Attributes:
        commit: The commit; `None` for uncommitted work.
        name: Author's name; empty for uncommitted work.
        time: Author date, epoch seconds; for uncommitted work when the file was written.
        subject: First line of the message.
    """

    commit: str | None
    name: str = ""
    time: float | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One side's changes to a path.

    Attributes:
        key: Key of the session; `None` for base.
        hunks: Its hunks against base; empty for binary files.
        authors: Who did it: uncommitted work first, then the last commit.
    """

    key: str | None
    hunks: tuple[Hunk, ...] = ()
    authors: tuple[Author, ...] = ()


@dataclass(frozen=True, slots=True)
class PathDetail:
    """Details of one path of a pair.

    Attributes:
        path: The path.
        ours: The first side.
        theirs: The other.
        merged: The file as git would leave it, conflict markers in it; `None` when git leaves no
            such file or it is binary.
        truncated: Whether `merged` was cut.
        resolved: Whether git remembers how this very conflict was resolved before.
        driver: Name of the program that the user has merge this path; empty for git itself.
        trees: The commit of base and the trees that it was read from; empty where nobody tells.
    """

    path: str
    ours: Side
    theirs: Side
    merged: str | None = None
    truncated: bool = False
    resolved: bool = False
    driver: str = ""
    trees: tuple[str, ...] = ()

    def is_of(self, verdict: Verdict) -> bool:
        """Whether it was read from the very work that a verdict is about, as far as is told."""
        return not (self.trees and verdict.trees) or set(self.trees) == set(verdict.trees)
