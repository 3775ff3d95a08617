"""Locks and waiters on the server."""

from __future__ import annotations

from typing import Final

from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files.documents.locks import lock_of, sidecar_of
from parallel_tui.adapters.store.files.documents.waiting import entry_of, waiter_of
from parallel_tui.adapters.store.postgres.hosts import LEASE, elsewhere, this_host
from parallel_tui.adapters.store.postgres.kinds.batch import Batch
from parallel_tui.adapters.store.postgres.kinds.rows import LOCKS, LockRow, Rows, WaiterRow
from parallel_tui.adapters.store.postgres.server.escaping import escaped, unescaped
from parallel_tui.model.sharing.lock import Liveness, Lock
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from parallel_tui.adapters.store.postgres.server.address import Row

_ALIVE: Final = f"CASE WHEN %s THEN clock_timestamp() + interval '{LEASE} s' END"
_GRANT: Final = (
    "INSERT INTO pdev.lock AS held (repository, name, owner, generation, host, data, alive)"
    f" VALUES (%s, %s, %s, %s, %s, %s, {_ALIVE})"
    " ON CONFLICT (repository, name) DO UPDATE SET owner = excluded.owner,"
    " generation = excluded.generation, host = excluded.host, data = excluded.data,"
    " alive = excluded.alive, dead = false"
    " WHERE held.owner IS NULL AND held.generation < excluded.generation RETURNING 1"
)
_RENEW: Final = (
    "UPDATE pdev.lock SET owner = %s, generation = %s, host = %s, data = %s, dead = false,"
    f" alive = {_ALIVE} WHERE repository = %s AND name = %s AND generation <= %s RETURNING 1"
)
_NOTE: Final = (
    "UPDATE pdev.lock SET data = %s"
    " WHERE repository = %s AND name = %s AND generation = %s AND owner IS NOT NULL"
)
_FREE: Final = (
    "UPDATE pdev.lock SET owner = NULL, dead = false, alive = NULL, data = %s"
    " WHERE repository = %s AND name = %s"
)


@dataclass(frozen=True, slots=True)
class LockRows:
    """The locks as they stood when the transaction began.

    Attributes:
        rows: All that is held.
        last: Asks for the last generation of a name that is free.
    """

    rows: Rows
    last: Callable[[str], int]

    def all(self) -> tuple[Lock, ...]:
        """Every lock, by target."""
        return locks_in(self.rows)

    def read(self, name: str) -> Lock | None:
        """One lock, or `None` when the name is free."""
        row = self.rows.locks.get(name)
        return None if row is None else _lock(name, row)

    def generation(self, name: str) -> int:
        """The last generation granted for a name, also after its release."""
        row = self.rows.locks.get(name)
        return self.last(name) if row is None else row.proof.generation

    def grant(self, change: Batch, lock: Lock) -> None:
        """Add a new lock to a change; it fails where another of its name or generation is."""
        details = strict_json.compact(sidecar_of(lock, held=True))
        change.demand(
            lock.name,
            _GRANT,
            escaped(lock.name),
            escaped(lock.owner or ""),
            lock.generation,
            this_host(),
            details,
            _seen_alive(lock),
        )

    def renew(self, change: Batch, lock: Lock) -> None:
        """Add the rewritten details of a held lock to a change."""
        standing = self.read(lock.name)
        rivals = standing.rivals if standing is not None else ()
        details = strict_json.compact(sidecar_of(replace(lock, rivals=rivals), held=True))
        change.demands.append(lock.name)
        change.statements.append(_RENEW)
        change.values += (
            *(escaped(lock.owner or ""), lock.generation, this_host(), details, _seen_alive(lock)),
            *(change.repository, escaped(lock.name), lock.generation),
        )

    def drop(self, change: Batch, lock: Lock) -> None:
        """Add the release of a lock to a change; its generation stays on record."""
        # That of a script tells its machine that its file was released, and not by the script.
        plain = lock.foreign and lock.script is None
        left = None if plain else strict_json.compact(sidecar_of(lock, held=False))
        change.statements.append(_FREE)
        change.values += (left, change.repository, escaped(lock.name))

    def note(self, change: Batch, lock: Lock) -> None:
        """Add the details of a lock to a change that leaves alone who proves its owner's life."""
        details = strict_json.compact(sidecar_of(lock, held=True))
        change.statements.append(_NOTE)
        change.values += (details, change.repository, escaped(lock.name), lock.generation)


