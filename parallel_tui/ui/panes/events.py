"""Pane that lists the messages between sessions."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message
from textual.reactive import var

from parallel_tui.model.sharing.coordination import Event
from parallel_tui.model.sharing.told_once import told_once
from parallel_tui.model.text.words import age_of
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.spec import Listed, PaneSpec, part
from parallel_tui.ui.present.sharing import EVENT_COLUMNS, event_row
from parallel_tui.ui.widgets.columns import Row


@dataclass(frozen=True, slots=True)
class EventList(Listed[Event]):
    """The newest events.

    Attributes:
        omitted: How many older ones were left out.
    """

    omitted: int = 0


def _events(snapshot: Snapshot) -> EventList:
    found, pending, lost = part(snapshot.coordination, "events")
    return EventList(
        told_once(found.events), pending, lost, ahead=found.ahead, omitted=found.events_omitted
    )


class EventsPane(ListPane[Event]):
    """One row per event, newest first; those that the person has not seen stand out.

    They count as seen once the pane had the focus; their marks stay until it is left.
    """

    DRAWN = ("listed", "now", "seen")
    seen: var[frozenset[str] | None] = var[frozenset[str] | None](None)
    """Ids of the events seen before; `None` until that is known."""

    class Looked(Message):
        """The person looks at events.

        Attributes:
            ids: Which.
        """

        def __init__(self, ids: frozenset[str]) -> None:
            super().__init__()
            self.ids = ids

    SPEC = PaneSpec(
        "events",
        "Events",
        "Messages between sessions.",
        _events,
        EVENT_COLUMNS,
        "none: messages between sessions, as when one hands over a task",
    )

    def key(self, item: Event) -> str:
        """The event's id."""
        return item.id

    def row(self, item: Event) -> Row:
        """An event as a row."""
        return event_row(item, unread=self._unread(item), now=self.there)

    def about(self, item: Event) -> object:
        """Everything that an event's row depends on."""
        return (item, self._unread(item), age_of(item.timestamp / 1000 or None, self.there))

    def _unread(self, event: Event) -> bool:
        return self.seen is not None and event.id not in self.seen

    def sync(self) -> None:
        """Draw the list."""
        super().sync()
        if self.has_focus_within:
            self._look()

    def on_descendant_focus(self) -> None:
        """Take what is listed as seen."""
        self._look()

    def on_descendant_blur(self) -> None:
        """Take the marks away."""
        if self.seen is not None:
            self.seen |= {event.id for event in self.listed.items}

    def _look(self) -> None:
        if any(self._unread(event) for event in self.listed.items):
            self.post_message(self.Looked(frozenset(event.id for event in self.listed.items)))

    def counts(self) -> Sequence[str]:
        """Number of events that the person has not seen."""
        count = sum(self._unread(event) for event in self.listed.items)
        return (f"{count} unread" if count else "",)

    def note(self) -> str:
        """Number of older events that are not listed."""
        listed = self.listed
        omitted = listed.omitted if isinstance(listed, EventList) else 0
        return f"{omitted} older" if omitted else ""
