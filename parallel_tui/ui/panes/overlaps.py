"""Pane that lists predicted conflicts between sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.words import conflicting, limits, names_of, settled, worth_showing
from parallel_tui.model.text.words import age_of, plural
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass, field
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.spec import Listed, PaneSpec, without_base
from parallel_tui.ui.present.overlaps import OVERLAP_COLUMNS, key_of, overlap_row
from parallel_tui.ui.widgets.columns import Row

_MOST: Final = 300
"""Rows shown at most; the matrix has all pairs."""


@dataclass(frozen=True, slots=True)
class OverlapList(Listed[Overlap]):
    """All pairs, with the names of sessions.

    Attributes:
        names: Names of sessions by key.
    """

    names: Mapping[str, str] = field(default_factory=dict)


def _overlaps(snapshot: Snapshot) -> OverlapList:
    fact = snapshot.overlaps
    every = known(fact) or ()
    pending = known(fact) is None or not settled(every)
    lost = fact.reason if isinstance(fact, Unknown) else ""
    names = names_of(snapshot.sessions)
    return OverlapList(every, pending, lost, without_base(snapshot), names=names)


class OverlapsPane(ListPane[Overlap]):
    """One row per pair that overlaps or has no verdict, the worst first."""

    SPEC = PaneSpec(
        "overlaps",
        "Overlaps",
        "Conflicts between sessions, predicted before a merge.",
        _overlaps,
        OVERLAP_COLUMNS,
        "none: files that two sessions both change; {overlaps} shows every pair",
        waiting="being worked out …",
    )

    def __init__(self) -> None:
        super().__init__()
        self._more = 0
        self._now = (self._names, "", 0.0)

    def sync(self) -> None:
        """Draw the list."""
        self._now = (self._names, self.chosen.key, self.now)  # asked for by hundreds of rows
        super().sync()

    def key(self, item: Overlap) -> str:
        """The keys of both sessions as one text."""
        return key_of(item.pair)

    def row(self, item: Overlap) -> Row:
        """A pair as a row."""
        names, chosen, now = self._now
        return overlap_row(item, names, now, chosen or None)

    def about(self, item: Overlap) -> object:
        """Everything that a pair's row depends on."""
        names, chosen, now = self._now
        one, other = item.pair
        mine = chosen in (one, other)
        return (item, names.get(one), names.get(other or ""), mine, age_of(item.since, now))

    @property
    def _names(self) -> Mapping[str, str]:
        return self.listed.names if isinstance(self.listed, OverlapList) else {}

    def ordered(self, items: tuple[Overlap, ...]) -> Sequence[Overlap]:
        """The worst pairs up to a limit; clear ones are shown in the matrix only."""
        shown = worth_showing(items)
        self._more = max(0, len(shown) - _MOST)
        return shown[:_MOST]

    def counts(self) -> Sequence[str]:
        """Number of predicted conflicts."""
        count = len(conflicting(self.listed.items))
        return (plural(count, "conflict") if count else "",)

    def note(self) -> str:
        """How many pairs are not listed, or why verdicts are only lower bounds."""
        return f"{self._more} more in the matrix" if self._more else limits(self.listed.items)
