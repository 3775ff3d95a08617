"""Table of the lower panes, left to right, in the order of Tab."""

from __future__ import annotations

from typing import Any, Final

from parallel_tui.ui.panes.boundaries import BoundariesPane
from parallel_tui.ui.panes.events import EventsPane
from parallel_tui.ui.panes.handoffs import HandoffsPane
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.locks import LocksPane
from parallel_tui.ui.panes.overlaps import OverlapsPane
from parallel_tui.ui.panes.windows import WindowsPane

PANES: Final[tuple[type[ListPane[Any]], ...]] = (
    OverlapsPane,
    LocksPane,
    HandoffsPane,
    EventsPane,
    WindowsPane,
    BoundariesPane,
)

IDS: Final = tuple(pane.SPEC.id for pane in PANES)
