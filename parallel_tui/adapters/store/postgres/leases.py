"""What this machine says of itself and of its sessions, for as long as it is to count."""

from __future__ import annotations

from typing import Final

from parallel_tui import __version__
from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files.documents.locks import lock_of
from parallel_tui.adapters.store.postgres.hosts import LEASE, this_host
from parallel_tui.adapters.store.postgres.server.escaping import escaped, unescaped
from parallel_tui.adapters.store.postgres.server.link import Link
from parallel_tui.model.sharing.lock import Liveness
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LEASE: Final = (
    "INSERT INTO pdev.host (repository, name, program, skew, seen, until)"
    f" VALUES (%s, %s, %s, %s, clock_timestamp(), clock_timestamp() + interval '{LEASE} s')"
    " ON CONFLICT (repository, name) DO UPDATE SET program = excluded.program,"
    " skew = excluded.skew, seen = excluded.seen, until = excluded.until"
)
_ALIVE: Final = (
    f"UPDATE pdev.lock SET alive = clock_timestamp() + interval '{LEASE} s', dead = false"
    " WHERE repository = %s AND name = %s AND generation = %s AND owner IS NOT NULL"
)
_DEAD: Final = (
    "UPDATE pdev.lock SET alive = NULL, dead = true"
    " WHERE repository = %s AND name = %s AND generation = %s AND owner IS NOT NULL"
)

_RENEWED: Final = (
    "UPDATE pdev.lock SET data = %s WHERE repository = %s AND name = %s AND generation = %s"
    " AND owner IS NOT NULL"
)

FIRST: Final = "SELECT 1 FROM pdev.repository WHERE id = %s FOR NO KEY UPDATE"
"""Begins whatever changes rows: all take the repository's own first, so that none waits in a
circle."""

_SAME: Final = 1.0
"""Seconds within which two times of two clocks may be the same."""


def lease(link: Link) -> tuple[str, tuple[object, ...]]:
    """The statement by which this machine says that it is there, and its values."""
    return _LEASE, (link.id, escaped(this_host()), __version__, link.skew)


def present(link: Link, about: Mapping[str, object]) -> None:
    """Say what this machine is, beside its lease.

    Args:
        link: By which to say it; `beat` has been said by it.
        about: Versions, and how others reach it.

    Raises:
        CouldNotLookError: When the server does not take it.
    """
    link.run(
        "UPDATE pdev.host SET about = %s WHERE repository = %s AND name = %s",
        strict_json.compact(about),
        link.id,
        escaped(this_host()),
    )


def keeping(
    link: Link,
    renewed: Callable[[str, object], float | None],
    about: Callable[[], Mapping[str, object]],
) -> Callable[[], None]:
    """What says every now and then that this machine is there, and what it is when that is news.

    Args:
        link: By which to say it.
        renewed: As for `beat`.
        about: What to say of this machine; nothing of it is said while it is empty.
    """
    said: dict[str, object] = {}

    def keep() -> None:
        beat(link, renewed)
        now = about()
        if now != said:
            present(link, now)
            said.clear()
            said.update(now)

    return keep


def channel(repository: int) -> str:
    """The channel on which changes of a repository are told."""
    return f"pdev_{repository}"


def beat(link: Link, renewed: Callable[[str, object], float | None]) -> None:
    """Say that this machine is there, and what its sessions that hold locks are proved to be.

    Args:
        link: By which to say it.
        renewed: Says, by name and generation of a lock, when its owner was seen at work here.

    Raises:
        CouldNotLookError: When the server does not take it.
    """
    link.ready()
    statement, values = lease(link)
    (held,) = link.run(
        f"{statement};SELECT name, owner, generation, dead, data::text FROM pdev.lock"
        " WHERE repository = %s AND owner IS NOT NULL AND host = %s",
        *(*values, link.id, this_host()),
    )
    statements: list[str] = []
    news: list[object] = []
    told = False
    for name, owner, generation, dead, data in held:
        found = strict_json.parse(str(data)) if data is not None else {}
        details = found if isinstance(found, dict) else {}
        lock = lock_of(unescaped(str(name)), unescaped(str(owner)), details, "")
        here = renewed(lock.name, generation) if lock.ttl is not None else None
        seen = None if here is None else here + link.skew
        if seen is not None and seen > (lock.renewed or 0.0) + _SAME:
            statements.append(_RENEWED)
            news += (strict_json.compact({**details, "renewed": seen}), link.id)
            news += (name, generation)
            told = True
        life = liveness.liveness(lock.holder, lock.worktree)
        if life is Liveness.UNKNOWN or (dead and life is Liveness.DEAD):
            continue
        statements.append(_ALIVE if life is Liveness.ALIVE else _DEAD)
        news += (link.id, name, generation)
        told = told or bool(dead) or life is Liveness.DEAD
    if told:
        statements.append("UPDATE pdev.repository SET revision = revision + 1 WHERE id = %s")
        statements.append("SELECT pg_notify(%s, '')")
        news += (link.id, channel(link.id))
    if statements:
        link.run(";".join((FIRST, *statements)), link.id, *news)
