"""What the user wants to be told of, how, and when not. Pure."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_HOURS: Final = pattern(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\s*-\s*([01]?[0-9]|2[0-3]):([0-5][0-9])")


class Happening(StrEnum):
    """Kinds of news that have a switch of their own: `notify.waiting` and so on."""

    WAITING = "waiting"
    FAILED = "failed"
    CRASHED = "crashed"
    LIMITED = "limited"
    DONE = "done"
    CONFLICT = "conflict"
    HANDOFF = "handoff"


class Switch(StrEnum):
    """Whether news of a kind is told."""

    ON = "on"
    OFF = "off"
    ALWAYS = "always"
    """Also in quiet hours."""


class DesktopWay(StrEnum):
    """Who shows a notification on the desktop."""

    AUTO = "auto"
    """The first that can: the library, a program, the terminal."""
    LIBRARY = "library"
    PROGRAM = "program"
    TERMINAL = "terminal"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of each day, by the local clock.

    Attributes:
        start: Its first minute, counted from midnight.
        end: The first minute after it; where that is earlier, it lasts over midnight.
    """

    start: int
    end: int

    def contain(self, minute: int) -> bool:
        """Whether a minute of the day, counted from midnight, belongs to them."""
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def quiet_hours(text: str) -> QuietHours | None:
    """Read hours such as `22:00-07:00`; `None` where the text does not name a part of a day."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    first, second, third, fourth = map(int, found.groups())
    hours = QuietHours(first * 60 + second, third * 60 + fourth)
    return hours if hours.start != hours.end else None
