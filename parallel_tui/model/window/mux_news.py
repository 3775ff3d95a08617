"""What a multiplexer that is watched tells. It never says what changed, only to look again."""

from __future__ import annotations

from enum import Enum, auto

from parallel_tui.record import dataclass


class MuxSays(Enum):
    """Kinds of news."""

    LISTENING = auto()
    """From now on every change is told."""
    DEAF = auto()
    """From now on changes are not told: only looking shows them."""
    CHANGED = auto()
    """Windows, panes or groups of them came, went, or changed their names."""
    STIRRED = auto()
    """Something in a window changed: output, its program, its title, its directory."""
    LISTED = auto()
    """Somebody else who looks has seen what was not told before."""


@dataclass(frozen=True, slots=True)
class MuxNews:
    """One piece of news.

    Attributes:
        says: Of which kind.
        why: Why changes are not told, as the end of a sentence; empty where that needs no words,
            because nothing runs that could tell.
    """

    says: MuxSays
    why: str = ""


LISTENING = MuxNews(MuxSays.LISTENING)
CHANGED = MuxNews(MuxSays.CHANGED)
STIRRED = MuxNews(MuxSays.STIRRED)
LISTED = MuxNews(MuxSays.LISTED)


def deaf(why: str = "") -> MuxNews:
    """The news that changes are not told."""
    return MuxNews(MuxSays.DEAF, why)
