"""Cache of predicted outcomes of pairs, by the commits they follow from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, MutableMapping

from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict.cache import Proof
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.pairs import Pair
from parallel_tui.model.overlap.verdict import Verdict
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, TypeVar

    Commits = TypeVar("Commits", bound=tuple[str, ...])

KEPT: Final = 20_000
"""Verdicts remembered; the oldest go first."""

SPARE: Final = 64
"""Of them at most so many about work that is no longer as it was."""

Outcome = Verdict | Unknown


class OutcomeMemory:
    """Caches outcomes that cannot change. Not thread-safe."""

    def __init__(self) -> None:
        self._alone: dict[tuple[str, str], Outcome] = {}
        self._pairs: dict[tuple[str, str, str], Outcome] = {}

    def known(self, base: str, one: Work, other: Work | None) -> Outcome | None:
        """The cached outcome of a pair, or `None`; the sides in the order given."""
        outcome = self.proved(base, one, other)
        return None if outcome is None else with_remarks(outcome, one, other)

    def proved(self, base: str, one: Work, other: Work | None) -> Outcome | None:
        """The cached outcome without remarks: only what follows from the commits is cached."""
        if other is None:
            return self._alone.get((base, one.commit))
        return self._pairs.get((base, one.commit, other.commit))

    def remember(self, base: str, one: Work, other: Work | None, outcome: Outcome) -> None:
        """Store an outcome that an earlier run proved, or that cannot be improved."""
        if other is None:
            self._alone[base, one.commit] = outcome
        else:
            self._pairs[base, one.commit, other.commit] = outcome
        while len(self._alone) > KEPT:
            self._alone.pop(next(iter(self._alone)))
        while len(self._pairs) > KEPT:
            self._pairs.pop(next(iter(self._pairs)))

    def retain(self, base: str, works: Collection[Work]) -> None:
        """End a round: of verdicts about other works, keep only the latest.

        An edit that is taken back finds its verdict; a day of edits does not pile them up.
        """
        present = {base, *(work.commit for work in works)}
        _thin(self._alone, present)
        _thin(self._pairs, present)

    def clear(self) -> None:
        """Drop all."""
        self._alone.clear()
        self._pairs.clear()


def _thin(kept: MutableMapping[Commits, Outcome], present: set[str]) -> None:
    """Drop outcomes about other commits than these, except the latest."""
    for key in [key for key in kept if not present.issuperset(key)][:-SPARE]:
        del kept[key]


def with_remarks(outcome: Outcome, one: Work, other: Work | None) -> Outcome:
    """An outcome with the remarks on the two works, which do not follow from commits."""
    works = (one,) if other is None else (one, other)
    notes = tuple(note for work in works for note in work.notes)
    limits = [work.limited for work in works if work.limited]
    if isinstance(outcome, Unknown) or not (notes or limits):
        return outcome
    limited = "; ".join(dict.fromkeys([*filter(None, (outcome.limited,)), *limits]))
    return replace(outcome, notes=(*notes, *outcome.notes), limited=limited)


def pair_of(a: str, b: str) -> Pair:
    """A pair in a fixed order, whichever side is given first."""
    return (a, b) if a < b else (b, a)


def ready(pair: Pair, works: Mapping[str, Work]) -> bool:
    """Whether the work of both sides is known."""
    return pair[0] in works and (pair[1] is None or pair[1] in works)


def sides(pair: Pair, works: Mapping[str, Work]) -> tuple[Work, Work | None]:
    """The works of a pair; `None` for base."""
    return works[pair[0]], None if pair[1] is None else works[pair[1]]


def proof_of(base: str, one: Work, other: Work | None) -> Proof:
    """The commits that a verdict follows from."""
    return (base, one.commit, "" if other is None else other.commit)
