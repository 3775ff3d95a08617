"""Pane that lists predicted conflicts between sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.words import conflicting, limits, names_of, settled, worth_showing
from parallel_tui.model.text.words import plural
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass, field
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.spec import Listed, PaneSpec
from parallel_tui.ui.present.overlaps import OVERLAP_COLUMNS, key_of, overlap_row
from parallel_tui.ui.widgets.columns import Row

_MOST: Final = 300
"""Rows shown at most; the matrix has all pairs."""


@dataclass(frozen=True, slots=True)
class OverlapList(Listed[Overlap]):
    """All pairs, with how their sessions are called.

    Attributes:
        names: Names of sessions by key.
    """

    names: Mapping[str, str] = field(default_factory=dict)


def _overlaps(snapshot: Snapshot) -> OverlapList:
    fact = snapshot.overlaps
    every = known(fact) or ()
    pending = known(fact) is None or not settled(every)
    lost = fact.reason if isinstance(fact, Unknown) else ""
    return OverlapList(every, pending, lost, names_of(snapshot.sessions))


class OverlapsPane(ListPane[Overlap]):
    """One row a pair that overlaps or could not be looked at, worst first."""

    SPEC = PaneSpec(
        "overlaps",
        "Overlaps",
        "Conflicts between sessions, predicted before a merge.",
        _overlaps,
        OVERLAP_COLUMNS,
        "None. o: matrix.",
        waiting="Being worked out …",
        broad=True,
    )

    def __init__(self) -> None:
        super().__init__()
        self._more = 0

    def key(self, item: Overlap) -> str:
        """The pair's two keys in one word."""
        return key_of(item.pair)

    def row(self, item: Overlap) -> Row:
        """What two sessions do to each other, as a row."""
        return overlap_row(item, self._names, self.now, self.chosen.key or None)

    def about(self, item: Overlap) -> object:
        """The pair, the names in it, whether the selected session is in it, and the time."""
        names = tuple(self._names.get(key or "") for key in item.pair)
        return (item, names, self.chosen.key in item.pair, self.now)

    @property
    def _names(self) -> Mapping[str, str]:
        return self.listed.names if isinstance(self.listed, OverlapList) else {}

    def ordered(self, items: tuple[Overlap, ...]) -> Sequence[Overlap]:
        """The worst that have room; what is clear stands in the matrix only."""
        shown = worth_showing(items)
        self._more = max(0, len(shown) - _MOST)
        return shown[:_MOST]

    def counts(self) -> Sequence[str]:
        """How many will conflict."""
        count = len(conflicting(self.listed.items))
        return (plural(count, "conflict") if count else "",)

    def note(self) -> str:
        """What is not listed, and what could not be looked at."""
        return f"{self._more} more in the matrix" if self._more else limits(self.listed.items)
