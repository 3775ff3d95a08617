"""Which panes are shown, which has the focus, and when they are arranged anew."""

from __future__ import annotations

from typing import Final

from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from parallel_tui.ui.dashboard.board import PaneBoard
from parallel_tui.ui.dashboard.plan import SMALLEST, Lower, Plan, Shown, plan
from parallel_tui.ui.panes import lower
from parallel_tui.ui.panes.detail import DetailPane
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.sessions import SessionsPane
from parallel_tui.ui.widgets.small import LowerTabs

WIDE: Final = 100
"""Columns from which there is room for more than what is needed."""


class Arrangement:
    """Moves the focus among panes, and has them placed by what they show."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self._shown: Shown | None = None
        self._front = ""
        self._below = False
        self._zoomed = ""

    @property
    def _sessions(self) -> SessionsPane:
        return self._screen.query_one(SessionsPane)

    @property
    def _detail(self) -> DetailPane:
        return self._screen.query_one(DetailPane)

    @property
    def _lists(self) -> list[Widget]:
        return [self._screen.query_one(f"#{name}") for name in lower.IDS]

    @property
    def panes(self) -> tuple[Widget, ...]:
        """All panes in the order of Tab: as they stand, from the top."""
        placed = self.plan(self._screen.query_one(PaneBoard).size).places
        tops = [(placed[name].y, placed[name].x, name) for name in lower.IDS if name in placed]
        at_once = len(tops) == len(lower.IDS)
        names = [name for _, _, name in sorted(tops)] if at_once else lower.IDS
        lists = [self._screen.query_one(f"#{name}") for name in names]
        return (self._sessions, self._detail, *lists)

    @property
    def active(self) -> Widget:
        """The pane with the focus; the sessions pane when none has it."""
        # Asked once for each key that could be pressed, so it must cost next to nothing.
        focused = self._screen.focused
        for node in focused.ancestors_with_self if focused is not None else ():
            if isinstance(node, Widget) and node.has_class("pane"):
                return node
        return self._sessions

    @property
    def zoomed(self) -> bool:
        """Whether one pane has the screen for itself."""
        return bool(self._zoomed)

    @property
    def zoomed_pane(self) -> str:
        """Id of the pane that has the screen for itself; empty when none has."""
        return self._zoomed

    def plan(self, size: Size) -> Plan:
        """Where panes stand in a room of a given size."""
        return plan(size, self._shown or self._look())

    def _look(self) -> Shown:
        panes = [pane for pane in self._lists if isinstance(pane, ListPane)]
        self._shown = Shown(
            sessions=self._sessions.rows_wanted,
            lower=tuple(Lower(pane.SPEC.id, pane.SPEC.width, pane.rows_wanted) for pane in panes),
            front=self._front,
            below=self._below,
            zoomed=self._zoomed,
        )
        return self._shown

    def again(self) -> None:
        """Draw the tabs anew, and place the panes, if anything that decides about them changed."""
        if self._screen.is_mounted:
            before = self._shown
            # Of a child, for what it is in then forgets where it has placed it.
            self._screen.query_one(LowerTabs).refresh(layout=before != self._look())

    def cycle(self, by: int) -> None:
        """Focus the next pane; in a zoomed screen it takes the room."""
        panes = self.panes
        pane = panes[(panes.index(self.active) + by) % len(panes)]
        if self._zoomed:
            self._zoomed = pane.id or ""
        if pane is not self._sessions:
            self.bring(pane.id or "")
        self.again()
        self.focus_in(pane)

    def go_to(self, name: str) -> None:
        """Show a pane and focus it."""
        self.bring(name)
        self.focus_in(self._screen.query_one(f"#{name}"))

    def bring(self, name: str) -> None:
        """Show a pane that shares its place with others."""
        self._below = name in lower.IDS
        if self._below:
            self._front = name
        self.again()

    def focus_in(self, pane: Widget) -> None:
        """Focus the widget of a pane that takes keys, at once: the next key may be here already."""
        if pane is self._detail:
            self._detail.focus_tab()
            return
        inner = [child for child in pane.query("*") if child.focusable]
        target = pane if pane.can_focus else inner[0] if inner else None
        if target is not None:
            self._screen.set_focus(target, scroll_visible=False)

    def zoom(self) -> None:
        """Enlarge the focused pane, or show all panes again."""
        self.zoom_to(None if self._zoomed else self.active)

    def zoom_to(self, pane: Widget | None) -> None:
        """Enlarge a pane, or show all panes again."""
        self._zoomed = (pane.id or "") if pane is not None else ""
        self.again()

    def fit(self, size: Size) -> None:
        """Show that the screen is too small, or that it is not any more."""
        columns, rows = size
        self._screen.set_class(columns < SMALLEST[0] or rows < SMALLEST[1], "-tiny")
