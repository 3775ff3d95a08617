"""What one repository shares, as its rows say it: all but events and journal, read at once."""

from __future__ import annotations

import time
from typing import Final

from parallel_tui.adapters.store.postgres.hosts import WAITS, OwnerProof
from parallel_tui.adapters.store.postgres.server.escaping import unescaped
from parallel_tui.errors import CouldNotLookError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.adapters.store.postgres.server.address import Row

_ALL: Final = f"""
SELECT rest::text, revision, removed, extract(epoch FROM clock_timestamp())::float8
    FROM pdev.repository WHERE id = $;
SELECT name, data::text FROM pdev.session WHERE repository = $ & ORDER BY name;
SELECT place, closed, data::text FROM pdev.handoff WHERE repository = $ & ORDER BY place;
SELECT place, data::text FROM pdev.completed WHERE repository = $ & ORDER BY place;
SELECT session, data FROM pdev.task_list WHERE repository = $ & ORDER BY session;
SELECT name, owner, generation, host, dead, extract(epoch FROM alive)::float8, data::text
    FROM pdev.lock WHERE repository = $ & @ ORDER BY name;
SELECT seen::text, host, seen > clock_timestamp() - interval '{WAITS} s', data::text
    FROM pdev.waiter WHERE repository = $ ORDER BY place
"""

_FEW: Final = 5.0
"""Seconds by which clocks may differ, and within which an answer comes."""

COUNT: Final = 7
"""How many of the statements of `reading` give rows."""

KEYED: Final = range(1, 6)
"""Which of them give rows that begin with what tells them apart."""

LOCKS: Final = 5
"""Which of them gives the locks."""


def reading(repository: int, since: int | None = None) -> str:
    """The statements that read everything but events and journal.

    Args:
        repository: Its number on the server.
        since: Only rows that changed after this revision, locks that were released among them.
    """
    some = "" if since is None else f"AND changed > {since}"
    held = "AND owner IS NOT NULL" if since is None else ""
    return _ALL.replace("$", str(repository)).replace("&", some).replace("@", held)


@dataclass(frozen=True, slots=True)
class LockRow:
    """A lock that is held.

    Attributes:
        owner: Who holds it.
        proof: What is known of its owner's life.
        data: Its details as JSON; `None` for one that another program made.
    """

    owner: str
    proof: OwnerProof
    data: str | None


@dataclass(frozen=True, slots=True)
class WaiterRow:
    """A command that waits for locks.

    Attributes:
        seen: When it asked last, as the server writes a time.
        host: Machine it runs on.
        fresh: Whether it asked not long ago.
        data: What it is, as JSON.
    """

    seen: str
    host: str
    fresh: bool
    data: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything but events and journal; objects are JSON.

    Attributes:
        rest: What else stands in the state document.
        revision: Grows with every change.
        sessions: Records by name.
        handoffs: By place, whether it is closed, and what it says.
        completed: Tasks reported complete.
        tasks: Texts of task lists by session.
        locks: By name.
        waiters: In order.
        ahead: Seconds by which the server's clock was ahead of this machine's; 0 for a few.
    """

    rest: str
    revision: int
    sessions: Mapping[str, str]
    handoffs: Mapping[int, tuple[bool, str]]
    completed: tuple[str, ...]
    tasks: Mapping[str, str]
    locks: Mapping[str, LockRow]
    waiters: tuple[WaiterRow, ...]
    ahead: float = 0.0


def rows_of(found: Sequence[Sequence[Row]], at: float | None = None) -> Rows:
    """The answers to the statements of `reading`.

    Args:
        found: As they came.
        at: When, epoch seconds of this machine; by default just now.

    Raises:
        CouldNotLookError: When the repository is not there any more.
    """
    about, sessions, handoffs, completed, tasks, locks, waiters = found
    if not about:
        raise CouldNotLookError(
            "The store does not know this repository any more", hint="Add it: pdev store init"
        )
    rest, revision, _, now = about[0]
    return Rows(
        rest=str(rest),
        revision=_number(revision),
        sessions={unescaped(str(name)): str(data) for name, data in sessions},
        handoffs={_number(place): (bool(closed), str(data)) for place, closed, data in handoffs},
        completed=tuple(str(data) for _, data in completed),
        tasks={unescaped(str(name)): unescaped(str(data)) for name, data in tasks},
        locks={
            unescaped(str(name)): LockRow(
                unescaped(str(owner)),
                OwnerProof(_number(generation), str(host or ""), bool(dead), _later(alive, now)),
                None if data is None else str(data),
            )
            for name, owner, generation, host, dead, alive, data in locks
            if owner is not None
        },
        waiters=tuple(
            WaiterRow(str(seen), str(host), bool(fresh), str(data))
            for seen, host, fresh, data in waiters
        ),
        ahead=_ahead(now, time.time() if at is None else at),
    )


def _ahead(clock: object, now: float) -> float:
    off = clock - now if isinstance(clock, float) else 0.0
    return round(off, -1) if abs(off) > _FEW else 0.0


def _later(until: object, now: object) -> bool:
    return isinstance(until, float) and isinstance(now, float) and until > now


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
