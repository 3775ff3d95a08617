"""Screen whose panes can be arranged: tabs, zoom, order, theme, and what is kept of these."""

from __future__ import annotations

from typing import Final

from parallel_tui.model.view.habits import Habits
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import replace
from parallel_tui.ui.dashboard.panes_screen import PanesScreen
from parallel_tui.ui.looks import theme
from parallel_tui.ui.messages import HabitsChanged
from parallel_tui.ui.panes.detail import TABS
from parallel_tui.ui.present import order
from parallel_tui.ui.present.elsewhere import heading_of

MIXED: Final = "mixed"
"""How sessions of several machines are kept to be listed, where it is not below headings."""


class ViewScreen(PanesScreen):
    """Arranges the panes as somebody likes to see them."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        super().__init__(snapshot)
        self._theme = ""
        self.kept = Habits()

    def cycle(self, by: int) -> None:
        """Focus the next pane; in a zoomed screen it takes the room."""
        self.arrangement.cycle(by)

    def action_show_lower(self, name: str) -> None:
        """Show one of the panes that share a place."""
        self.arrangement.go_to(name)

    def zoom(self) -> None:
        """Enlarge the focused pane, or show all panes again."""
        self.arrangement.zoom()
        self.post_message(HabitsChanged())

    def show_tab(self, name: str) -> None:
        """Show a tab of the detail pane."""
        self.arrangement.bring("detail")
        if self.arrangement.zoomed:
            self.arrangement.zoom_to(self.detail)
            self.arrangement.focus_in(self.detail)
        self.detail.show_tab(name)
        self.post_message(HabitsChanged())

    def show_tasks(self) -> None:
        """Show and focus the tasks, so that they can be ticked."""
        self.show_tab("tasks")
        self.arrangement.focus_in(self.detail)

    def next_tab(self) -> None:
        """Show the next tab of the detail pane."""
        self.detail.next_tab()
        self.post_message(HabitsChanged())

    def next_theme(self) -> None:
        """Switch to the next theme."""
        if self.app.no_color:
            self.tell("There are no colours to change: NO_COLOR is set, or TERM says so.")
            return
        self.app.theme = self._theme = theme.following(self.app.theme)
        self.tell(f"Theme: {self.app.theme}")
        self.post_message(HabitsChanged())

    def mix_machines(self) -> None:
        """List the sessions of all machines in one order, or below a heading for each."""
        self.mixed = not self.mixed
        how = "mixed" if self.mixed else "grouped by machine"
        self.tell(f"Sessions of all machines, {how}")
        self.post_message(HabitsChanged())

    @property
    def foldable(self) -> str:
        """The key of the heading that the cursor stands on or below; empty where there is none."""
        return heading_of(self._machine_at_cursor()) if self.sessions_pane.grouped else ""

    @property
    def on_heading(self) -> bool:
        """Whether the cursor stands on a heading."""
        return bool(self.foldable) and self.foldable == self.sessions_pane.table.cursor

    @property
    def other_machine(self) -> str:
        """Another machine, whose heading or session the cursor is on; empty for none."""
        other = self.selected_elsewhere()
        if other is not None:
            return other.host
        machine = self._machine_at_cursor() if self.on_heading else ""
        return machine if machine != self.sessions_pane.machine else ""

    def _machine_at_cursor(self) -> str:
        pane = self.sessions_pane
        key = pane.table.cursor
        if (other := self.selected_elsewhere()) is not None:
            return other.host
        named = (each.name for each in self.machines if heading_of(each.name) == key)
        return next(named, pane.machine)

    def fold(self) -> None:
        """Fold the rows below the heading at the cursor, or unfold them."""
        heading = self.foldable
        if not heading:
            return
        machine = self._machine_at_cursor()
        if machine not in self.folded:
            self.sessions_pane.table.select(heading)
        self.folded ^= {machine}
        self.post_message(HabitsChanged())

    def next_order(self) -> None:
        """Sort sessions by something else."""
        self.order = order.following(self.order)
        self.tell(f"Sessions by {self.order}")
        self.post_message(HabitsChanged())

    # Habits

    @property
    def habits(self) -> Habits:
        """How it is shown now."""
        self.kept = replace(
            self.kept,
            theme=self._theme,
            zoom=self.arrangement.zoomed_pane,
            tab=self.detail.tab,
            order=self.order,
            machines=MIXED if self.mixed else "",
            folded_machines=tuple(sorted(self.folded)),
        )
        return self.kept

    def remember(self, directory: str) -> None:
        """Keep that a repository was opened, for `pdev list --all`."""
        if directory not in self.kept.repositories:
            known = (directory, *self.kept.repositories)
            self.kept = replace(self.kept, repositories=known)
            self.post_message(HabitsChanged())

    def resume(self, habits: Habits) -> None:
        """Show it as it was left; what there is not any more is left out."""
        self.kept = habits
        self._theme = habits.theme
        if habits.order in order.ORDERS:
            self.order = habits.order
        self.mixed = habits.machines == MIXED
        self.folded = frozenset(habits.folded_machines)
        if habits.tab in TABS:
            self.detail.show_tab(habits.tab)
        zoomed = next((pane for pane in self.arrangement.panes if pane.id == habits.zoom), None)
        if zoomed is not None:
            self.arrangement.zoom_to(zoomed)
            self.arrangement.focus_in(zoomed)