def locks_in(rows: Rows) -> tuple[Lock, ...]:
    """Every lock, by target."""
    found = (_lock(name, row) for name, row in rows.locks.items())
    return tuple(sorted(found, key=lambda lock: lock.target))


def after(found: Sequence[Sequence[Row]], edits: Mapping[str, Lock | None]) -> list[list[Row]]:
    """The answers to `reading` as they are after locks were changed here.

    Args:
        found: As they were before.
        edits: Locks by name; `None` for released ones.
    """
    answers = [list(part) for part in found]
    left = [row for row in answers[LOCKS] if unescaped(str(row[0])) not in edits]
    held: list[Row] = [
        (escaped(name), escaped(lock.owner or ""), lock.generation, this_host(), False, None,
         strict_json.compact(sidecar_of(lock, held=True)))
        for name, lock in edits.items() if lock is not None
    ]  # fmt: skip
    answers[LOCKS] = [*left, *held]
    return answers


def _lock(name: str, row: LockRow) -> Lock:
    data = {} if row.data is None else strict_json.parse(row.data)
    told = {**data, "elsewhere": elsewhere(row.proof.host)} if isinstance(data, dict) else {}
    return lock_of(name, row.owner, told, f"the lock {name}")


def _seen_alive(lock: Lock) -> bool:
    return liveness.liveness(lock.holder, lock.worktree) is Liveness.ALIVE


@dataclass(frozen=True, slots=True)
class WaiterRows:
    """The line of waiters.

    Attributes:
        rows: As it stood when the transaction began.
    """

    rows: Rows

    def load(self) -> tuple[Waiter, ...]:
        """Waiters that are not proved to have ended, in order."""
        return tuple(waiter for waiter in map(_waiter, self.rows.waiters) if waiter is not None)

    def stage(self, change: Batch, queue: Iterable[Waiter]) -> None:
        """Add the rewritten line to a change; those of others keep when they asked last."""
        mine = liveness.myself()
        change.add("DELETE FROM pdev.waiter WHERE repository = %s")
        known = {each.data: each for each in self.rows.waiters}
        for place, waiter in enumerate(queue):
            data = strict_json.compact(entry_of(waiter))
            row = known.get(data)
            process = waiter.process
            own = row is None or process == mine
            change.add(
                "INSERT INTO pdev.waiter (repository, place, host, pid, seen, data)"
                " VALUES (%s, %s, %s, %s, coalesce(%s::timestamptz, clock_timestamp()), %s)",
                place,
                this_host() if row is None or own else row.host,
                process.pid if process else 0,
                None if row is None or own else row.seen,
                data,
            )


def still_waits(repository: int) -> str:
    """The statement by which a waiting command says that it has not ended."""
    process = liveness.myself()
    pid = process.pid if process else 0
    host = this_host().replace("'", "''")
    return (
        "UPDATE pdev.waiter SET seen = clock_timestamp()"
        f" WHERE repository = {repository} AND pid = {pid} AND host = '{host}'"
    )


def _waiter(row: WaiterRow) -> Waiter | None:
    waiter = waiter_of(strict_json.parse(row.data))
    if waiter is None:
        return None
    if row.host != this_host():
        return replace(waiter, elsewhere=elsewhere(row.host)) if row.fresh else None
    return None if liveness.is_dead(waiter.process) else waiter
