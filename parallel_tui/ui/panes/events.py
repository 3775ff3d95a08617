"""Pane that lists the messages between sessions."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.model.sharing.coordination import Event
from parallel_tui.model.text.words import age_of
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.spec import Listed, PaneSpec, part
from parallel_tui.ui.present.sharing import EVENT_COLUMNS, event_row
from parallel_tui.ui.widgets.columns import Row


@dataclass(frozen=True, slots=True)
class EventList(Listed[Event]):
    """The newest events, and the selected session.

    Attributes:
        omitted: How many older ones were left out.
    """

    omitted: int = 0


def _events(snapshot: Snapshot) -> EventList:
    found, pending, lost = part(snapshot.coordination, "events")
    return EventList(found.events, pending, lost, omitted=found.events_omitted)


class EventsPane(ListPane[Event]):
    """One row per event, newest first; those unread by the selected session stand out."""

    SPEC = PaneSpec(
        "events", "Events", "Messages between sessions.", _events, EVENT_COLUMNS, "None yet."
    )

    def key(self, item: Event) -> str:
        """The event's id."""
        return item.id

    def row(self, item: Event) -> Row:
        """An event as a row."""
        return event_row(item, unread=self._unread(item), now=self.now)

    def about(self, item: Event) -> object:
        """Everything that an event's row depends on."""
        return (item, self._unread(item), age_of(item.timestamp / 1000 or None, self.now))

    def _unread(self, event: Event) -> bool:
        return bool(self.chosen.name) and event.unread_by(self.chosen.name)

    def counts(self) -> Sequence[str]:
        """Number of events unread by the selected session."""
        count = sum(self._unread(event) for event in self.listed.items)
        return (f"{count} unread" if count else "",)

    def note(self) -> str:
        """Number of older events that are not listed."""
        listed = self.listed
        omitted = listed.omitted if isinstance(listed, EventList) else 0
        return f"{omitted} older" if omitted else ""
