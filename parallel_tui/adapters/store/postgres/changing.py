"""Beginning and ending a transaction on the server, whatever happens to either side meanwhile."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final

from parallel_tui.adapters.store.postgres.hosts import BEAT
from parallel_tui.adapters.store.postgres.kinds import locks, rows
from parallel_tui.adapters.store.postgres.leases import channel, lease
from parallel_tui.adapters.store.postgres.server.address import AwayError, Row
from parallel_tui.adapters.store.postgres.server.escaping import escaped
from parallel_tui.adapters.store.postgres.server.link import Link
from parallel_tui.adapters.store.postgres.transaction import RowTransaction
from parallel_tui.errors import ParallelError
from parallel_tui.ports.taken import TakenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

LOCK_CLASS: Final = 0x70646576
"""First half of the number of a repository's advisory lock; the other is the repository's own."""

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

    def begin(self, who: str) -> tuple[RowTransaction, str]:
        """Take the repository's lock; returns the transaction and its number on the server."""
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
        _, (about,), *rest = found[-(rows.COUNT + 2) :]
        now, number = about
        assert isinstance(now, float)  # noqa: S101 - for the type checker
        link.skew = now - time.time()

        def last(name: str) -> int:
            (generation,) = link.run(
                "SELECT generation FROM pdev.lock WHERE repository = %s AND name = %s",
                *(link.id, escaped(name)),
            )
            return int(str(generation[0][0])) if generation else 0

        clock = now if self._clock is None else self._clock()
        fresh = rows.rows_of(rest)
        return RowTransaction(fresh, who, clock, link.run, link.id, last), str(number)

    def _beginning(self, link: Link) -> str:
        return (
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
            f"SET LOCAL lock_timeout = {int(self._timeout * 1000)};"
            f"SET LOCAL statement_timeout = {int(self._timeout * 2000)};"
            f"SET LOCAL idle_in_transaction_session_timeout = {_IDLE * 1000};"
            f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, {link.id:d});"
            f"{locks.still_waits(link.id)};"
            "SELECT extract(epoch FROM clock_timestamp())::float8, pg_current_xact_id()::text;"
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

    def commit(self, transaction: RowTransaction, number: str) -> None:
        """Send what was staged, and end the transaction.

        Args:
            transaction: What `begin` gave.
            number: Its number on the server.

        Raises:
            TakenError: When a lock changed hands although it could not.
            CouldNotLookError: When the server did not take it; nothing of it remains.
        """
        link = self._writing
        batch = transaction.batch()
        due = time.monotonic() - self._leased > BEAT or not self._leased
        statements, values = list(batch.statements), list(batch.values)
        if statements:
            statements.append("UPDATE pdev.repository SET revision = revision + 1 WHERE id = %s")
            statements.append("SELECT pg_notify(%s, '')")
            values += (link.id, channel(link.id))
            # A server that may forget what it has confirmed is asked not to.
            statements.append(
                "SELECT set_config('synchronous_commit', 'on', true)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        if due:
            statement, some = lease(link)
            statements.append(statement)
            values += some
        try:
            found = link.run(";".join(statements), *values) if statements else []
            for name, gave in zip(batch.demands, found, strict=False):
                if not gave:
                    raise TakenError(f"The lock {name} changed hands meanwhile", name)
        except BaseException:
            link.rollback()
            raise
        try:
            link.run("COMMIT")
        except AwayError as error:
            self._find_out(number, error)
        if due:
            self._leased = time.monotonic()

    def _find_out(self, number: str, error: AwayError) -> None:
        """Ask what became of a transaction whose connection was lost as it ended.

        Raises:
            CouldNotLookError: When nothing remains of it, or the server does not come back.
        """
        until = time.monotonic() + self._timeout
        while True:
            state: object = "in progress"
            with suppress(AwayError):
                self._writing.ready()
                (found,) = self._writing.run("SELECT pg_xact_status(%s::xid8)", number)
                state = found[0][0]
            if state == "committed":
                return
            if state == "aborted":
                raise AwayError(f"{error.message}; nothing was changed", hint=error.hint)
            if time.monotonic() > until:
                raise AwayError(
                    f"{error.message}; whether the change was kept is not known",
                    hint="Look with `pdev locks` and `pdev history` once the server answers.",
                )
            time.sleep(0.1)
