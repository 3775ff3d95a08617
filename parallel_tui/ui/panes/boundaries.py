"""Pane that lists who touches what is not theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.policy.boundaries import SOURCE
from parallel_tui.model.policy.evaluate import Touch
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.spec import Listed, PaneSpec, without_base
from parallel_tui.ui.present.boundaries import TOUCH_COLUMNS, touch_key, touch_row
from parallel_tui.ui.widgets.columns import Row

_MOST: Final = 300
"""Rows shown at most."""


@dataclass(frozen=True, slots=True)
class TouchList(Listed[Touch]):
    """Touches, and whether there is anything to measure them by.

    Attributes:
        bounded: Whether base has boundaries.
        drafted: Whether some are written down, and not on base yet.
    """

    bounded: bool = False
    drafted: bool = False


def _touches(snapshot: Snapshot) -> TouchList:
    fact = snapshot.boundaries
    view = known(fact)
    if view is None:
        lost = fact.reason if isinstance(fact, Unknown) else ""
        return TouchList((), True, lost, without_base(snapshot))
    problem = next(iter(view.problems), "")
    # What is not known is told once, not for each path.
    found = tuple(each for each in view.touches if each.verdict != "unknown")
    return TouchList(found, False, problem, bounded=view.bounded, drafted=view.drafted)


class BoundariesPane(ListPane[Touch]):
    """One row per path that a session changed and does not own, the worst first."""

    SPEC = PaneSpec(
        "boundaries",
        "Boundaries",
        "Sessions that change files of others, by the boundaries on base.",
        _touches,
        TOUCH_COLUMNS,
        "nobody changed another's files; {boundaries} shows who owns what",
    )

    def __init__(self) -> None:
        super().__init__()
        self._more = 0

    def key(self, item: Touch) -> str:
        """Session, path and reason as one text."""
        return touch_key(item)

    def row(self, item: Touch) -> Row:
        """A touch as a row."""
        return touch_row(item, mine=self._mine(item))

    def about(self, item: Touch) -> object:
        """Everything that a touch's row depends on."""
        return (item, self._mine(item))

    def ordered(self, items: tuple[Touch, ...]) -> Sequence[Touch]:
        """The worst touches up to a limit."""
        self._more = max(0, len(items) - _MOST)
        return items[:_MOST]

    def counts(self) -> Sequence[str]:
        """Number of touches that are denied, and of others worth a look."""
        denied = sum(each.action == "deny" for each in self.listed.items)
        other = sum(each.action in ("ask", "warn") for each in self.listed.items)
        return (f"{denied} denied" if denied else "", f"{other} to look at" if other else "")

    @property
    def number(self) -> int:
        """How many are worth a look."""
        return sum(each.action in ("deny", "ask", "warn") for each in self.listed.items)

    def note(self) -> str:
        """How many touches are not listed."""
        return f"{self._more} more" if self._more else ""

    def nothing(self) -> str:
        """What there is to say about boundaries where nobody touches anything."""
        if isinstance(self.listed, TouchList) and not self.listed.bounded:
            if self.listed.drafted:
                return f"not in force yet: commit {SOURCE} to base"
            return "none set: which session owns which files; {boundaries} shows how"
        return super().nothing()

    def _mine(self, touch: Touch) -> bool:
        return bool(self.chosen.name) and touch.session == self.chosen.name
