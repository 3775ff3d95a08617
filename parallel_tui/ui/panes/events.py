"""What sessions told each other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.ui.panes.shared import SharedPane, titled
from parallel_tui.ui.present.sharing import EVENT_COLUMNS, ago, event_row
from parallel_tui.ui.widgets.columns import Row


class EventsPane(SharedPane):
    """One row an event, newest first; those the selected session has not seen stand out."""

    NAME, TITLE, COLUMNS = "events", "Events", EVENT_COLUMNS
    HINT = "None yet."

    def shown(self, found: Coordination) -> object:
        """The events."""
        return (found.events, found.events_omitted)

    def rows(self, found: Coordination, session: str) -> Iterable[Row]:
        """As they are read: newest first."""
        for event in found.events:
            unread = bool(session) and event.unread_by(session)
            about = (event, unread, ago(event.timestamp / 1000, self.now))
            yield self.row(event.id, about, partial(event_row, event, unread=unread, now=self.now))

    def title(self, found: Coordination, session: str) -> str:
        """How many the selected session has not seen."""
        count = found.unread_of([session])[session] if session else 0
        self.border_subtitle = f"{found.events_omitted} older" if found.events_omitted else ""
        return titled(self.TITLE, f"{count} unread" if count else "")
