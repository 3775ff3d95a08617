"""What was known last of the server, for when it is away."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Final

from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.store.postgres.kinds import rows
from parallel_tui.adapters.store.postgres.kinds.events import EventRows
from parallel_tui.adapters.store.postgres.transaction import coordination_of, ended_in
from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.sharing.coordination import Coordination, Problem
from parallel_tui.model.text import strict_json, words
from parallel_tui.record import dataclass, field, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.adapters.store.postgres.kinds.rows import Rows
    from parallel_tui.adapters.store.postgres.server.address import AwayError, Row

NAME: Final = "server.json"
"""File, among those that no other program uses, that keeps it."""

CONFIRMED: Final = "server-confirmed.json"
"""File beside it that says until when it was known to be so still."""

_CONFIRMING: Final = 60.0
"""Seconds between two writes of that; ages are told in minutes."""

_MOST: Final = 500
"""Events that are kept: every command reads them."""

_PACE: Final = 5.0
"""Seconds between two writes; a view that stays would write at each change."""


PARTS: Final = ("locks", "sessions", "handoffs", "events", "tasks")


def nothing_known(error: CouldNotLookError) -> Coordination:
    """What readers get where nothing can be read, and nothing was ever known."""
    return Coordination(
        problems=(Problem("", error.message, error.hint),),
        lost=tuple((part, error.message) for part in PARTS),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What was known at some time.

    Attributes:
        rows: All but events and journal.
        told: Answers to the questions for the newest events.
        at: When, epoch seconds of this machine.
    """

    rows: Rows
    told: list[list[Row]]
    at: float

    def stale(self, error: AwayError, events: int | None) -> Coordination:
        """What readers get of it, marked with its age.

        Args:
            error: Why nothing newer is known.
            events: How many of the newest events; `None` for all that are known.
        """
        age = words.age(max(0.0, time.time() - self.at))
        when = "less than a minute ago" if age == "now" else f"{age} ago"
        told = f"{error.message}; shown is what was known {when}"
        newest, omitted = EventRows(_nothing_to_ask, 0).read(self.told)
        shown = newest if events is None else newest[:events]
        known = coordination_of(self.rows)
        return replace(
            known,
            events=shown,
            events_omitted=omitted + len(newest) - len(shown),
            ended=ended_in(self.rows, known.locks),
            problems=(Problem("", told, error.hint),),
            stale=told,
            ahead=self.rows.ahead,
        )


@dataclass(slots=True)
class LastKnown:
    """Keeps what was read last, also for other processes of this machine; for any thread.

    Attributes:
        local: Files of this machine.
        place: Names the repository and its server: what another one said is not known of this.
        heard: How often news came, or may have been missed.
        current: How often they had when it was read last: where that is as often, it is so still.
    """

    local: FileStore
    place: str
    heard: int = 0
    current: int = 0
    _guard: threading.RLock = field(default_factory=threading.RLock)
    _written: float = -_PACE
    _confirmed: float = -_CONFIRMING
    _latest: Known | None = None
    _parts: list[list[Row]] = field(default_factory=list)
    _file: tuple[float, object] | None = None

    def keep(self, found: Sequence[Sequence[Row]], *, events: bool, urgent: bool = False) -> None:
        """Keep what was read; where that fails, what was kept before only grows older.

        Args:
            found: Answers to `reading`, and to the questions for the newest events.
            events: Whether they were asked for; else those that were kept stay.
            urgent: Whether other processes of this machine must know it at once.
        """
        with self._guard:
            told = [list(part)[:_MOST] for part in found[rows.COUNT :]]
            if not events:
                before = self._latest or self.recall()
                told = before.told if before is not None else [[], [(0,)]]
            self._latest = Known(rows.rows_of(found[: rows.COUNT]), told, time.time())
            self._parts = [*map(list, found[: rows.COUNT]), *told]
            self._file = None
            if urgent or time.monotonic() - self._written >= _PACE:
                self._write()

    def confirm(self) -> None:
        """Note that what was kept last is so still; other processes are told once a minute."""
        with self._guard:
            if self._latest is None:
                return
            now = time.time()
            self._latest = replace(self._latest, at=now)
            if time.monotonic() - self._confirmed < _CONFIRMING:
                return
            self._confirmed = time.monotonic()
            with suppress(ParallelError, OSError):
                if self._file is None or self._stamp() != self._file[1]:
                    self._write()  # others wrote what they knew, or the last change was too soon
                    return
                text = strict_json.compact({"place": self.place, "of": self._file[0], "at": now})
                self.local.own.write(CONFIRMED, text.encode("ascii"), lasting=False)

    def _write(self) -> None:
        self._written, at = time.monotonic(), time.time()
        self.local.prepare()
        parts = [[list(row) for row in part] for part in self._parts]
        with suppress(ParallelError, OSError):
            data = {"place": self.place, "at": at, "rows": parts}
            self.local.own.write(NAME, strict_json.compact(data).encode("ascii"), lasting=False)
            self._file = (at, self._stamp())

    def _stamp(self) -> object:
        return self.local.own.stamps([NAME]).get(NAME)

    def recall(self, released: Mapping[str, int] | None = None) -> Known | None:
        """What was known last, by this process or another one; `None` when nothing was.

        Args:
            released: Generations of locks, by name, that were released meanwhile.
        """
        found = [each for each in (self._latest, self._kept()) if each is not None]
        known = max(found, key=lambda each: each.at, default=None)
        if known is None or not released:
            return known
        left = {
            name: row
            for name, row in known.rows.locks.items()
            if released.get(name) != row.proof.generation
        }
        return replace(known, rows=replace(known.rows, locks=left))

    def _kept(self) -> Known | None:
        data = json_document.load(self.local.own, NAME).data
        found, at = data.get("rows"), json_document.real(data.get("at"))
        if data.get("place") != self.place or not isinstance(found, list) or at is None:
            return None
        parts: list[list[Row]] = [
            [tuple(row) for row in part if isinstance(row, list)]
            for part in found
            if isinstance(part, list)
        ]
        try:
            fresh, told = rows.rows_of(parts[: rows.COUNT], at), parts[rows.COUNT :]
            EventRows(_nothing_to_ask, 0).read(told)
        except (ValueError, TypeError, IndexError, ParallelError):
            return None
        return Known(fresh, told, self._confirmed_at(at))

    def _confirmed_at(self, at: float) -> float:
        """When what was written at a time was known to be so still."""
        data = json_document.load(self.local.own, CONFIRMED).data
        later = json_document.real(data.get("at"))
        same = (data.get("place"), json_document.real(data.get("of"))) == (self.place, at)
        return at if later is None or not same else max(at, later)


def _nothing_to_ask(*_: object) -> list[list[Row]]:
    return []
