"""The latest toasts and news, for whoever missed one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final, Literal

from parallel_tui.record import dataclass

KEPT: Final = 300
"""Notices that are kept."""

TWICE: Final = 20.0
"""Seconds within which a second notice about one thing says nothing new."""


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """Something that was told.

    Attributes:
        number: Counted from 1.
        at: When, in epoch seconds; 0 before there is a clock.
        text: What was said, sanitised, in one or more lines.
        title: Its heading, where it has one.
        severity: How loud.
        how: How it was told, or why it was not.
    """

    number: int
    at: float
    text: str
    title: str = ""
    severity: Literal["information", "warning", "error"] = "information"
    how: str = ""


class Notices:
    """Remembers what was told."""

    def __init__(self) -> None:
        self._kept: deque[ToldNotice] = deque(maxlen=KEPT)
        self._about: dict[str, tuple[float, str]] = {}
        self._count = 0

    def __iter__(self) -> Iterator[ToldNotice]:
        """The newest first."""
        return reversed(tuple(self._kept))

    def add(
        self,
        at: float,
        text: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        how: str = "",
    ) -> None:
        """Remember one."""
        self._count += 1
        self._kept.append(ToldNotice(self._count, at, text, title, severity, how))

    def is_second(self, about: str, at: float, text: str = "") -> bool:
        """Whether another notice about the same thing was told just now; else this one counts.

        Args:
            about: Id of the thing; an empty one is never the same.
            at: By a clock that is never set back.
            text: What this one says.
        """
        if not about:
            return False
        recent = {name: told for name, told in self._about.items() if at - told[0] < TWICE}
        second = about in recent
        self._about = {**recent, about: recent.get(about, (at, text))}
        return second

    def said(self, about: str, at: float) -> str:
        """What was told of a thing just now; empty for nothing."""
        told, text = self._about.get(about, (at, ""))
        return text if at - told < TWICE else ""
