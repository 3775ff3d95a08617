"""Pane that lists handoffs: work passed from one session to another."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.model.sharing.coordination import Handoff
from parallel_tui.model.text.words import age_of
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.spec import Listed, PaneSpec, part
from parallel_tui.ui.present.sharing import HANDOFF_COLUMNS, handoff_row
from parallel_tui.ui.widgets.columns import Row


def _handoffs(snapshot: Snapshot) -> Listed[Handoff]:
    found, pending, lost = part(snapshot.coordination, "handoffs")
    return Listed(found.handoffs, pending, lost, ahead=found.ahead)


class HandoffsPane(ListPane[Handoff]):
    """One row per handoff, open ones first."""

    SPEC = PaneSpec(
        "handoffs",
        "Handoffs",
        "Tasks that one session hands to another.",
        _handoffs,
        HANDOFF_COLUMNS,
        "none: tasks that one session hands to another; {handoff} hands one over",
    )

    def key(self, item: Handoff) -> str:
        """The handoff's id."""
        return item.id

    def row(self, item: Handoff) -> Row:
        """A handoff as a row."""
        return handoff_row(item, mine=self._mine(item), now=self.there)

    def about(self, item: Handoff) -> object:
        """Everything that a handoff's row depends on."""
        return (item, self._mine(item), age_of(item.timestamp / 1000 or None, self.there))

    def _mine(self, handoff: Handoff) -> bool:
        return handoff.open and handoff.receiver == self.chosen.name

    def ordered(self, items: tuple[Handoff, ...]) -> Sequence[Handoff]:
        """Open handoffs, oldest first, then closed ones."""
        return sorted(items, key=lambda handoff: not handoff.open)

    @property
    def number(self) -> int:
        """How many are open."""
        return sum(handoff.open for handoff in self.listed.items)

    def counts(self) -> Sequence[str]:
        """Number of open handoffs."""
        return (f"{self.number} open" if self.number else "",)
