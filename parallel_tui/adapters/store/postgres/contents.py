"""All that a server keeps of a repository, taken out or put in as one value."""

from __future__ import annotations

from typing import Final

from parallel_tui.adapters.store.postgres.changing import LOCK_CLASS
from parallel_tui.adapters.store.postgres.hosts import this_host
from parallel_tui.adapters.store.postgres.kinds import events, rows
from parallel_tui.adapters.store.postgres.kinds.batch import Batch
from parallel_tui.adapters.store.postgres.kinds.state import PARTS, StateRows
from parallel_tui.adapters.store.postgres.leases import channel
from parallel_tui.adapters.store.postgres.server.escaping import escaped, unescaped
from parallel_tui.adapters.store.postgres.server.link import Link
from parallel_tui.adapters.store.postgres.store import PostgresStore
from parallel_tui.errors import RefusedError
from parallel_tui.model.text import strict_json
from parallel_tui.ports.store.contents import KeptLock, StoreContents
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.text.strict_json import Json

_KEPT: Final = (*("session", "handoff", "completed", "task_list", "event"),)


@dataclass(frozen=True, slots=True)
class ServerContents:
    """One repository on a server as a place for contents.

    Attributes:
        store: Its store.
    """

    store: PostgresStore

    @property
    def shown(self) -> str:
        """The server."""
        return self.store.address.shown

    def _link(self) -> Link:
        made = Link(self.store.address, self.store.key, patience=10.0)
        made.ready()
        return made

    def take(self) -> StoreContents:
        """Everything that the server keeps of the repository, as of one moment.

        Raises:
            CouldNotLookError: When it cannot be asked.
        """
        link = self._link()
        try:
            where = f"WHERE repository = {link.id:d}"
            found = link.run(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                f"{rows.reading(link.id)};"
                f"SELECT name, owner, generation, data::text FROM pdev.lock {where};"
                f"SELECT id, data::text FROM pdev.event {where};"
                f"SELECT data::text FROM pdev.journal {where} ORDER BY place;COMMIT"
            )
        finally:
            link.drop()
        locks, told, lines = found[rows.COUNT :]
        known = rows.rows_of(found[: rows.COUNT])
        document = StateRows(known).load().data
        return StoreContents(
            state=_without_empty(document),
            locks={unescaped(str(row[0])): _kept(*row[1:]) for row in locks},
            events={unescaped(str(name)): _object(data) for name, data in told},
            tasks=dict(known.tasks),
            journal=tuple(_line(data) for (data,) in lines),
        )

    def put(self, contents: StoreContents) -> None:
        """Keep all of it, or nothing.

        Raises:
            RefusedError: When something is kept there already.
            CouldNotLookError: When it cannot be asked.
        """
        link = self._link()
        try:
            link.run(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
                f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, {link.id:d})"
            )
            self._demand_empty(link)
            change = Batch(link.id)
            _put_state(change, contents.state)
            for name, lock in contents.locks.items():
                _put_lock(change, name, lock)
            for event_id, data in contents.events.items():
                change.add(
                    "INSERT INTO pdev.event (repository, id, at, data) VALUES (%s, %s, %s, %s)",
                    *(escaped(event_id), events.time_of(event_id), strict_json.compact(data)),
                )
            for session, text in contents.tasks.items():
                change.add(
                    "INSERT INTO pdev.task_list (repository, session, data) VALUES (%s, %s, %s)",
                    *(escaped(session), escaped(text)),
                )
            for line in contents.journal:
                change.add(
                    "INSERT INTO pdev.journal (repository, data) VALUES (%s, %s)", _row(line)
                )
            change.statements += (
                "UPDATE pdev.repository SET revision = revision + 1 WHERE id = %s",
                "SELECT pg_notify(%s, '')",
            )
            change.values += (link.id, channel(link.id))
            link.run(";".join(change.statements), *change.values)
            link.run("COMMIT")
        finally:
            link.drop()

    def _demand_empty(self, link: Link) -> None:
        where = f"WHERE repository = {link.id:d}"
        counts = ", ".join(f"(SELECT count(*) FROM pdev.{each} {where})" for each in _KEPT)
        # Locks of scripts are claimed by whoever looks first, which may well be before an import.
        ours = "owner IS NOT NULL AND data->'script' IS NULL"
        held = f"(SELECT count(*) FROM pdev.lock {where} AND {ours})"
        (found,) = link.run(f"SELECT {counts}, {held}")
        if any(found[0]):
            raise RefusedError(
                f"The store at {self.shown} keeps something of this repository already",
                hint="Keep to that, and set the files of this clone aside: "
                "pdev store import --set-aside",
            )


def _put_state(change: Batch, state: Mapping[str, Json]) -> None:
    """The whole document, as if nothing had been there."""
    data = {"sessions": {}, "completed_tasks": [], "pending_handoffs": [], **state}
    nothing = rows.Rows("null", 0, {}, {}, (), {}, {}, ())
    StateRows(nothing).stage(change, data)


def _put_lock(change: Batch, name: str, lock: KeptLock) -> None:
    details: dict[str, Json] | None = None if lock.details is None else dict(lock.details)
    owner = _owner(lock.content)
    if lock.content is not None and lock.content != f"{owner}\n":
        details = {**(details or {}), "content": lock.content}
    generation = (details or {}).get("generation")
    change.add(
        "INSERT INTO pdev.lock (repository, name, owner, generation, host, data)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (repository, name) DO UPDATE SET owner = excluded.owner,"
        " generation = greatest(lock.generation, excluded.generation), host = excluded.host,"
        " data = excluded.data, dead = false, alive = NULL",
        escaped(name),
        None if owner is None else escaped(owner),
        generation if isinstance(generation, int) else 0,
        this_host() if details is not None else None,
        None if details is None else strict_json.compact(details),
    )


def _owner(content: str | None) -> str | None:
    if content is None:
        return None
    return content.removeprefix("\ufeff").split("\n", 1)[0].strip()


def _kept(owner: object, generation: object, data: object) -> KeptLock:
    details = None if data is None else _object(data)
    content = None if owner is None else f"{unescaped(str(owner))}\n"
    if details is not None and isinstance(details.get("content"), str):
        content = str(details.pop("content"))
        details = details or None
    return KeptLock(content, details)


def _object(data: object) -> dict[str, Json]:
    found = strict_json.parse(str(data))
    return found if isinstance(found, dict) else {}


def _row(line: str) -> str:
    """A line of the journal as JSON; one that is none is kept as a text."""
    try:
        found = strict_json.parse(line)
    except strict_json.NotJsonError:
        return strict_json.compact(line)
    plain = isinstance(found, dict) and strict_json.compact(found) == line
    return line if plain else strict_json.compact(line)


def _line(data: object) -> str:
    found = strict_json.parse(str(data))
    return found if isinstance(found, str) else str(data)


def _without_empty(document: dict[str, Json]) -> dict[str, Json]:
    """The document, or nothing where it has no more than its empty parts."""
    shown = {
        key: each for key, each in document.items() if each or key not in (*PARTS, "conflicts")
    }
    return document if shown else {}
