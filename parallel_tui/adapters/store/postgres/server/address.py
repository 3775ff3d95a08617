"""Where the server is, as libpq understands it, and what a failed connection means."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from parallel_tui.adapters.store.postgres.server.patient import PatientConnection
from parallel_tui.errors import ConfigError, CouldNotLookError
from parallel_tui.model.settings.rows.store import SECRETS
from parallel_tui.record import dataclass

Row = tuple[object, ...]
"""Of an answer."""

OLDEST: Final = 130000
"""The oldest server, as PostgreSQL numbers its versions."""

_DEFAULTS: Final = {
    # A server that is gone is noticed within seconds, also where no packet tells.
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "tcp_user_timeout": "6000",
}
_PINNED: Final = {"application_name": "pdev", "client_encoding": "utf8"}
_HINTS: Final = (
    # libpq gives words and no code; a server that speaks another language gets the last hint.
    ("could not translate host name", "Check the host in `store`."),
    ("resolve host", "Check the host in `store`."),
    ("Connection refused", "Check host and port in `store`, and that the server runs."),
    ("No such file or directory", "Check host and port in `store`, and that the server runs."),
    ("timeout expired", "Check host and port in `store`, and the network."),
    ("no password supplied", "Put the password into ~/.pgpass, or name a service with one."),
    ("password authentication failed", "Check the role in `store`, and ~/.pgpass."),
    ("no pg_hba.conf entry", "The server's pg_hba.conf has to let this role in from here."),
    ("too many clients", "Raise max_connections on the server, or close dashboards."),
    ("remaining connection slots", "Raise max_connections on the server, or close dashboards."),
    ("certificate", "Check sslmode, sslrootcert, sslcert and sslkey in `store`."),
    ("SSL", "Check sslmode, sslrootcert, sslcert and sslkey in `store`."),
    ("database", "Create it (createdb), or name another in `store`."),
    ("role", "Create the role: pdev store init --print-role"),
)


class AwayError(CouldNotLookError):
    """The server gave no answer; whether it is gone, or only the way to it, nobody here knows."""

    title = "The store's server is away"


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """One database.

    Attributes:
        url: As it is set, without a password.
        options: What libpq is told.
    """

    url: str
    options: dict[str, str]

    @property
    def shown(self) -> str:
        """Host and database, for sentences."""
        host = self.options.get("host") or self.options.get("hostaddr") or "the local server"
        if self.options.get("service"):
            host = f"service {self.options['service']}"
        port = self.options.get("port")
        place = f"{host}:{port}" if port and not host.startswith("/") else host
        return f"{place}/{self.options.get('dbname', '')}".rstrip("/")

    def connect(self) -> PatientConnection:
        """A new connection, in which each statement stands alone until one begins a transaction.

        Raises:
            AwayError: When the server gives no answer, or lets us not in.
            CouldNotLookError: When it is too old, or keeps texts in another encoding than UTF-8.
        """
        try:
            made = PatientConnection.connect(
                autocommit=True,
                prepare_threshold=None,  # a pooler between us and the server may know none
                cursor_factory=psycopg.ClientCursor,
                **{**_DEFAULTS, **self.options, **_PINNED},  # type: ignore[arg-type]
            )
        except psycopg.Error as error:
            raise self.away(error) from None
        problem = ""
        if made.info.server_version < OLDEST:
            version = made.info.parameter_status("server_version")
            problem = f"PostgreSQL {version} at {self.shown} is too old: 13 or newer is needed"
        elif made.info.parameter_status("server_encoding") != "UTF8":
            code = made.info.parameter_status("server_encoding")
            problem = f"The database {self.shown} keeps its texts as {code}, and not as UTF8"
        if problem:
            made.close()
            raise CouldNotLookError(problem, hint="Name another in `store`.")
        return made

    def away(self, error: Exception) -> AwayError:
        """What a lost or refused connection means, in a sentence."""
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        failed = [line for line in lines if " failed: " in line]
        line = failed[0] if failed else next(iter(lines), type(error).__name__)
        said = line.rpartition(" failed: ")[2].removeprefix("FATAL:").strip()
        hint = next((hint for word, hint in _HINTS if word in str(error)), "")
        return AwayError(
            f"PostgreSQL at {self.shown} cannot be used: {said}",
            hint=hint or f"Try: psql '{self.url}'",
        )


def address_of(url: str) -> ServerAddress:
    """Read the setting `store`.

    Args:
        url: A URL of libpq.

    Raises:
        ConfigError: When libpq does not understand it, or it has a password.
    """
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.Error as error:
        said = " ".join(str(error).split())
        raise ConfigError(
            f"store: libpq does not understand the URL: {said}",
            hint="As in: postgresql://pdev@db.example.org/pdev?sslmode=verify-full",
        ) from None
    if any(secret in found for secret in SECRETS):
        raise ConfigError(
            "store: the URL has a password, which would be shown wherever settings are",
            hint="Take it out, and put the password into ~/.pgpass.",
        )
    return ServerAddress(url, found)
