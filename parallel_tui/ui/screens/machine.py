"""Screen with what each session uses of the machine, and who runs in slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from parallel_tui.model.session.words import machine_facts, use_facts
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.panes.info import render
from parallel_tui.ui.present.machine import SESSION_COLUMNS, machine_lines, session_row
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.widgets.columns import Column

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.ui.cockpit import Cockpit


class MachineScreen(ListScreen[None]):
    """One row a session, as live as the dashboard.

    Args:
        cockpit: The dashboard.
        core: The services.
        start: Key of the session that the cursor begins on.
    """

    HEADING = "Machine"
    COLUMNS: ClassVar[tuple[Column, ...]] = SESSION_COLUMNS
    MAIN = "processes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "processes", "Processes", key_display="Enter")
    ]

    def __init__(self, cockpit: Cockpit, core: Core, start: str | None) -> None:
        super().__init__()
        self._cockpit = cockpit
        self._core = core
        self._start = start
        self._snapshot: Snapshot | None = None

    def on_mount(self) -> None:
        """Follow the live view."""
        self._cockpit.follow(self, self._show)

    def _show(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot
        if snapshot is None:
            return
        limit = self._core.loaded.config.max_sessions
        self.say(*machine_lines(snapshot, limit, self._cockpit.now))
        self.show_rows(session_row(each, snapshot.machine) for each in snapshot.sessions)
        if self._start is not None and self.table.select(self._start):
            self._start = None

    def about(self, key: str) -> Content:
        """What a session uses, in words."""
        session = self._snapshot.session(key) if self._snapshot else None
        if session is None or self._snapshot is None:
            return Content("")
        return render(iter((*use_facts(session), *machine_facts(session, self._snapshot.machine))))

    def action_processes(self) -> None:
        """Show the processes of the selected session."""
        from parallel_tui.ui.screens.processes import ProcessesScreen

        snapshot = self._snapshot
        session = snapshot.session(self.table.cursor or "") if snapshot else None
        if session is not None and snapshot is not None:
            windows = tuple(each for each in snapshot.windows if each.id in session.windows)
            self.app.push_screen(ProcessesScreen(self._core, session.name, windows))
