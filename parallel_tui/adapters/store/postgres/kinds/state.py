"""The parts of the state document, a row each, put together for who changes it and taken apart."""

from __future__ import annotations

from typing import Final

from parallel_tui.adapters.store.files.documents.state import CLOSED
from parallel_tui.adapters.store.files.mechanics.json_document import JsonDocument
from parallel_tui.adapters.store.postgres.kinds.batch import Batch
from parallel_tui.adapters.store.postgres.kinds.rows import Rows
from parallel_tui.adapters.store.postgres.server.escaping import escaped
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.text.strict_json import Json

PARTS: Final = ("sessions", "completed_tasks", "pending_handoffs", CLOSED)
"""What has rows of its own; all else is one object."""


@dataclass(slots=True)
class StateRows:
    """The state document as it stood when the transaction began.

    Attributes:
        rows: What it is made of.
    """

    rows: Rows
    _data: dict[str, Json] | None = None
    _items: dict[int, tuple[int, Json]] = field(default_factory=dict)

    def load(self) -> JsonDocument:
        """The document, with the guide's four parts."""
        return JsonDocument(self.for_change())

    def for_change(self) -> dict[str, Json]:
        """The document, to edit in place and pass to `stage`."""
        if self._data is None:
            self._data = self._put_together()
        return self._data

    def _put_together(self) -> dict[str, Json]:
        rows = self.rows
        rest = strict_json.parse(rows.rest)
        lists: dict[bool, list[Json]] = {False: [], True: []}
        for place, (closed, text) in rows.handoffs.items():
            item = strict_json.parse(text)
            self._items[id(item)] = (place, item)  # kept, so that its id stays its own
            lists[closed].append(item)
        data: dict[str, Json] = {
            "sessions": {name: strict_json.parse(each) for name, each in rows.sessions.items()},
            "completed_tasks": [strict_json.parse(each) for each in rows.completed],
            "pending_handoffs": lists[False],
            "conflicts": [],
            **(rest if isinstance(rest, dict) else {}),
        }
        if lists[True]:
            data[CLOSED] = lists[True]
        return data

    def stage(self, change: Batch, data: dict[str, Json]) -> None:
        """Add what differs from the rows to a change."""
        self._stage_sessions(change, data.get("sessions"))
        self._stage_completed(change, data.get("completed_tasks"))
        self._stage_handoffs(change, data)
        rest = strict_json.compact({key: each for key, each in data.items() if key not in PARTS})
        if strict_json.parse(rest) != strict_json.parse(self.rows.rest):
            change.statements.append("UPDATE pdev.repository SET rest = %s WHERE id = %s")
            change.values += (rest, change.repository)

    def _stage_sessions(self, change: Batch, records: Json) -> None:
        wanted = _texts(records if isinstance(records, dict) else {})
        for name, text in wanted.items():
            if not _same(self.rows.sessions.get(name), text):
                change.add(
                    "INSERT INTO pdev.session (repository, name, data) VALUES (%s, %s, %s)"
                    " ON CONFLICT (repository, name) DO UPDATE SET data = excluded.data",
                    *(escaped(name), text),
                )
        for name in self.rows.sessions.keys() - wanted.keys():
            change.add(
                "DELETE FROM pdev.session WHERE repository = %s AND name = %s", escaped(name)
            )

    def _stage_completed(self, change: Batch, found: Json) -> None:
        wanted = [strict_json.compact(each) for each in (found if isinstance(found, list) else [])]
        before = [strict_json.compact(strict_json.parse(each)) for each in self.rows.completed]
        start = len(before)
        if wanted[:start] != before:
            change.add("DELETE FROM pdev.completed WHERE repository = %s")
            start = 0
        for place, text in enumerate(wanted[start:], start):
            change.add(
                "INSERT INTO pdev.completed (repository, place, data) VALUES (%s, %s, %s)",
                *(place, text),
            )

    def _stage_handoffs(self, change: Batch, data: dict[str, Json]) -> None:
        left = dict(self.rows.handoffs)
        place = max(left, default=-1)
        for key, closed in (("pending_handoffs", False), (CLOSED, True)):
            items = data.get(key)
            for item in items if isinstance(items, list) else ():
                text = strict_json.compact(item)
                known, _ = self._items.get(id(item), (None, None))
                before = left.pop(known, None) if known is not None else None
                if known is not None and before is not None:
                    if before[0] != closed or not _same(before[1], text):
                        change.add(
                            "UPDATE pdev.handoff SET closed = %s, data = %s"
                            " WHERE repository = %s AND place = %s"
                        )
                        # The repository comes third here, unlike everywhere else.
                        change.values[-1:] = [closed, text, change.repository, known]
                    continue
                place += 1
                change.add(
                    "INSERT INTO pdev.handoff (repository, place, closed, data)"
                    " VALUES (%s, %s, %s, %s)",
                    *(place, closed, text),
                )
        for gone in left:
            change.add("DELETE FROM pdev.handoff WHERE repository = %s AND place = %s", gone)


def _texts(records: dict[str, Json]) -> dict[str, str]:
    return {name: strict_json.compact(each) for name, each in records.items()}


def _same(before: str | None, text: str) -> bool:
    return before is not None and (
        before == text or strict_json.compact(strict_json.parse(before)) == text
    )
