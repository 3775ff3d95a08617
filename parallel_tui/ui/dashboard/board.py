"""Widget that places the panes as a plan says."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import NULL_OFFSET, NULL_SPACING, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from parallel_tui.ui.dashboard.plan import Plan


class _Planned(Layout):
    """Places children by their ids; those that the plan does not name are not shown."""

    name = "planned"

    def __init__(self, plan: Callable[[Size], Plan]) -> None:
        self._plan = plan

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """See `Layout.arrange`."""
        parent.pre_layout(self)
        places = self._plan(size).places
        return [
            WidgetPlacement(places[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id is not None and child.id in places
        ]


class PaneBoard(Widget):
    """All panes of the dashboard.

    Args:
        plan: Where they stand in a room of a given size.
        panes: Each with an id.
    """

    DEFAULT_CSS = "PaneBoard { width: 1fr; height: 1fr; overflow: hidden; }"

    def __init__(self, plan: Callable[[Size], Plan], *panes: Widget) -> None:
        super().__init__(*panes, id="board")
        self._planned = _Planned(plan)

    @property
    def layout(self) -> Layout:
        """The one layout it has."""
        return self._planned
