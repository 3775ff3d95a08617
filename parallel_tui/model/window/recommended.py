"""A setting of a multiplexer that is recommended, against what is in force."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Recommended:
    """One recommendation.

    Attributes:
        what: What is set, as the multiplexer calls it.
        lines: Lines of its configuration that set it.
        why: What it does, in a sentence.
        now: What is in force; empty for nothing, `None` where nothing runs that could tell.
        holds: Whether that does as well.
    """

    what: str
    lines: tuple[str, ...]
    why: str
    now: str | None = None
    holds: bool = False
