"""Arrange panes: side by side, one at a time, or one enlarged."""

from __future__ import annotations

from typing import Final

from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from parallel_tui.ui.panes import lower
from parallel_tui.ui.panes.detail import DetailPane
from parallel_tui.ui.panes.sessions import SessionsPane
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.small import LowerTabs

WIDE: Final = 100
"""Columns from which sessions and detail stand side by side."""

WIDEST: Final = 120
"""Columns from which the lower panes stand side by side too."""

SMALLEST: Final = (60, 15)
"""Columns and rows below which nothing useful fits."""

FEW: Final = 4
"""Rows up to which the lower panes are low."""


class Arrangement:
    """Moves the focus among panes, and sets the CSS classes that place them."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen

    @property
    def _sessions(self) -> SessionsPane:
        return self._screen.query_one(SessionsPane)

    @property
    def _detail(self) -> DetailPane:
        return self._screen.query_one(DetailPane)

    @property
    def panes(self) -> tuple[Widget, ...]:
        """All panes in the order of Tab."""
        screen = self._screen
        return (self._sessions, self._detail, *screen.query_one("#lower").children)

    @property
    def active(self) -> Widget:
        """The pane with the focus; the sessions pane when none has it."""
        # Asked once for each key that could be pressed, so it must cost next to nothing.
        focused = self._screen.focused
        for node in focused.ancestors_with_self if focused is not None else ():
            if isinstance(node, Widget) and node.has_class("pane"):
                return node
        return self._sessions

    def cycle(self, by: int) -> None:
        """Focus the next pane; in a zoomed screen it takes the room."""
        panes = self.panes
        pane = panes[(panes.index(self.active) + by) % len(panes)]
        if self._screen.has_class("-zoom"):
            self.zoom_to(pane)
        if pane is not self._sessions:
            self.bring(pane.id or "")
        self.focus_in(pane)

    def go_to(self, name: str) -> None:
        """Show a pane and focus it."""
        self.bring(name)
        self.focus_in(self._screen.query_one(f"#{name}"))

    def bring(self, name: str) -> None:
        """Show a pane that shares its place with others."""
        if name in lower.IDS:
            for pane in self._screen.query_one("#lower").children:
                pane.set_class(pane.id == name, "-front")
        self._screen.set_class(name in lower.IDS, "-front-lower")
        for tabs in self._screen.query(LowerTabs):
            tabs.refresh()

    def focus_in(self, pane: Widget) -> None:
        """Focus the widget of a pane that takes keys."""

        def now() -> None:
            if pane is self._detail:
                self._detail.focus_tab()
                return
            inner = [child for child in pane.query("*") if child.focusable]
            target = pane if pane.can_focus else inner[0] if inner else None
            if target is not None:
                self._screen.set_focus(target, scroll_visible=False)

        if pane.size:
            now()  # at once: the next key may be here already
        else:
            # A pane that was hidden can take the focus only once it is laid out.
            self._screen.call_after_refresh(now)

    def zoom(self) -> None:
        """Enlarge the focused pane, or show all panes again."""
        self.zoom_to(None if self._screen.has_class("-zoom") else self.active)

    def zoom_to(self, pane: Widget | None) -> None:
        """Enlarge a pane, or show all panes again."""
        self._screen.set_class(pane is not None, "-zoom")
        for one in self.panes:
            one.set_class(one is pane, "-zoomed")
        self._screen.set_class(pane is not None and pane.id in lower.IDS, "-zoom-lower")

    def fit(self, size: Size) -> None:
        """Choose how panes are arranged in a screen of a given size."""
        columns, rows = size
        self._screen.set_class(columns < WIDE, "-narrow")
        self._screen.set_class(columns < WIDEST, "-turns")
        self._screen.set_class(columns < SMALLEST[0] or rows < SMALLEST[1], "-tiny")

    def fit_lower(self) -> None:
        """Shrink lower panes with few rows in favour of the upper ones."""
        room = self._screen.query_one("#lower")
        most = max(len(table.rows) for table in room.query(KeyedTable))
        room.set_class(most <= FEW, "-few")
