"""What tests tell of a session, or of two, once they have landed. Pure."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final


class Mark(StrEnum):
    """How a proof stands."""

    PROVED = "proved"
    """The check passes with it landed, together with all that were tried with it."""
    BREAKS = "breaks"
    """The check fails with it landed, and not without it."""
    RUNNING = "running"
    """It is being proved."""
    UNKNOWN = "unknown"
    """Nobody has proved it as it is now."""

    @property
    def glyph(self) -> str:
        """One character for tables."""
        return GLYPHS[self]


GLYPHS: Final[Mapping[Mark, str]] = MappingProxyType(
    {Mark.PROVED: "✓", Mark.BREAKS: "✗", Mark.RUNNING: "…", Mark.UNKNOWN: "?"}
)


@dataclass(frozen=True, slots=True)
class ProofState:
    """What is known of a session, or of a pair.

    Attributes:
        mark: How it stands.
        others: Others with which it breaks base; empty where it does so by itself.
        tests: What fails.
        log: File with what the check printed.
        at: When that was found, in epoch seconds; 0 for never.
    """

    mark: Mark
    others: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    log: str = ""
    at: float = 0.0


NOTHING: Final = ProofState(Mark.UNKNOWN)


def words(told: ProofState) -> str:
    """What is known of a session or a pair, in a few words; empty for nothing."""
    if told.mark is Mark.PROVED:
        return "proved together"
    if told.mark is Mark.RUNNING:
        return "being proved"
    if told.mark is Mark.UNKNOWN:
        return ""
    against = f" with {', '.join(told.others)}" if told.others else ""
    return f"breaks{against}: {some(told.tests)}"


def some(tests: tuple[str, ...], most: int = 3) -> str:
    """Names of tests, the first of many."""
    more = f" and {len(tests) - most} more" if len(tests) > most else ""
    return ", ".join(tests[:most]) + more
