"""Work that one session passes to another."""

from __future__ import annotations

from collections.abc import Iterable

from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.ui.panes.shared import SharedPane, titled
from parallel_tui.ui.present.sharing import HANDOFF_COLUMNS, handoff_row
from parallel_tui.ui.widgets.columns import Row


class HandoffsPane(SharedPane):
    """One row a handoff, open ones first."""

    NAME, TITLE, COLUMNS = "handoffs", "Handoffs", HANDOFF_COLUMNS
    HINT = "None. h hands off."

    def shown(self, found: Coordination) -> object:
        """The handoffs."""
        return found.handoffs

    def rows(self, found: Coordination, session: str) -> Iterable[Row]:
        """As they are read: open ones oldest first, then what is closed."""
        ordered = sorted(found.handoffs, key=lambda handoff: not handoff.open)
        for handoff in ordered:
            mine = handoff.open and handoff.receiver == session
            yield handoff_row(handoff, mine=mine, now=self.now)

    def title(self, found: Coordination, session: str) -> str:
        """How many are open."""
        count = sum(handoff.open for handoff in found.handoffs)
        return titled(self.TITLE, f"{count} open" if count else "")
