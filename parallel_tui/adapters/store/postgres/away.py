"""What waits to be told to a server that is away.

Nothing is granted then. What takes nothing from anybody (a release, an event, what a session says
of itself) is written down here and told later: each once, in order, and a release only where the
lock is still the one that was released.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import Final

import psycopg

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.documents.journal import line_of, parse
from parallel_tui.adapters.store.files.documents.waiting import entry_of
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.store.postgres.changing import ServerChanges
from parallel_tui.adapters.store.postgres.kinds.rows import LockRow, Rows
from parallel_tui.adapters.store.postgres.kinds.state import StateRows
from parallel_tui.adapters.store.postgres.server.address import AwayError, Row
from parallel_tui.adapters.store.postgres.transaction import RowTransaction
from parallel_tui.errors import CouldNotLookError, ParallelError, RefusedError
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from parallel_tui.model.text.strict_json import Json

QUEUE: Final = "away"
"""Folder of what waits."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be told to the server, a file for each change.

    Attributes:
        local: Files of this machine.
    """

    local: FileStore

    def names(self) -> tuple[str, ...]:
        """What waits, in order."""
        with suppress(UnusableFileError):
            found = self.local.own.below(QUEUE).names()
            return tuple(name for name in found if name.endswith(".json") and name[0] != ".")
        return ()

    def add(self, who: str, now: float, steps: list[Json]) -> None:
        """Write a change down, behind those that wait.

        Raises:
            RefusedError: When the disk refuses; nothing of it remains.
        """
        self.local.prepare()
        with self.local.guard.held():
            last = max(map(_number, self.names()), default=0)
            number = max(last + 1, time.time_ns())
            name = f"{number:020d}-{os.urandom(6).hex()}"
            data = {"id": name, "who": who, "at": now, "steps": steps}
            text = strict_json.compact(data).encode("ascii")
            self.local.own.below(QUEUE).write(f"{name}.json", text)

    def read(self, name: str) -> dict[str, Json]:
        """One change; empty when it cannot be read."""
        return json_document.load(self.local.own.below(QUEUE), name).data

    def done(self, name: str) -> None:
        """Forget a change that was told."""
        self.local.own.below(QUEUE).remove(name)

    def set_aside(self, name: str) -> None:
        """Move a change away that no server takes, keeping it."""
        json_document.set_aside(self.local.own.below(QUEUE), name)

    def released(self) -> Iterator[tuple[str, int]]:
        """Names and generations of locks whose release waits."""
        for name in self.names():
            steps = self.read(name).get("steps")
            for step in steps if isinstance(steps, list) else ():
                if isinstance(step, dict) and step.get("do") == "release":
                    yield str(step.get("name")), json_document.number(step.get("generation"))


@contextmanager
def on_last_known(
    rows: Rows, who: str, now: float, error: AwayError, waiting: Waiting
) -> Iterator[RowTransaction]:
    """Open a transaction on what was known last; at its end it waits, or is refused.

    Args:
        rows: What was known.
        who: Session, or `user`.
        now: Epoch seconds.
        error: Why the server cannot be used.
        waiting: Where to write down what waits.

    Raises:
        RefusedError: When something of it cannot wait; nothing of it remains.
    """

    def ask(*_: object) -> list[list[Row]]:
        raise error

    def last(_: str) -> int:
        raise refused(error, "no lock is granted")

    transaction = RowTransaction(rows, who, now, ask, 0, last)
    yield transaction
    steps = steps_of(transaction, error)
    if steps:
        waiting.add(who, transaction.now, steps)
        transaction.warnings = (f"{error.message}; the server is told once it answers",)


def steps_of(tx: RowTransaction, error: AwayError) -> list[Json]:
    """What is to be told of a transaction on what was known last.

    Raises:
        RefusedError: When something of it cannot wait.
    """
    if any(lock is not None for lock in tx.locks.now.values()):
        raise refused(error, "no lock is granted")
    known = {row.data for row in tx.rows.waiters}
    if any(strict_json.compact(entry_of(each)) not in known for each in tx.waiting.staged or ()):
        raise refused(error, "nobody can wait for a lock")
    steps: list[Json] = []
    for name in tx.locks.now:
        row = tx.rows.locks.get(name)
        if row is not None:
            step: dict[str, Json] = {"do": "release", "name": name, "owner": row.owner}
            steps.append({**step, "generation": row.proof.generation, "host": row.proof.host})
    data, before = tx.document.for_reading(), StateRows(tx.rows).load().data
    if tx.tasks.staged or tx.events.changed or tx.events.removed or _besides(data, before):
        raise refused(error, "only releases, new events and what sessions say of themselves wait")
    sessions, stood = data.get("sessions"), before.get("sessions")
    for name, entry in sessions.items() if isinstance(sessions, dict) else ():
        if not isinstance(stood, dict) or stood.get(name) != entry:
            steps.append({"do": "session", "name": name, "entry": entry})
    steps += ({"do": "event", "id": name, "event": each} for name, each in tx.events.sent.items())
    steps += ({"do": "journal", "line": line_of(entry)} for entry in tx.journal.staged)
    return steps


def deliver(waiting: Waiting, changes: ServerChanges) -> int:
    """Tell the server what waits, under the guard of this machine; returns how much it was.

    Args:
        waiting: What waits.
        changes: Transactions on the server.

    Raises:
        CouldNotLookError: When the server cannot be used, or takes no changes now; the rest waits
            on.
    """
    told = 0
    for name in waiting.names():
        data = waiting.read(name)
        if not isinstance(data.get("steps"), list):  # torn by a full disk, or not ours
            waiting.set_aside(name)
            continue
        transaction = changes.begin(str(data.get("who")))
        try:
            if changes.once(str(data.get("id"))):
                carry_out(transaction, data.get("steps"))
            changes.commit(transaction)
        except ParallelError as error:
            changes.roll_back()
            if isinstance(error, CouldNotLookError) and not _for_ever(error):
                raise
            waiting.set_aside(name)
            continue
        waiting.done(name)
        told += 1
    return told


def _for_ever(error: CouldNotLookError) -> bool:
    """Whether the server takes such a change never, and not only not now."""
    return isinstance(error.__cause__, psycopg.DataError | psycopg.IntegrityError)


def carry_out(tx: RowTransaction, steps: Json) -> None:
    """Do in a transaction on the server what waited for it."""
    for step in steps if isinstance(steps, list) else ():
        if not isinstance(step, dict):
            continue
        name = json_document.text(step.get("name"))
        match step.get("do"):
            case "release":
                lock, row = tx.locks.get(name), tx.rows.locks.get(name)
                if lock is not None and row is not None and _is_same(row, step):
                    tx.locks.remove(lock)
            case "session":
                _newer(tx.document.for_change(), name, step.get("entry"))
            case "event":
                event, event_id = step.get("event"), json_document.text(step.get("id"))
                if isinstance(event, dict) and not tx.events.files.has(event_id):
                    tx.events.sent[event_id] = event
            case "journal":
                entry = parse(json_document.text(step.get("line")).encode())
                if entry is not None:
                    tx.journal.staged.append(entry)


def _is_same(row: LockRow, step: Mapping[str, Json]) -> bool:
    """Whether a lock is the grant that was released, and not somebody else's by now.

    On another server, that was set meanwhile, others may have one of the same generation.
    """
    said = (row.proof.generation, row.owner, row.proof.host)
    return said == (step.get("generation"), step.get("owner"), step.get("host"))


def _newer(data: dict[str, Json], name: str, entry: Json) -> None:
    """Put a session's entry down, unless a newer one stands there."""
    sessions = data.get("sessions")
    if not isinstance(sessions, dict) or not isinstance(entry, dict):
        return
    stood = sessions.get(name)
    since = json_document.number(stood.get("last_update")) if isinstance(stood, dict) else 0
    if json_document.number(entry.get("last_update")) >= since:
        sessions[name] = entry


def _besides(data: dict[str, Json], before: dict[str, Json]) -> bool:
    """Whether more than the entries of sessions differs."""
    return any(data.get(key) != before.get(key) for key in {*data, *before} if key != "sessions")


def refused(error: AwayError, what: str) -> RefusedError:
    """The error for what cannot wait until the server is there again."""
    return RefusedError(f"{error.message}; {what} until it answers", hint=error.hint)


def _number(name: str) -> int:
    digits = name.partition("-")[0]
    return int(digits) if digits.isdigit() else 0
