"""Ages of a session's values that could not be read again."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass


class Slice(StrEnum):
    """A part of a session that is read separately."""

    WORK = "work"
    COMMITS = "commits"
    WINDOWS = "windows"


@dataclass(frozen=True, slots=True)
class Stale:
    """A value that is still shown though it may be wrong by now.

    Attributes:
        part: Which part of the session.
        as_of: When it was last known to be right, in epoch seconds.
    """

    part: Slice
    as_of: float
