"""Values that are known, not read yet, or unreadable with a reason.

A dashboard that shows "clean" for a worktree it has not read yet lies; one that shows "0 ahead"
because git timed out lies too. A `Fact` makes both impossible to forget, because the type checker
asks for all three.
"""

from __future__ import annotations

from enum import Enum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, TypeVar, Union

    T = TypeVar("T")


class Pending(Enum):
    """Not read yet; an answer is on its way."""

    PENDING = "pending"


PENDING: Final = Pending.PENDING


@dataclass(frozen=True, slots=True)
class Unknown:
    """Could not be read.

    Attributes:
        reason: Why, in words that can stand behind "unknown: ".
    """

    reason: str


if TYPE_CHECKING:
    Fact = Union[T, Pending, Unknown]  # noqa: UP007 - a generic alias needs Union on 3.11
    """A value, `PENDING`, or `Unknown(reason)`."""


def __getattr__(name: str) -> object:
    """The alias at run time, for the few who ask: `typing` costs more than all else here."""
    if name != "Fact":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from typing import TypeVar, Union

    return Union[TypeVar("T"), Pending, Unknown]  # noqa: UP007


def known(fact: Fact[T]) -> T | None:
    """The value of a fact, or `None` when there is none to show."""
    return None if isinstance(fact, Pending | Unknown) else fact


NOT_LOOKED: Final = "not looked yet"


def why_not(fact: object) -> str:
    """Why a fact has no value, in words; empty when it has one."""
    if isinstance(fact, Unknown):
        return fact.reason
    return NOT_LOOKED if isinstance(fact, Pending) else ""
