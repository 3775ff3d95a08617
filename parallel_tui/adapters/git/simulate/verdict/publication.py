"""What is told of all pairs: what is not known yet is told as it was, marked as stale."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from parallel_tui.adapters.git.simulate.verdict.keeping import VerdictKeeper
from parallel_tui.model.fact import PENDING, Fact, Pending
from parallel_tui.model.overlap.pairs import Overlap, Pair
from parallel_tui.model.overlap.verdict import Verdict


class Publication:
    """Makes overlaps of answers. One that did not change is the same object as before.

    Args:
        keeper: Knows since when each pair is as it is.
    """

    def __init__(self, keeper: VerdictKeeper) -> None:
        self._keeper = keeper
        self._last: dict[Pair, Overlap] = {}

    @property
    def pairs(self) -> Collection[Pair]:
        """The pairs that were told of last."""
        return self._last.keys()

    def tell(
        self, pairs: Sequence[Pair], answers: Mapping[Pair, Fact[Verdict]]
    ) -> tuple[Overlap, ...]:
        """All overlaps: each session against base, then pairs, both in the order of keys."""
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
