"""`.claude/events`: one file an event (guide: event-coordinator)."""

from __future__ import annotations

import os
from itertools import count

from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.mechanics.change import SharedChange
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.sharing.coordination import Event
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.adapters.store.files.mechanics.folder import Folder, Stamp
    from parallel_tui.adapters.store.files.mechanics.json_document import Json

SUFFIX: Final = ".json"
_TIME: Final = pattern(r"^(\d{1,16})_")
_KINDS: Final = {
    "type": json_document.TEXT,
    "session": json_document.TEXT,
    "timestamp": json_document.NUMBER,
    "acknowledged": json_document.TEXTS,
    "recipients": json_document.TEXTS,
}
"""What an event says, whoever wrote it."""
_sent: Final = count()
_ID: Final = pattern(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$")


@dataclass(slots=True)
class EventFiles:
    """Reads and writes events.

    Attributes:
        folder: `.claude/events`.
    """

    folder: Folder
    _seen: dict[str, tuple[Stamp | None, Event]] = field(default_factory=dict, repr=False)

    def ids(self) -> tuple[str, ...]:
        """Ids of all events, newest first, from the file names alone."""
        names = (entry for entry in self.folder.names() if entry.endswith(SUFFIX))
        found = [entry[: -len(SUFFIX)] for entry in names if not entry.startswith(".")]
        return tuple(sorted(found, key=lambda name: (_time_of(name), name), reverse=True))

    def newest(self, limit: int | None = None) -> tuple[tuple[Event, ...], int]:
        """The newest events and how many older ones were left out.

        Files that did not change since the last call are not read again.
        """
        ids = self.ids()
        wanted = ids if limit is None else ids[:limit]
        fresh: dict[str, tuple[Stamp | None, Event]] = {}
        stamps = self.folder.stamps([name + SUFFIX for name in wanted])
        for name in wanted:
            stamp = stamps.get(name + SUFFIX)
            known = self._seen.get(name)
            if known is not None and known[0] == stamp:
                fresh[name] = known
                continue
            event = self.read(name)
            if event is not None:
                fresh[name] = (stamp, event)
        self._seen = fresh
        return tuple(event for _, event in fresh.values()), len(ids) - len(wanted)

    def marked(self, mark: str) -> tuple[str, ...]:
        """Ids of the events that bear a mark."""
        return tuple(each for each in self.ids() if each.endswith(f"_{mark}"))

    def has(self, event_id: str) -> bool:
        """Whether there is an event of this id."""
        return event_id in self.ids()

    def read(self, event_id: str) -> Event | None:
        """One event, or `None` when there is none of this id."""
        document = json_document.load(self.folder, event_id + SUFFIX)
        if not document.exists:
            return None
        if document.problem is not None:
            return Event(event_id, "?", "?", timestamp=_time_of(event_id), problem=document.problem)
        return self.parse(event_id, document.data)

    def parse(self, event_id: str, data: dict[str, Json]) -> Event:
        """Parse an event; anything wrong with it is its `problem`."""
        problem = json_document.odd(data, _KINDS)
        if problem is not None:
            problem = f"{self.folder.path}/{event_id}{SUFFIX}: {problem}"
        return Event(
            id=event_id,
            type=json_document.text(data.get("type"), "?"),
            session=json_document.text(data.get("session"), "?"),
            payload=strict_json.readable(data.get("payload")),
            timestamp=json_document.number(data.get("timestamp"), _time_of(event_id)),
            acknowledged=json_document.texts(data.get("acknowledged")),
            recipients=json_document.texts(data.get("recipients")),
            problem=problem,
        )

    def compose(
        self,
        kind: str,
        session: str,
        payload: Json,
        recipients: tuple[str, ...],
        now: int,
        mark: str = "",
    ) -> tuple[str, dict[str, Json]]:
        """Build a new event: its id and its object.

        Args:
            kind: Type.
            session: Sender.
            payload: Any JSON value.
            recipients: Who it is for; empty for everybody.
            now: Epoch milliseconds.
            mark: Ends the id, so that the sender knows its event again; by default its number in
                this process and random digits.
        """
        # Events of one millisecond stand in the order of their ids: first those sent first.
        event_id = f"{now}_{mark or f'{next(_sent) & 0xFFFF:04x}{os.urandom(4).hex()}'}"
        data: dict[str, Json] = {
            "id": event_id,
            "type": kind,
            "session": session,
            "payload": payload,
            "timestamp": now,
            "acknowledged": [],
        }
        if recipients:
            data["recipients"] = list(recipients)
        return event_id, data

    def for_change(self, event_id: str) -> dict[str, Json]:
        """The object of an event, to edit and pass to `put`.

        Raises:
            UsageError: When there is no such event.
            RefusedError: When its file cannot be read.
        """
        if not _ID.match(event_id):
            raise UsageError(f"{event_id!r} is no id of an event", hint="See: pdev event list")
        document = json_document.load(self.folder, event_id + SUFFIX)
        if not document.exists:
            raise UsageError(f"There is no event {event_id}", hint="See: pdev event list")
        if document.problem is not None:
            raise RefusedError(f"{document.problem}; it was left as it is")
        problem = json_document.odd(document.data, _KINDS)
        if problem is not None:
            raise RefusedError(f"The event {event_id}: {problem}; it was left as it is")
        return document.data

    def create(self, change: SharedChange, event_id: str, data: dict[str, Json]) -> None:
        """Add a new event to a change."""
        change.create(self.folder, event_id + SUFFIX, json_document.dump(data))

    def put(self, change: SharedChange, event_id: str, data: dict[str, Json]) -> None:
        """Add a rewritten event to a change."""
        change.put(self.folder, event_id + SUFFIX, json_document.dump(data))

    def drop(self, change: SharedChange, event_id: str) -> None:
        """Add the deletion of an event to a change."""
        change.remove(self.folder, event_id + SUFFIX)


def _time_of(event_id: str) -> int:
    match = _TIME.match(event_id)
    return int(match[1]) if match else 0
