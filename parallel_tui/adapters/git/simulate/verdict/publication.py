"""Publish all pairs; a pair without a new verdict keeps its old one, marked as stale."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from parallel_tui.adapters.git.simulate.verdict.keeping import VerdictKeeper
from parallel_tui.model.fact import PENDING, Pending
from parallel_tui.model.overlap.pairs import Overlap, Pair
from parallel_tui.model.overlap.verdict import Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.fact import Fact


class Publication:
    """Builds overlaps from verdicts. An unchanged one stays the same object.

    Args:
        keeper: Knows since when each pair is as it is.
    """

    def __init__(self, keeper: VerdictKeeper) -> None:
        self._keeper = keeper
        self._last: dict[Pair, Overlap] = {}

    @property
    def pairs(self) -> Collection[Pair]:
        """The pairs last published."""
        return self._last.keys()

    def tell(
        self, pairs: Sequence[Pair], answers: Mapping[Pair, Fact[Verdict]]
    ) -> tuple[Overlap, ...]:
        """All overlaps: each session against base, then pairs, both ordered by key."""
        made: dict[Pair, Overlap] = {}
        for pair in pairs:
            answer, before = answers.get(pair, PENDING), self._last.get(pair)
            if before is not None and answer is before.verdict and not before.stale:
                made[pair] = before
            elif isinstance(answer, Pending) and before and not isinstance(before.verdict, Pending):
                made[pair] = Overlap(*pair, before.verdict, stale=True, since=before.since)
            else:
                made[pair] = Overlap(*pair, answer, since=self._keeper.since(pair, answer))
        self._last = made
        return tuple(
            made[pair] for pair in sorted(made, key=lambda each: (each[1] is not None, each))
        )
