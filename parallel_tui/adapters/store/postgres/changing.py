"""Beginning and ending a transaction on the server, whatever happens to either side meanwhile."""

from __future__ import annotations

import os
import time
from typing import Final

from parallel_tui.adapters.store.postgres.hosts import BEAT
from parallel_tui.adapters.store.postgres.kinds import locks, rows
from parallel_tui.adapters.store.postgres.leases import FIRST, channel, lease
from parallel_tui.adapters.store.postgres.server.address import AwayError, Row
from parallel_tui.adapters.store.postgres.server.escaping import escaped
from parallel_tui.adapters.store.postgres.server.link import Link
from parallel_tui.adapters.store.postgres.transaction import RowTransaction
from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.ports.taken import TakenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LOCK_CLASS: Final = 0x70646576
"""First half of the number of a repository's advisory lock; the other is the repository's own."""

_FORGET: Final = (
    "DELETE FROM pdev.delivered WHERE repository = %s AND id LIKE 'c-%%'"
    " AND at < clock_timestamp() - interval '1 h'"
)
"""Forgets by what changes are proved to be kept, once nobody asks any more."""

_IDLE: Final = 60
"""Seconds after which the server ends a transaction whose program stands still."""


class ServerChanges:
    """Transactions by one connection, one at a time.

    Args:
        link: The connection.
        clock: Epoch seconds, for tests; `None` for the server's.
        timeout: Seconds to wait for others who hold the store.
    """

    def __init__(self, link: Link, clock: Callable[[], float] | None, timeout: float) -> None:
        self._writing = link
        self._clock = clock
        self._timeout = timeout
        self._leased = 0.0

    def begin(self, who: str) -> RowTransaction:
        """Take the repository's lock, and read what there is under it.

        Args:
            who: Session, or `user`.

        Raises:
            AwayError: When the server cannot be used.
            CouldNotLookError: When others hold the lock for too long.
        """
        link = self._writing
        found: list[list[Row]] = []
        for again in (True, False):
            link.ready()
            try:
                found = link.run(self._beginning(link))
                break
            except AwayError:
                # An old connection that ended meanwhile: nothing was begun on it.
                if not again:
                    raise
            except ParallelError:
                link.rollback()
                raise
        link.begun()
        try:
            return self._open(link, who, found)
        except BaseException:
            link.drop()  # its number there may be another one by now
            link.ended()
            raise

    def _open(self, link: Link, who: str, found: list[list[Row]]) -> RowTransaction:
        """The transaction of what was answered to its beginning."""
        _, ((now,),), *rest = found[-(rows.COUNT + 2) :]
        assert isinstance(now, float)  # noqa: S101 - for the type checker
        link.skew = now - time.time()

        def last(name: str) -> int:
            (generation,) = link.run(
                "SELECT generation FROM pdev.lock WHERE repository = %s AND name = %s",
                *(link.id, escaped(name)),
            )
            return int(str(generation[0][0])) if generation else 0

        clock = now if self._clock is None else self._clock()
        begun = RowTransaction(rows.rows_of(rest), who, clock, link.run, link.id, last)
        begun.found = rest
        return begun

    def _beginning(self, link: Link) -> str:
        return (
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
            f"SET LOCAL lock_timeout = {int(self._timeout * 1000)};"
            f"SET LOCAL statement_timeout = {int(self._timeout * 2000)};"
            f"SET LOCAL idle_in_transaction_session_timeout = {_IDLE * 1000};"
            f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, {link.id:d});"
            f"{locks.still_waits(link.id)};"
            "SELECT extract(epoch FROM clock_timestamp())::float8;"
            f"{rows.reading(link.id)}"
        )

    def roll_back(self) -> None:
        """Give up the transaction that is open."""
        self._writing.rollback()

    def once(self, waited: str) -> bool:
        """Note within the open transaction that a change which waited was told.

        Args:
            waited: Names that change.

        Returns:
            Whether it was not told before.
        """
        found = self._writing.run(
            "INSERT INTO pdev.delivered (repository, id) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING RETURNING 1;"
            "DELETE FROM pdev.delivered WHERE repository = %s"
            " AND at < clock_timestamp() - interval '90 days'",
            *(self._writing.id, waited, self._writing.id),
        )
        return bool(found[0])

    def commit(self, transaction: RowTransaction) -> None:
        """Send what was staged, and end the transaction.

        Args:
            transaction: What `begin` gave.

        Raises:
            TakenError: When a lock changed hands although it could not.
            CouldNotLookError: When the server did not take it; nothing of it remains.
        """
        link = self._writing
        batch = transaction.batch()
        due = time.monotonic() - self._leased > BEAT or not self._leased
        statements, values = [FIRST, *batch.statements], [link.id, *batch.values]
        if not batch.statements:
            statements, values = [], []
        proof = f"c-{os.urandom(8).hex()}"
        if statements:
            statements.append("UPDATE pdev.repository SET revision = revision + 1 WHERE id = %s")
            statements.append("SELECT pg_notify(%s, '')")
            statements.append("INSERT INTO pdev.delivered (repository, id) VALUES (%s, %s)")
            values += (link.id, channel(link.id), link.id, proof)
            # A server that may forget what it has confirmed is asked not to.
            statements.append(
                "SELECT set_config('synchronous_commit', 'on', true)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        if due:
            statement, some = lease(link)
            statements.append(statement)
            values += (*some, link.id)
            statements.append(_FORGET)
        try:
            found = link.run(";".join(statements), *values) if statements else []
            for name, gave in zip(batch.demands, found[1:], strict=False):
                if not gave:
                    raise TakenError(f"The lock {name} changed hands meanwhile", name)
        except BaseException:
            link.rollback()
            raise
        try:
            link.commit()
        except AwayError as error:
            link.ended()
            if statements:
                self._find_out(proof, error)
        if due:
            self._leased = time.monotonic()

    def _find_out(self, proof: str, error: AwayError) -> None:
        """Ask what became of a transaction whose connection was lost as it ended.

        By a row that it wrote itself, and after whoever holds the lock now: a server that crashed
        gives the number of a transaction that it lost to another one.

        Raises:
            CouldNotLookError: When nothing remains of it, or the server does not come back.
        """
        link, until = self._writing, time.monotonic() + self._timeout
        while True:
            try:
                link.ready()
                _, kept = link.run(
                    "BEGIN ISOLATION LEVEL READ COMMITTED;"
                    f"SET LOCAL lock_timeout = {int(self._timeout * 1000)};"
                    f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, {link.id:d});"
                    f"SELECT 1 FROM pdev.delivered WHERE repository = {link.id:d}"
                    f" AND id = '{proof}';COMMIT"
                )
            except CouldNotLookError:
                link.rollback()
            else:
                if kept:
                    return
                raise CouldNotLookError(f"{error.message}; nothing was changed", hint=error.hint)
            if time.monotonic() > until:
                raise AwayError(
                    f"{error.message}; whether the change was kept is not known",
                    hint="Look with `pdev locks` and `pdev history` once the server answers.",
                )
            time.sleep(0.1)
