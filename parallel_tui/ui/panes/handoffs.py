"""Pane that lists handoffs: work passed from one session to another."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.model.sharing.coordination import Handoff
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.spec import Listed, PaneSpec, part
from parallel_tui.ui.present.sharing import HANDOFF_COLUMNS, handoff_row
from parallel_tui.ui.widgets.columns import Row


def _handoffs(snapshot: Snapshot) -> Listed[Handoff]:
    found, pending, lost = part(snapshot.coordination, "handoffs")
    return Listed(found.handoffs, pending, lost)


class HandoffsPane(ListPane[Handoff]):
    """One row per handoff, open ones first."""

    SPEC = PaneSpec(
        "handoffs",
        "Handoffs",
        "Work that one session passes to another.",
        _handoffs,
        HANDOFF_COLUMNS,
        "None. {handoff} hands off.",
    )

    def key(self, item: Handoff) -> str:
        """The handoff's id."""
        return item.id

    def row(self, item: Handoff) -> Row:
        """A handoff as a row."""
        mine = item.open and item.receiver == self.chosen.name
        return handoff_row(item, mine=mine, now=self.now)

    def ordered(self, items: tuple[Handoff, ...]) -> Sequence[Handoff]:
        """Open handoffs, oldest first, then closed ones."""
        return sorted(items, key=lambda handoff: not handoff.open)

    def counts(self) -> Sequence[str]:
        """Number of open handoffs."""
        count = sum(handoff.open for handoff in self.listed.items)
        return (f"{count} open" if count else "",)
