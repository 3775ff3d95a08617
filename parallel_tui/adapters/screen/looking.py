"""List the windows of all screen sessions of this user.

Processes tell most of it without starting any: whose child a window's first process is, its
terminal, its directory, what runs in front. A server is asked for titles, bells and the window that
is shown only after it has done anything at all since it was asked last, and in a steady state one
server a listing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from parallel_tui.adapters.panes import names
from parallel_tui.adapters.process import leaders
from parallel_tui.adapters.screen import rows
from parallel_tui.adapters.screen.command import (
    GoneError,
    HungError,
    ScreenError,
    ScreenSession,
    query,
)
from parallel_tui.adapters.screen.rows import Leader, ListedWindow
from parallel_tui.adapters.small_file import read as read_small
from parallel_tui.model.window.window import Pane, PaneEnd, Window
from parallel_tui.record import dataclass, field

_LET_BE: Final = 30
"""Listings for which a server that did not answer is not asked: each time it costs seconds."""

_RECONCILED: Final = 60
"""Each so many listings, every server may be asked."""


@dataclass(slots=True)
class Told:
    """What is known of one server.

    Attributes:
        wakeups: How often it had been awake when it was asked.
        age: In which listing it was asked last.
        leaders: First processes of its windows.
        rows: Its windows by their first process.
        unnamed: Whether it does not list windows by a format: it is too old.
        modern: Whether it is 5.0 or newer; `None` before it was asked.
        let_be: In which listing it may be asked again, after it did not answer.
    """

    wakeups: int | None = None
    age: int = 0
    leaders: tuple[Leader, ...] = ()
    rows: dict[int, ListedWindow] = field(default_factory=dict)
    unnamed: bool = False
    modern: bool | None = None
    let_be: int = 0

    def stirred(self, wakeups: int | None) -> bool:
        """Whether the server may have done anything since it was asked."""
        begins = any(each.number is None for each in self.leaders)
        return wakeups is None or wakeups != self.wakeups or begins


@dataclass(frozen=True, slots=True)
class ScreenWindow:
    """A window, and how it is reached.

    Attributes:
        server: Its server.
        number: Its number there now; `None` when that is not proved.
        modern: Whether its server is 5.0 or newer.
        leader: Its first process.
        window: As others see it.
    """

    server: ScreenSession
    number: int | None
    modern: bool
    leader: Leader
    window: Window


class Looking:
    """Lists windows, and remembers what servers told.

    Args:
        ends: Where notes stand of how the commands of windows ended, by token.
    """

    def __init__(self, ends: Path) -> None:
        self._ends = ends
        self._told: dict[str, Told] = {}
        self._listings = 0
        self._silent: tuple[ScreenSession, ...] = ()

    @property
    def silent(self) -> tuple[ScreenSession, ...]:
        """Servers that gave no answer: of their windows only processes tell."""
        return self._silent

    def look(
        self, servers: Sequence[ScreenSession], own: ScreenSession | None, *, fresh: bool
    ) -> list[ScreenWindow]:
        """All windows, in the order of the servers and of their numbers.

        A server that does not answer hides none: what was known of its windows stays, and so does
        what their processes tell.

        Args:
            servers: Those that run.
            own: The repository's among them.
            fresh: Whether each server that did anything is asked anew, not just one.

        Raises:
            ScreenError: When a server answers what cannot be understood.
        """
        self._listings += 1
        self._told = {each.sty: self._told.get(each.sty) or Told() for each in servers}
        now = {each.sty: leaders.wakeups(each.pid) for each in servers}
        stirred = [each for each in servers if self._told[each.sty].stirred(now[each.sty])]
        if self._listings % _RECONCILED == 0:
            stirred = list(servers)  # what happened in the very moment of an answer
        self._adopt(servers if fresh else stirred)
        stirred = [each for each in stirred if self._able(each)]
        asked = [each for each in stirred if fresh or self._unasked(each)]
        waiting = sorted(
            (each for each in stirred if each not in asked), key=lambda s: self._told[s.sty].age
        )
        for server in (*asked, *waiting[:1]):
            self._ask(server)
        self._silent = tuple(each for each in servers if not self._able(each))
        return [found for server in servers for found in self._windows(server, server == own)]

    def _adopt(self, servers: Sequence[ScreenSession]) -> None:
        """Read whose children the first processes of windows are."""
        below = leaders.children([each.pid for each in servers])
        for server in servers:
            # Read anew: what opens a window becomes another program in it.
            found = (_leader(pid, server.sty) for pid in below[server.pid])
            self._told[server.sty].leaders = tuple(each for each in found if each is not None)

    def _able(self, server: ScreenSession) -> bool:
        stat = leaders.stat_of(server.pid)
        stopped = stat is not None and stat.stopped
        return not stopped and self._listings >= self._told[server.sty].let_be

    def _unasked(self, server: ScreenSession) -> bool:
        told = self._told[server.sty]
        return {each.pid for each in told.leaders} != told.rows.keys()

    def _ask(self, server: ScreenSession) -> None:
        told = self._told[server.sty]
        told.age = self._listings
        try:
            if told.modern is None:
                answer = query(server, None, ("@echo", "-p", rows.TERMINAL))
                told.modern = answer.startswith("/dev/")
            found = () if told.unnamed else self._rows(server, told)
        except GoneError:
            told.leaders = ()
            return
        except HungError:
            told.let_be = self._listings + _LET_BE
            return
        except ScreenError as error:
            # said by versions that take no format
            if "argument" not in error.message:
                raise
            told.unnamed, found = True, ()
        if len(found) > len(told.leaders):
            self._adopt([server])  # a window that opened after its first process was looked for
        told.rows = rows.paired(found, told.leaders)
        # Read after the answer: what is told next is told of by another number.
        told.wakeups = leaders.wakeups(server.pid)

    def _rows(self, server: ScreenSession, told: Told) -> tuple[ListedWindow, ...]:
        if server.attached:
            here = {each.pid for each in told.leaders}
            known = [row for pid, row in told.rows.items() if pid in here]
            return rows.parse_list(query(server, None, rows.QUIETLY), known)
        mark = rows.new_mark()
        return rows.parse(mark, query(server, None, ("windows", rows.template(mark))))

    def _windows(self, server: ScreenSession, ours: bool) -> list[ScreenWindow]:
        told = self._told[server.sty]
        found = [
            made
            for each in told.leaders
            if (made := self._window(server, each, told.rows.get(each.pid), ours)) is not None
        ]
        return sorted(found, key=lambda each: (each.window.index, each.window.id))

    def _window(
        self, server: ScreenSession, leader: Leader, row: ListedWindow | None, ours: bool
    ) -> ScreenWindow | None:
        stat = leaders.stat_of(leader.pid)
        if stat is None or stat.parent != server.pid:
            return None
        front = leaders.stat_of(stat.front) if stat.front > 0 else None
        path = leaders.directory(stat.front if front is not None else leader.pid)
        columns, lines = leaders.size_of(leader.terminal) or (80, 24)
        mine = leader.mine
        window_id = f"{server.pid}:{leader.pid}"
        pane = Pane(
            id=window_id,
            pid=leader.pid,
            command=(front or stat).name,
            path=path or leaders.directory(leader.pid),
            width=columns,
            height=lines,
            ended=self._end(mine.token) if mine is not None else None,
        )
        number = row.number if row is not None else None
        window = Window(
            id=window_id,
            session_id=server.sty,
            session_name=server.name,
            index=number if number is not None else leader.number or 0,
            name=_name(row, leader, pane),
            panes=(pane,),
            active=row is not None and row.shown,
            attached=int(server.attached),
            activity=_printed(leader.terminal),
            bell=row is not None and row.bell,
            owner=mine.owner if mine is not None else None,
            ours=ours,
        )
        modern = self._told[server.sty].modern is True
        return ScreenWindow(server, number, modern, leader, window)

    def _end(self, token: str) -> PaneEnd | None:
        try:
            status, _, at = read_small(f"{self._ends}/{token}", 64).decode().strip().partition(" ")
            return PaneEnd(int(status), int(at))
        except (OSError, ValueError):
            return None


def _leader(pid: int, sty: str) -> Leader | None:
    stat = leaders.stat_of(pid)
    return rows.leader(pid, sty, stat.terminal, leaders.environment(pid)) if stat else None


def _name(row: ListedWindow | None, leader: Leader, pane: Pane) -> str:
    if row is not None:
        return row.title
    return leader.mine.name if leader.mine is not None else names.window_name(pane.command)


def _printed(terminal: str) -> int:
    """When something was last printed to a terminal; the kernel notes it every eight seconds."""
    try:
        return int(os.stat(terminal).st_mtime)  # noqa: PTH116 - once a window a second
    except OSError:
        return 0
