"""Events, task lists and the journal on the server."""

from __future__ import annotations

import re

from parallel_tui.adapters.store.files.documents import journal
from parallel_tui.adapters.store.files.documents.events import EventFiles
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.adapters.store.postgres.kinds.batch import Batch
from parallel_tui.adapters.store.postgres.kinds.rows import Rows
from parallel_tui.adapters.store.postgres.server.escaping import escaped, unescaped
from parallel_tui.errors import UsageError
from parallel_tui.model.sharing.coordination import Event, Problem
from parallel_tui.model.sharing.tasks import TaskList, parse_list
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parallel_tui.adapters.store.postgres.server.address import Row
    from parallel_tui.model.sharing.journal import JournalEntry
    from parallel_tui.model.text.strict_json import Json

    Ask = Callable[..., list[list[Row]]]
    """Runs statements with values, the repository's number the first."""


@dataclass(slots=True)
class EventRows:
    """Reads and writes events.

    Attributes:
        ask: Asks the server.
        repository: The repository's number there.
    """

    ask: Ask
    repository: int
    _words: EventFiles = field(default_factory=lambda: EventFiles(Folder("", ("events",))))
    _seen: dict[str, tuple[str, Event]] = field(default_factory=dict, repr=False)

    def newest(self, limit: int | None = None) -> tuple[tuple[Event, ...], int]:
        """The newest events and how many older ones were left out."""
        return self.read(self.ask(self.newest_of(limit)))

    def newest_of(self, limit: int | None, since: int | None = None) -> str:
        """The statements that `read` wants the answers to.

        Args:
            limit: How many at most; `None` for all.
            since: Only what changed after this revision; they are then not counted if none did.
        """
        some = "" if limit is None else f" LIMIT {limit}"
        mine = f"FROM pdev.event WHERE repository = {self.repository}"
        fresh = "" if since is None else f" AND changed > {since}"
        counted = "" if since is None else f" WHERE EXISTS (SELECT {mine}{fresh})"
        return (
            f"SELECT id, data::text {mine}{fresh} ORDER BY at DESC, id DESC{some};"
            f"SELECT (SELECT count(*) {mine}){counted}"
        )

    def read(self, found: Sequence[Sequence[Row]]) -> tuple[tuple[Event, ...], int]:
        """Events from rows; those that were the same the last time are not understood again."""
        rows, ((count,),) = found
        fresh: dict[str, tuple[str, Event]] = {}
        for name, data in rows:
            event_id, text = unescaped(str(name)), str(data)
            known = self._seen.get(event_id)
            if known is None or known[0] != text:
                value = strict_json.parse(text)
                known = (text, self.parse(event_id, value if isinstance(value, dict) else {}))
            fresh[event_id] = known
        self._seen = fresh
        return tuple(event for _, event in fresh.values()), int(str(count)) - len(rows)

    def parse(self, event_id: str, data: dict[str, Json]) -> Event:
        """Parse an event; anything wrong with it is its `problem`."""
        return self._words.parse(event_id, data)

    def compose(
        self,
        kind: str,
        session: str,
        payload: Json,
        recipients: tuple[str, ...],
        now: int,
        mark: str = "",
    ) -> tuple[str, dict[str, Json]]:
        """Build a new event: its id and its object. See `EventFiles.compose`."""
        return self._words.compose(kind, session, payload, recipients, now, mark)

    def marked(self, mark: str) -> tuple[str, ...]:
        """Ids of the events that bear a mark."""
        wanted = f"_{escaped(mark)}"
        (rows,) = self.ask(
            "SELECT id FROM pdev.event WHERE repository = %s AND right(id, %s) = %s",
            *(self.repository, len(wanted), wanted),
        )
        return tuple(unescaped(str(name)) for (name,) in rows)

    def has(self, event_id: str) -> bool:
        """Whether there is an event of this id."""
        return self._text(event_id) is not None

    def for_change(self, event_id: str) -> dict[str, Json]:
        """The object of an event, to edit and pass to `put`.

        Raises:
            UsageError: When there is no such event.
        """
        text = self._text(event_id)
        if text is None:
            raise UsageError(f"There is no event {event_id}", hint="See: pdev event list")
        data = strict_json.parse(text)
        return data if isinstance(data, dict) else {}

    def _text(self, event_id: str) -> str | None:
        (rows,) = self.ask(
            "SELECT data::text FROM pdev.event WHERE repository = %s AND id = %s",
            *(self.repository, escaped(event_id)),
        )
        return str(rows[0][0]) if rows else None

    def create(self, change: Batch, event_id: str, data: dict[str, Json]) -> None:
        """Add a new event to a change."""
        change.add(
            "INSERT INTO pdev.event (repository, id, at, data) VALUES (%s, %s, %s, %s)",
            *(escaped(event_id), time_of(event_id), strict_json.compact(data)),
        )

    def put(self, change: Batch, event_id: str, data: dict[str, Json]) -> None:
        """Add a rewritten event to a change."""
        change.statements.append(
            "UPDATE pdev.event SET data = %s WHERE repository = %s AND id = %s"
        )
        change.values += (strict_json.compact(data), change.repository, escaped(event_id))

    def drop(self, change: Batch, event_id: str) -> None:
        """Add the deletion of an event to a change."""
        change.add("DELETE FROM pdev.event WHERE repository = %s AND id = %s", escaped(event_id))


def time_of(event_id: str) -> int:
    """When an event was sent, as its id tells; 0 where it does not."""
    match = re.match(r"(\d{1,16})_", event_id)
    return int(match[1]) if match else 0


@dataclass(frozen=True, slots=True)
class TaskRows:
    """Reads and writes task lists.

    Attributes:
        rows: As they stood when the transaction began.
    """

    rows: Rows

    def all(self) -> tuple[tuple[TaskList, ...], tuple[Problem, ...]]:
        """Every task list by session; each can be read."""
        return tuple(parse_list(name, text) for name, text in self.rows.tasks.items()), ()

    def text(self, session: str) -> str | None:
        """The text of a task list, or `None` without one."""
        return self.rows.tasks.get(session)

    def stage(self, change: Batch, session: str, text: str) -> None:
        """Add a rewritten task list to a change."""
        change.add(
            "INSERT INTO pdev.task_list (repository, session, data) VALUES (%s, %s, %s)"
            " ON CONFLICT (repository, session) DO UPDATE SET data = excluded.data",
            *(escaped(session), escaped(text)),
        )


@dataclass(frozen=True, slots=True)
class JournalRows:
    """Reads and writes the journal.

    Attributes:
        ask: Asks the server.
        repository: The repository's number there.
    """

    ask: Ask
    repository: int

    def tail(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest entries, newest first."""
        (rows,) = self.ask(
            "SELECT data::text FROM pdev.journal WHERE repository = %s"
            " ORDER BY place DESC LIMIT %s",
            *(self.repository, count),
        )
        found = (journal.parse(str(data).encode()) for (data,) in rows)
        return tuple(entry for entry in found if entry is not None)

    def stage(self, change: Batch, entry: JournalEntry) -> None:
        """Add an entry to a change."""
        change.add(
            "INSERT INTO pdev.journal (repository, data) VALUES (%s, %s)", journal.line_of(entry)
        )
