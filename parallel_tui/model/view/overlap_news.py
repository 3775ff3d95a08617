"""Select overlaps worth a notice between snapshots; remembers those already announced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from parallel_tui.model.fact import known
from parallel_tui.model.overlap.pairs import Overlap, Pair, told_after, warnings
from parallel_tui.model.overlap.verdict import Level
from parallel_tui.model.overlap.words import (
    names_of,
    pair_words,
    proof_words,
    settled,
    warning_words,
)
from parallel_tui.model.view.changes import Attention, Change, ChangeKind
from parallel_tui.model.view.snapshot import Snapshot


class OverlapNews:
    """Tells each overlap once, and again when its level rises.

    What stands when predictions are complete for the first time is no news but for conflicts:
    somebody who opens the view has to hear of those.
    """

    def __init__(self) -> None:
        self._told: Mapping[Pair, Level] = {}
        self._broken: frozenset[tuple[Pair, tuple[str, ...]]] = frozenset()
        self._begun = False

    @property
    def begun(self) -> bool:
        """Whether predictions were complete once: what is told from now on has just come."""
        return self._begun

    def of(self, snapshot: Snapshot) -> tuple[Change, ...]:
        """What has to be told now, the worst first."""
        overlaps = known(snapshot.overlaps)
        told = self._breaks(snapshot, overlaps or ())
        return (*told, *self._levels(snapshot, overlaps))

    def _breaks(self, snapshot: Snapshot, overlaps: Iterable[Overlap]) -> Iterator[Change]:
        """Tests that were found to fail with a pair landed; what ceases to is taken back."""
        found = {
            (each.pair, each.proof.tests): each
            for each in overlaps
            if each.breaks and each.proof is not None
        }
        names = names_of(snapshot.sessions)
        for key in found.keys() - self._broken:
            each = found[key]
            words = f"{pair_words(each, names)} {proof_words(each)}"
            yield Change(ChangeKind.OVERLAP, Attention.ATTENTION, words, each.a)
        self._broken = frozenset(found)

    def _levels(
        self, snapshot: Snapshot, overlaps: tuple[Overlap, ...] | None
    ) -> tuple[Change, ...]:
        if overlaps is None or (not self._begun and not settled(overlaps)):
            return ()
        least = Level.SAME_FILE if self._begun else Level.CONFLICT
        found = warnings(self._told, overlaps, least=least)
        self._begun = True
        self._told = told_after(self._told, overlaps)
        names = names_of(snapshot.sessions)
        return tuple(
            Change(
                ChangeKind.OVERLAP,
                Attention.ATTENTION
                if (each.overlap.level or 0) >= Level.CONFLICT
                else Attention.NOTICE,
                warning_words(each, names),
                each.overlap.a,
            )
            for each in found
        )
