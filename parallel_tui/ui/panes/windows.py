"""The windows of the repository, wherever in tmux they are."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from parallel_tui.model.session.session import Session
from parallel_tui.model.session.window import Window
from parallel_tui.ui.panes.table_pane import TablePane
from parallel_tui.ui.present.sessions import WINDOW_COLUMNS, window_row
from parallel_tui.ui.widgets.keyed_table import KeyedTable


class WindowsPane(TablePane):
    """One row a window."""

    DRAWN = ("sessions", "windows", "now")

    sessions: var[tuple[Session, ...]] = var(())
    windows: var[tuple[Window, ...]] = var(())
    now: var[float] = var(0.0)

    def __init__(self) -> None:
        super().__init__("windows", "Windows")

    def compose(self) -> ComposeResult:
        """The table, and what to say when there is no window."""
        yield KeyedTable(WINDOW_COLUMNS, id="window-table")
        yield Static(
            Content("No tmux window here yet. Enter on a session opens one."),
            id="window-hint",
            classes="hint",
        )

    def sync(self) -> None:
        """Draw the windows with their owners."""
        owners = {window: session for session in self.sessions for window in session.windows}
        self.table.sync(
            window_row(window, owners.get(window.id), self.now) for window in self.windows
        )
        self.query_one("#window-hint").display = not self.windows
