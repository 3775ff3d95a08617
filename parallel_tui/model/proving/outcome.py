"""What a search for breaks asks, what it is told, and what it finds. Pure values."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

WHOLE: Final = "$ "
"""Begins the name of a failure that is a command's as a whole: no test of it could be told."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to check base with some sessions landed.

    Attributes:
        sessions: Their names, in the order in which they land; none for base itself.
        certain: Whether a failure has to be seen twice before it counts.
    """

    sessions: tuple[str, ...]
    certain: bool = False


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How a check ended.

    Attributes:
        failing: What fails each time: tests by name, or a command with `WHOLE` before it.
        unsteady: What failed at one time and not at another, of the same tree.
        impossible: Why there is no such tree, or it could not be checked; empty for an outcome.
    """

    failing: frozenset[str] = frozenset()
    unsteady: frozenset[str] = frozenset()
    impossible: str = ""

    @property
    def vague(self) -> bool:
        """Whether a command failed of which no test could be told."""
        return any(each.startswith(WHOLE) for each in self.failing | self.unsteady)


@dataclass(frozen=True, slots=True)
class Break:
    """Sessions that break base: all of them together, and no fewer.

    Attributes:
        sessions: Their names, in the order in which they land.
        tests: What fails with them, and neither on base nor with fewer of them.
        tried: What was checked when it failed, in order: they, and what they are built on.
    """

    sessions: tuple[str, ...]
    tests: tuple[str, ...]
    tried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What came of a search.

    Attributes:
        aboard: Sessions that work together, in the order in which they land; empty for none.
        breaks: Who breaks base. The last of each is left out of what was tried after it.
        left: Sessions that were left out as they are built on, or land after, one that breaks.
        base: What fails on base by itself already; it counts for nobody.
        unsteady: What failed at times.
        unknown: Why there is no answer about the rest; empty where there is one.
    """

    aboard: tuple[str, ...]
    breaks: tuple[Break, ...] = ()
    left: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    unsteady: tuple[str, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class ProofStep:
    """A check in the course of a search, at its begin or at its end.

    Attributes:
        sessions: Who has landed; none for base itself.
        number: Which check it is, counted from 1; those known from before do not count.
        outcome: How it ended; `None` at its begin.
        known: Whether it was known from before, and not run.
        seconds: How long it took.
        waits: Whether it waits for a check of somebody else to end.
    """

    sessions: tuple[str, ...]
    number: int = 0
    outcome: CheckOutcome | None = None
    known: bool = False
    seconds: float = 0.0
    waits: bool = False
