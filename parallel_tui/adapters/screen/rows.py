"""What one query tells of the windows of a screen session, and whose processes they are. Pure.

`-Q windows` cuts titles at 20 characters and stops after about a thousand; with a format it prints
each window in full, of a detached session too. But whatever it answers is shown in each attached
display as well. So an attached session is asked for a list as a status line has it, quietly: with
short titles, and no further than about 700 characters.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from parallel_tui.adapters.panes.names import decode, encode
from parallel_tui.record import dataclass, replace

TERMINAL: Final = "%T"
"""In a format: the terminal of a window, from 5.0 on."""

COMMAND: Final = "%x"
"""In a format: what a window was opened with."""

_CUT: Final = 20
"""Bytes to which a list cuts titles."""

_LISTED: Final = re.compile(r"(\d+)([^ \w]*(?:\(L\))?[^ \w]*Z?) ", re.ASCII)

MARK_OF_OURS: Final = "WINDOW_BY_PDEV"
"""Variable of the first process of a window that was opened here."""


@dataclass(frozen=True, slots=True)
class ListedWindow:
    """A window as its server tells it.

    Attributes:
        number: Its number now.
        title: Its title.
        bell: Whether a bell rang in it unseen.
        shown: Whether it is the one that the session's display shows.
        terminal: Its terminal; empty before 5.0, which does not tell it.
        command: What it was opened with.
    """

    number: int
    title: str
    bell: bool = False
    shown: bool = False
    terminal: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Mine:
    """What the variable of a window that was opened here says.

    Attributes:
        token: Names the opening; stands in the window's command too.
        owner: The pdev session.
        name: The title that it was opened with.
    """

    token: str
    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class Leader:
    """The first process of a window.

    Attributes:
        pid: Its process id.
        number: The window's number when it began; `None` when its environment does not tell, as
            while it is about to begin.
        terminal: Its terminal.
        mine: What was noted when the window was opened here.
    """

    pid: int
    number: int | None
    terminal: str
    mine: Mine | None = None


def new_mark() -> str:
    """A separator that no title holds."""
    return f"|{os.urandom(5).hex()}"


def template(mark: str) -> str:
    """The format for `-Q windows`."""
    fields = ("%n", "%f", "%?%F*%?", TERMINAL, "%t", COMMAND)
    return f"{mark}<" + f"{mark}|".join(fields) + f"{mark}>"


def parse(mark: str, text: str) -> tuple[ListedWindow, ...]:
    """Read what was printed for the format; a long command may be cut, and its end with it."""
    rows = []
    for record in text.split(f"{mark}<")[1:]:
        fields = record.partition(f"{mark}>")[0].split(f"{mark}|")
        if len(fields) < 5 or not (fields[0].isascii() and fields[0].isdigit()):
            continue
        number, flags, shown, terminal, title, *rest = fields
        rows.append(
            ListedWindow(
                number=int(number),
                title=title,
                bell="!" in flags,
                shown=bool(shown),
                terminal=terminal if terminal.startswith("/dev/") else "",
                command=rest[0] if rest else "",
            )
        )
    return tuple(rows)


QUIETLY: Final = ("@echo", "-p", "%w")
"""Asks for the windows of an attached session, without a word in its displays."""


def parse_list(text: str, before: Iterable[ListedWindow]) -> tuple[ListedWindow, ...]:
    """Read the list of an attached session: numbers with their flags, and titles cut short.

    Args:
        text: `0 api  1*! a long title  2- sh`; a title may look like the next number, which is
            always greater than the one before.
        before: What was known: of a window whose title begins alike the rest stays.
    """
    known = {row.number: row for row in before}
    found: list[ListedWindow] = []
    for piece in text.split("  "):
        head = _LISTED.match(piece)
        if head is None or (found and int(head[1]) <= found[-1].number):
            if found:
                found[-1] = replace(found[-1], title=f"{found[-1].title}  {piece}")
            continue
        number, flags, title = int(head[1]), head[2], piece[head.end() :]
        found.append(ListedWindow(number, title, bell="!" in flags, shown="*" in flags))
    return tuple(_with_known(row, known.get(row.number)) for row in found)


def _with_known(row: ListedWindow, known: ListedWindow | None) -> ListedWindow:
    if known is None:
        return row
    same = len(row.title.encode()) >= _CUT - 3 and known.title.startswith(row.title)
    title = known.title if same else row.title
    return replace(row, title=title, terminal=known.terminal, command=known.command)


def leader(pid: int, sty: str, terminal: str, env: Mapping[str, str] | None) -> Leader | None:
    """The first process of a window, from its environment.

    Args:
        pid: A child of the server.
        sty: The server's name.
        terminal: The child's terminal; a child without one is no window.
        env: Its environment; `None` when it cannot be read.
    """
    if not terminal:
        return None
    env = env or {}
    number = env.get("WINDOW", "")
    # Only the process: a session may have got another name since.
    here = env.get("STY", "").partition(".")[0] == sty.partition(".")[0]
    if not (here and number.isascii() and number.isdigit()):
        return Leader(pid, None, terminal)
    return Leader(pid, int(number), terminal, _mine(env.get(MARK_OF_OURS, ""), pid))


def marked(token: str, owner: str, name: str) -> str:
    """Value of the variable but for the process id before it, which its shell puts there."""
    return f"{token}:{encode(owner)}:{encode(name)}"


def _mine(value: str, pid: int) -> Mine | None:
    """What the variable says; nothing where another process was meant, which passed it on."""
    who, _, rest = value.partition(":")
    token, found, names = rest.partition(":")
    owner, _, name = names.partition(":")
    return Mine(token, decode(owner), decode(name)) if found and who == str(pid) else None


def paired(rows: Sequence[ListedWindow], leaders: Sequence[Leader]) -> dict[int, ListedWindow]:
    """The row of each process, by what proves it best.

    A window's terminal proves it (5.0 and newer), or its command where it was opened here. Else it
    is the number that it had when it began, which its user may have changed since: where numbers
    do not fit, and more than one window is in question, none is guessed at.

    Returns:
        By process id; a process whose window is not known is left out.
    """
    found: dict[int, ListedWindow] = {}
    left = {row.number: row for row in rows}

    def take(pid: int, row: ListedWindow | None) -> None:
        if row is not None:
            found[pid] = left.pop(row.number)

    for each in leaders:
        take(each.pid, _one(row for row in left.values() if row.terminal == each.terminal))
    for each in leaders:
        if each.pid not in found and each.mine is not None:
            token = each.mine.token
            take(each.pid, _one(row for row in left.values() if token in row.command))
    waiting = [each for each in leaders if each.pid not in found]
    if {each.number for each in waiting if each.number is not None} <= set(left):
        for each in waiting:
            take(each.pid, left.get(each.number) if each.number is not None else None)
        waiting = [each for each in waiting if each.pid not in found]
    if len(waiting) == len(left) == 1:
        take(waiting[0].pid, next(iter(left.values())))
    return found


def is_it(answer: str, leader: Leader) -> bool:
    """Whether a window is the one of a process, by what it tells of itself.

    Args:
        answer: What it makes of `TERMINAL` and `COMMAND`, a space between them.
        leader: The process. Before 5.0 a window that was opened by hand proves nothing, and is
            believed.
    """
    terminal, _, command = answer.partition(" ")
    if terminal.startswith("/dev/"):
        return terminal == leader.terminal
    return leader.mine is None or leader.mine.token in command


def _one(rows: Iterable[ListedWindow]) -> ListedWindow | None:
    found = list(rows)
    return found[0] if len(found) == 1 else None
