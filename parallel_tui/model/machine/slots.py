"""Slots: how many heavy commands may run at once, and whose turn it is. Pure.

Commands that want a slot stand in one line, in the order in which they came. A command runs when
fewer stand before it than may run at once. Where commands of one line name different numbers, the
smallest of all up to a command's own place counts, so that each gets what it asked for.
"""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

NAME: Final = pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
NAME_WORDS: Final = "up to 40 letters, digits, dots, dashes and underscores"

MOST: Final = 1000
"""The most commands that a slot may be set to run at once."""

INSIDE: Final = "PDEV_SLOTS"
"""Variable that tells a command which places in line it runs in."""

FILES: Final = "slot-"
"""Begins the names of files that each hold a place in line."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One command's place in a line.

    Attributes:
        slot: Which line.
        number: Its place among all that ever came; smaller ones came before.
        limit: How many may run at once, as far as it is concerned.
        pid: The process that waits, and then runs the command.
        session: Whose it is; empty where none is known.
        command: The command, as words for people.
        directory: Where it runs.
        asked: When it came, in epoch seconds.
        begun: When it began to run, in epoch seconds; `None` while it waits.
        followed: Whether the process is one that this system can tell the end of.
    """

    slot: str
    number: int
    limit: int
    pid: int
    session: str = ""
    command: str = ""
    directory: str = ""
    asked: float = 0.0
    begun: float | None = None
    followed: bool = True

    @property
    def key(self) -> str:
        """A name for it that no other place in line ever has on this machine's current boot."""
        return f"{self.slot}/{self.number}/{self.pid}"


@dataclass(frozen=True, slots=True)
class Line:
    """Everybody who runs in one slot or waits for it.

    Attributes:
        slot: Its name.
        limit: How many run at once as set; `None` where nothing is set.
        tickets: In the order in which they came.
    """

    slot: str
    limit: int | None = None
    tickets: tuple[Ticket, ...] = ()

    @property
    def running(self) -> tuple[Ticket, ...]:
        """Those that run."""
        return tuple(each for each in self.tickets if each.begun is not None)

    @property
    def waiting(self) -> tuple[Ticket, ...]:
        """Those that wait, the next one first."""
        return tuple(each for each in self.tickets if each.begun is None)


def may_run(limits: Iterable[int]) -> int:
    """How many of a line may run: always those that stand first.

    Args:
        limits: What each in the line said may run at once, the first one first.
    """
    count, least = 0, MOST
    for limit in limits:
        least = min(least, limit)
        if count >= least:
            break
        count += 1
    return count


def lines(tickets: Iterable[Ticket], limits: Mapping[str, int]) -> tuple[Line, ...]:
    """The line of each slot that is set or used, by name.

    Args:
        tickets: All there are, in order.
        limits: What is set, by name.
    """
    found: dict[str, list[Ticket]] = {name: [] for name in limits}
    for ticket in tickets:
        found.setdefault(ticket.slot, []).append(ticket)
    return tuple(Line(name, limits.get(name), tuple(found[name])) for name in sorted(found))


def asked(text: str) -> tuple[str, int | None]:
    """What `NAME` or `NAME:N` says: the slot, and how many may run at once, if it says that.

    Raises:
        UsageError: When it is neither.
    """
    name, colon, count = text.partition(":")
    if not NAME.fullmatch(name):
        raise UsageError(f"{text!r} is not the name of a slot", hint=f"A name has {NAME_WORDS}.")
    if not colon:
        return name, None
    if not count.isascii() or not count.isdigit() or not 1 <= int(count[:5]) <= MOST:
        raise UsageError(
            f"{text!r} does not say how many may run at once",
            hint=f"Write {name}:N, N being a number from 1 to {MOST}.",
        )
    return name, int(count)


def who(ticket: Ticket) -> str:
    """Whose place it is and what for, for people: `auth (pytest -q)`."""
    owner = ticket.session or (f"process {ticket.pid}" if ticket.pid else "an unknown process")
    return f"{owner} ({ticket.command})" if ticket.command else owner
