"""One connection to the server: made when it is wanted, and again once it was lost."""

from __future__ import annotations

import time
from typing import Final

import psycopg
from psycopg import errors

from parallel_tui.adapters.store.postgres.server.address import AwayError, Row, ServerAddress
from parallel_tui.adapters.store.postgres.server.migrations import NEWEST
from parallel_tui.errors import CouldNotLookError

_STARTING: Final = ("starting up", "recovery mode", "shutting down", "not yet accepting")
"""What a server says that will be there in a moment."""

_PAUSE: Final = 0.1

_SLOW: Final = 2.0
"""Seconds after which an attempt to connect was slow, and within which an answer comes."""

_QUIET: Final = 2.0
"""Seconds for which a server that did not answer is not asked again."""

_SILENT: Final[dict[str, tuple[float, AwayError]]] = {}
"""Servers that did not answer, until when they are not asked, and what their silence means."""


class Link:
    """A connection for one repository. One thread at a time.

    Attributes:
        address: Where to.
        key: Names the repository, see `repository_key`.
        clock: Of this machine, epoch seconds.
        id: The repository's number on the server; 0 before the first connection.
        skew: Seconds by which the server's clock is ahead of ours.
        connections: How many were made so far.
    """

    def __init__(self, address: ServerAddress, key: str, patience: float) -> None:
        self.address = address
        self.key = key
        self.id = 0
        self.skew = 0.0
        self.connections = 0
        self._patience = patience
        self._made: psycopg.Connection[Row] | None = None
        self._begun = False

    def ready(self) -> psycopg.Connection[Row]:
        """The connection, made anew where there is none; a server that is starting is awaited.

        Raises:
            AwayError: When the server cannot be used.
            CouldNotLookError: When its tables are missing or of another version, or do not know
                the repository.
        """
        if self._begun and (self._made is None or self._made.closed):
            # Another connection would be outside the transaction, and without its lock.
            raise AwayError(
                f"The connection to PostgreSQL at {self.address.shown} was lost within a change;"
                " nothing was changed",
                hint="Try again.",
            )
        if self._made is None or self._made.closed:
            self._made = None
            until = time.monotonic() + self._patience
            while self._made is None:
                try:
                    self._made = self._connect()
                except AwayError as error:
                    starting = any(word in error.message for word in _STARTING)
                    if not starting or time.monotonic() > until:
                        raise
                    time.sleep(_PAUSE)
            try:
                self._greet()
            except BaseException:
                self.drop()
                raise
        return self._made

    def _connect(self) -> psycopg.Connection[Row]:
        """Connect, unless a moment ago nobody answered: one command waits once for that."""
        began = time.monotonic()
        silent = _SILENT.get(self.address.url)
        if silent is not None and began < silent[0]:
            raise AwayError(silent[1].message, hint=silent[1].hint)
        try:
            made = self.address.connect()
        except AwayError as error:
            if time.monotonic() - began > _SLOW:
                _SILENT[self.address.url] = (time.monotonic() + _QUIET, error)
            raise
        _SILENT.pop(self.address.url, None)
        made.patience = self._patience + _SLOW
        self.connections += 1
        return made

    def another(self) -> Link:
        """A second connection for the same repository, to be made when it is wanted."""
        return Link(self.address, self.key, self._patience)

    def drop(self) -> None:
        """Close the connection; the next use makes another."""
        made, self._made = self._made, None
        if made is not None:
            made.close()

    def begun(self) -> None:
        """Note that a transaction is open: until its end there is this connection or none."""
        self._begun = True

    def ended(self) -> None:
        """Note that the transaction is over."""
        self._begun = False

    def rollback(self) -> None:
        """Give up the transaction that is open, if there is one and a connection."""
        self._begun = False
        if self._made is not None:
            try:
                self._made.rollback()
            except psycopg.Error:
                self.drop()

    def run(self, statements: str, *values: object) -> list[list[Row]]:
        """Run statements in one exchange with the server.

        Args:
            statements: Separated by `;`; `%s` stands for a value where there are values.
            values: In order.

        Returns:
            The rows of each statement that has any to give.

        Raises:
            AwayError: When the connection was lost; whether they ran is not known.
            CouldNotLookError: When the server refuses them.
        """
        return self._run(self.ready(), statements, values)

    def as_of_one_moment(self, statements: str) -> list[list[Row]]:
        """Ask several things as of one moment, within the transaction that is open, or one of it.

        Raises:
            AwayError: When the connection was lost.
            CouldNotLookError: When the server refuses them.
        """
        if self._begun:
            return self.run(statements)
        try:
            begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            return self.run(f"{begin};{statements};COMMIT")
        except AwayError:
            raise
        except CouldNotLookError:
            self.rollback()
            raise

    def commit(self) -> None:
        """End the transaction that is open.

        Raises:
            AwayError: When the connection was lost; how it ended is not known.
            CouldNotLookError: When the server gave it up; nothing remains of it.
        """
        made = self.ready()
        try:
            with made.cursor() as cursor:
                cursor.execute(b"COMMIT")
                kept = cursor.statusmessage == "COMMIT"
        except psycopg.Error as error:
            raise self.meaning(error) from error
        self._begun = False
        if not kept:
            raise CouldNotLookError(
                f"PostgreSQL at {self.address.shown} gave the change up; nothing was changed"
            )

    def _run(
        self, made: psycopg.Connection[Row], statements: str, values: tuple[object, ...] = ()
    ) -> list[list[Row]]:
        found: list[list[Row]] = []
        try:
            with made.cursor() as cursor:
                cursor.execute(statements.encode(), values or None)
                while True:
                    if cursor.description is not None:
                        found.append(cursor.fetchall())
                    if not cursor.nextset():
                        return found
        except psycopg.Error as error:
            raise self.meaning(error) from error

    def meaning(self, error: psycopg.Error) -> CouldNotLookError:
        """What a failed statement means."""
        lost = self._made is None or self._made.closed or self._made.broken
        if lost or isinstance(error, errors.AdminShutdown | errors.CrashShutdown):
            self.drop()
            return self.address.away(error)
        said = " ".join(str(error.diag.message_primary or error).split())
        where = f"PostgreSQL at {self.address.shown}"
        if isinstance(error, errors.LockNotAvailable):
            return CouldNotLookError(
                f"Others have held the store at {self.address.shown} for"
                f" {self._patience:.0f} seconds",
                hint="Look for a pdev command that hangs; the store is free when it ends.",
            )
        if isinstance(error, errors.InsufficientPrivilege):
            return CouldNotLookError(
                f"{where} does not let this role keep the store: {said}",
                hint="What it must be allowed: pdev store init --print-role",
            )
        if isinstance(error, errors.UndefinedTable | errors.InvalidSchemaName):
            self.drop()  # the next use looks again at all there is
            return CouldNotLookError(
                f"The database {self.address.shown} has no tables of pdev any more: {said}",
                hint="Make them, as a role that may: pdev store init",
            )
        if isinstance(error, errors.DiskFull | errors.OutOfMemory):
            return CouldNotLookError(
                f"{where} has no room: {said}", hint="Whoever runs the server has to make some."
            )
        if isinstance(error, errors.ReadOnlySqlTransaction | errors.FeatureNotSupported):
            return CouldNotLookError(
                f"{where} takes no changes: it only follows another server",
                hint="Name the one that leads in `store`, or add ?target_session_attrs=read-write.",
            )
        return CouldNotLookError(f"{where} refused: {said}", hint="See the server's log.")

    def _greet(self) -> None:
        """Find the repository's number, and compare versions and clocks."""
        made = self._made
        assert made is not None  # noqa: S101 - for the type checker
        before = time.time()
        there = self._run(
            made,
            "SELECT has_schema_privilege(nspname, 'USAGE') FROM pg_catalog.pg_namespace"
            " WHERE nspname = 'pdev';"
            "SELECT extract(epoch FROM clock_timestamp())::float8",
        )
        after = time.time()
        (now,) = there[1][0]
        assert isinstance(now, float)  # noqa: S101 - for the type checker
        self.skew = now - (before + after) / 2
        if not there[0]:
            raise CouldNotLookError(
                f"The database {self.address.shown} has no tables of pdev yet",
                hint="Make them, as a role that may: pdev store init",
            )
        if there[0][0] == (False,):
            raise CouldNotLookError(
                f"PostgreSQL at {self.address.shown} does not let this role see the store",
                hint="What it must be allowed: pdev store init --print-role",
            )
        version, known = self._run(
            made,
            "SELECT version FROM pdev.meta; SELECT id FROM pdev.repository WHERE key = %s",
            (self.key,),
        )
        check_version(version[0][0], self.address.shown)
        if not known:
            raise CouldNotLookError(
                f"The store at {self.address.shown} does not know this repository",
                hint="Add it: pdev store init. Or keep to the files: PDEV_STORE=files",
            )
        self.id = int(str(known[0][0]))


def check_version(version: object, shown: str) -> None:
    """Demand the tables of this program's version.

    Args:
        version: What the server has.
        shown: The server, for the sentence.

    Raises:
        CouldNotLookError: When they are older or newer.
    """
    if version == NEWEST:
        return
    newer = isinstance(version, int) and version > NEWEST
    raise CouldNotLookError(
        f"The store at {shown} has tables of version {version}; this pdev needs {NEWEST}",
        hint="Install a newer pdev." if newer else "Bring them up to date: pdev store migrate",
    )
