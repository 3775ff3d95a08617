"""Making the store on a server, bringing it up to date, and looking at it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors

from parallel_tui.adapters.store.postgres.hosts import this_host
from parallel_tui.adapters.store.postgres.server.address import Row, ServerAddress
from parallel_tui.adapters.store.postgres.server.escaping import escaped, unescaped
from parallel_tui.adapters.store.postgres.server.link import check_version
from parallel_tui.adapters.store.postgres.server.migrations import NEWEST, steps
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.text import strict_json
from parallel_tui.ports.store.server import HostSeen, ServerStatus, StorePrepared

_GUARD: Final = 0x70646576
"""Number of the advisory lock under which tables are made."""

_COUNTED: Final = (*("lock", "session", "handoff", "event", "task_list", "journal"),)


class ServerAdmin:
    """Makes and looks after the store on a server.

    Args:
        address: The server.
        key: Names the repository there.
        name: The repository, for people.
    """

    def __init__(self, address: ServerAddress, key: str, name: str) -> None:
        self._address = address
        self._key = key
        self._name = name

    def init(self) -> StorePrepared:
        """Make the tables where there are none, and add the repository.

        Raises:
            CouldNotLookError: When the server cannot be used, or its tables are of another version.
            RefusedError: When the role may not make them.
        """
        with self._changing() as made:
            before = _version(made)
            if before is None:
                made.execute(steps(0).encode())
            else:
                check_version(before, self._address.shown)
            added = made.execute(
                b"INSERT INTO pdev.repository (key, name) VALUES (%s, %s)"
                b" ON CONFLICT (key) DO NOTHING RETURNING id",
                (self._key, escaped(self._name)),
            ).fetchone()
        return StorePrepared(
            self._address.shown, NEWEST, made=before is None, added=added is not None
        )

    def migrate(self) -> tuple[int, int]:
        """Bring the tables to the version of this program.

        Returns:
            The version before and after.

        Raises:
            CouldNotLookError: When there are none, or they are newer than this program.
            RefusedError: When the role may not change them.
        """
        with self._changing() as made:
            before = _version(made)
            if before is None:
                raise CouldNotLookError(
                    f"The database {self._address.shown} has no tables of pdev yet",
                    hint="Make them: pdev store init",
                )
            if before > NEWEST:
                check_version(before, self._address.shown)
            if before < NEWEST:
                made.execute(steps(before).encode())
        return before, NEWEST

    def status(self) -> ServerStatus:
        """What the server holds of this repository.

        Raises:
            CouldNotLookError: When the server cannot be used.
        """
        with self._asking() as made:
            version = _version(made)
            server = made.info.parameter_status("server_version") or "?"
            known: Row | None = None
            if version == NEWEST:
                known = made.execute(
                    b"SELECT id, revision FROM pdev.repository WHERE key = %s", (self._key,)
                ).fetchone()
            counts: dict[str, int] = {}
            hosts: tuple[HostSeen, ...] = ()
            if known is not None:
                number = int(str(known[0]))
                counts = {each: _count(made, each, number) for each in _COUNTED}
                before = time.time()
                found = made.execute(
                    b"SELECT name, program, skew, extract(epoch FROM clock_timestamp() - seen)"
                    b"::float8, until > clock_timestamp(), about::text,"
                    b" extract(epoch FROM clock_timestamp())::float8 FROM pdev.host"
                    b" WHERE repository = %s"
                    b" ORDER BY name",
                    (number,),
                ).fetchall()
                middle = (before + time.time()) / 2
                hosts = tuple(_host(row, middle) for row in found)
            return ServerStatus(
                self._address.shown,
                self._key,
                server,
                version,
                NEWEST,
                known=known is not None,
                revision=int(str(known[1])) if known is not None else 0,
                counts=counts,
                hosts=hosts,
                encrypted=made.pgconn.ssl_in_use,
                role=made.info.user,
            )

    @contextmanager
    def _asking(self) -> Iterator[psycopg.Connection[Row]]:
        made = self._address.connect()
        try:
            yield made
        except psycopg.OperationalError as error:
            raise self._address.away(error) from None
        except errors.InsufficientPrivilege as error:
            said = error.diag.message_primary
            raise RefusedError(
                f"The role {made.info.user} may not do that at {self._address.shown}: {said}",
                hint="Run it as the owner of the database, named in PDEV_STORE for this once.",
            ) from None
        except psycopg.Error as error:
            said = " ".join(str(error).split())
            raise CouldNotLookError(
                f"PostgreSQL at {self._address.shown} refused: {said}"
            ) from None
        finally:
            made.close()

    @contextmanager
    def _changing(self) -> Iterator[psycopg.Connection[Row]]:
        with self._asking() as made, made.transaction():
            made.execute(f"SELECT pg_advisory_xact_lock({_GUARD})".encode())
            yield made


def _version(made: psycopg.Connection[Row]) -> int | None:
    there = made.execute(b"SELECT to_regclass('pdev.meta') IS NOT NULL").fetchone()
    if there is None or not there[0]:
        return None
    found = made.execute(b"SELECT version FROM pdev.meta").fetchone()
    return int(str(found[0])) if found else None


def _host(row: Row, here: float) -> HostSeen:
    """A machine by its row.

    Args:
        row: What the server said.
        here: What our clock said then.
    """
    name, program, skew, ago, present, about, there = row
    said = strict_json.parse(str(about))
    told = said if isinstance(said, dict) else {}
    texts = ("shares_as", "ssh", "path", "git", "windows", "python")
    more = {each: value for each in texts if isinstance(value := told.get(each), str)}
    tables = told.get("tables")
    return HostSeen(
        unescaped(str(name)),
        str(program),
        float(str(skew)),
        float(str(ago)),
        present=bool(present),
        behind=float(str(skew)) - (float(str(there)) - here),
        tables=tables if isinstance(tables, int) else 0,
        here=unescaped(str(name)) == this_host(),
        **more,
    )


def _count(made: psycopg.Connection[Row], table: str, repository: int) -> int:
    held = " AND owner IS NOT NULL" if table == "lock" else ""
    query = f"SELECT count(*) FROM pdev.{table} WHERE repository = {repository:d}{held}"
    found = made.execute(query.encode()).fetchone()
    return int(str(found[0])) if found else 0
