"""Event files as they will be after a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.errors import UsageError
from parallel_tui.model.sharing.coordination import Event
from parallel_tui.model.text.strict_json import Json
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.files.staged.parts import Change, EventPart


@dataclass(slots=True)
class StagedEvents:
    """Event files: new and changed ones by id, removed ones as a set."""

    files: EventPart
    now: float
    sent: dict[str, dict[str, Json]] = field(default_factory=dict)
    changed: dict[str, dict[str, Json]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def all(self) -> tuple[Event, ...]:
        """Every event, newest first."""
        found = {
            event.id: event for event in self.files.newest()[0] if event.id not in self.removed
        }
        for event_id, data in (*self.changed.items(), *self.sent.items()):
            found[event_id] = self.files.parse(event_id, data)
        return tuple(
            sorted(found.values(), key=lambda each: (each.timestamp, each.id), reverse=True)
        )

    def emit(
        self,
        kind: str,
        session: str,
        payload: Json,
        recipients: Sequence[str] = (),
        *,
        mark: str = "",
    ) -> str | None:
        """Send an event; returns its id, or `None` when one with this mark exists."""
        if mark:
            sent = [each for each in self.sent if each.endswith(f"_{mark}")]
            if any(each not in self.removed for each in (*sent, *self.files.marked(mark))):
                return None
        now = int(self.now * 1000)
        event_id, data = self.files.compose(kind, session, payload, tuple(recipients), now, mark)
        self.sent[event_id] = data
        return event_id

    def acknowledge(self, event_id: str, session: str) -> bool:
        """Add a session to those that have seen an event; returns whether it was new."""
        if event_id in self.removed:
            raise UsageError(f"There is no event {event_id}", hint="See: pdev event list")
        data = (
            self.sent.get(event_id) or self.changed.get(event_id) or self.files.for_change(event_id)
        )
        seen = data.get("acknowledged")
        by = list(seen) if isinstance(seen, list) else []
        if session in by:
            return False
        data["acknowledged"] = [*by, session]
        if event_id not in self.sent:
            self.changed[event_id] = data
        return True

    def remove(self, event_id: str) -> bool:
        """Delete an event; returns whether it existed."""
        if self.sent.pop(event_id, None) is not None:
            return True
        self.changed.pop(event_id, None)
        there = event_id not in self.removed and self.files.has(event_id)
        if there:
            self.removed.add(event_id)
        return there

    def stage(self, change: Change) -> None:
        """Add the edits to the change of the files."""
        for event_id, data in self.sent.items():
            self.files.create(change, event_id, data)
        for event_id, data in self.changed.items():
            self.files.put(change, event_id, data)
        for event_id in self.removed:
            self.files.drop(change, event_id)
