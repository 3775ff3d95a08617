"""Rows of the settings table that say where sessions share what they share."""

from __future__ import annotations

from parallel_tui.model.settings import values
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

FILES: Final = "files"
"""The store in files of this machine, which is the default."""

_SCHEMES: Final = ("postgresql://", "postgres://")
SECRETS: Final = (
    "password",
    "sslpassword",
    "oauth_client_secret",
    "scram_client_key",
    "scram_server_key",
)
"""What libpq understands in a URL, and nobody may read who reads the settings."""

_SECRET: Final = pattern(
    # A colon before the last @ begins a password, unless it begins the port of the first host. Who
    # has not escaped the password's own characters means one all the same.
    r"(?P<before>^(?:[A-Za-z]+:/+)?[^/?#:\[]*:(?!/)(?![0-9]*(?:[/?,]|$)))(?s:.*)(?=@)"
    # So does the name of one, also where it is no URL at all.
    rf"|(?P<name>(?i:(?:^|[?&\s])(?:{'|'.join(SECRETS)})\s*=\s*))(?:'[^']*'|[^&\s]*)"
)
_ALLOWED: Final = f"{FILES}, or a URL such as postgresql://role@host/database"


def store_url(value: object) -> str:
    """The store: `files`, or the URL of a PostgreSQL database without a password."""
    text = value if isinstance(value, str) else ""
    # What is wrong with it is told, and not once more what it is.
    shown = _SECRET.sub(lambda found: f"{found['before'] or found['name']}…", text)
    if shown != text:
        raise values.WrongValueError(
            shown, f"{_ALLOWED}, without a password: that belongs into ~/.pgpass"
        )
    line: Callable[[object], str] = values.line(_ALLOWED)
    if text != FILES and not text.startswith(_SCHEMES):
        raise values.WrongValueError(value, _ALLOWED)
    return line(text)


ROWS: Final[tuple[tuple[str, str, Callable[[object], object], str, str | None], ...]] = (
    (
        "store",
        "store",
        store_url,
        "where sessions share locks, handoffs, events and tasks: files, or the URL of a PostgreSQL "
        "database (postgresql://role@host/database) for sessions on several machines",
        "PDEV_STORE",
    ),
    (
        "store_repository",
        "store_repository",
        values.optional(values.line("a name")),
        "tells a fork from its origin, which has the same first commit, in a store on a server",
        "PDEV_STORE_REPOSITORY",
    ),
    (
        "share.never",
        "share_never",
        values.patterns,
        "patterns of files that never leave this machine when work is shared with others: "
        "a session with commits of them is not shared, edits of them are left out",
        None,
    ),
)
"""Name, attribute of `Config`, check, help and variable."""
