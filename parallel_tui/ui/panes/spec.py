"""Pane specifications, from which place, tabs, keys and help are derived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from parallel_tui.model.fact import PENDING, Fact, Unknown, known
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.view.snapshot import Level, Snapshot, Source
from parallel_tui.record import dataclass
from parallel_tui.ui.widgets.columns import Column, needed
from parallel_tui.ui.widgets.keyed_table import MARK

T = TypeVar("T")

FRAME: Final = MARK + 3
"""Columns of a pane beside those of its text: the cursor's mark, the border, a scroll bar."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A slice of the snapshot: the items of one pane. Compared by value.

    Attributes:
        items: The things, as they were read last.
        pending: Whether they were not read yet.
        lost: Why they cannot be read now; empty when they can.
        none: Why there can be none, where that is known; empty where there may be some.
        ahead: Seconds by which the clock of their times is ahead of this machine's.
    """

    items: tuple[T, ...] = ()
    pending: bool = False
    lost: str = ""
    none: str = ""
    ahead: float = 0.0


NOTHING_READ: Listed[Any] = Listed(pending=True)
"""The slice before anything was read."""


class Chosen(NamedTuple):
    """The facts about the selected session that lists need, without its other changes.

    Attributes:
        key: Its key; empty when none is selected.
        name: Its name; empty when none is selected.
    """

    key: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class PaneSpec:
    """Specification of a pane.

    Attributes:
        id: Stable name: where commands and the style sheet find the pane.
        title: Heading in its border, and its name on the tabs.
        help: One sentence for the help screen: what the pane lists.
        slice: Takes what it lists out of a snapshot.
        columns: Of its table.
        empty: What to say when there is nothing to list: what would be listed, and with
            `{command}` for the key of one what brings it about.
        waiting: What to say before it was read.
    """

    id: str
    title: str
    help: str
    slice: Callable[[Snapshot], Listed[Any]]
    columns: Sequence[Column]
    empty: str
    waiting: str = "not read yet"

    @property
    def width(self) -> int:
        """Columns that it needs to stand beside others, its border included."""
        return needed(self.columns) + FRAME


def part(fact: Fact[Coordination], name: str) -> tuple[Coordination, bool, str]:
    """One part of the shared data, with the reason if it could not be read.

    Args:
        fact: As the snapshot has it.
        name: The part, as in `Coordination.lost`.

    Returns:
        What was read last, whether it was not read yet, and why the part cannot be read now.
    """
    found = known(fact) or Coordination()
    lost = fact.reason if isinstance(fact, Unknown) else found.why_lost(name)
    return found, fact is PENDING, lost


def without_base(snapshot: Snapshot) -> str:
    """Why nothing can be compared with base; empty when it can, or is not known yet."""
    base = snapshot.base
    return f"Nothing to compare with: {base.reason}" if isinstance(base, Unknown) else ""


def without_windows(snapshot: Snapshot) -> str:
    """Why windows cannot be seen; empty when they can, or are known to be gone."""
    if all(each.state is not SessionState.UNKNOWN for each in snapshot.sessions):
        return ""
    return next(
        (
            each.message
            for each in snapshot.health
            if each.source is Source.MUX and each.level is Level.ERROR
        ),
        "",
    )
