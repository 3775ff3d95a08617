"""The windows of the repository, wherever in tmux they are."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from parallel_tui.model.session import Session
from parallel_tui.model.window import Window
from parallel_tui.ui.cells import WINDOW_COLUMNS, window_row
from parallel_tui.ui.widgets.keyed_table import KeyedTable


class WindowsPane(Vertical):
    """One row a window."""

    sessions: var[tuple[Session, ...]] = var(())
    windows: var[tuple[Window, ...]] = var(())
    now: var[float] = var(0.0)

    def __init__(self) -> None:
        super().__init__(id="windows", classes="pane")
        self.border_title = "Windows"
        self._due = False

    def compose(self) -> ComposeResult:
        """The table, and what to say when there is no window."""
        yield KeyedTable(WINDOW_COLUMNS, id="window-table")
        yield Static(
            Content("No tmux window here yet. Enter on a session opens one."),
            id="window-hint",
            classes="hint",
        )

    @property
    def table(self) -> KeyedTable:
        """The table of windows."""
        return self.query_one(KeyedTable)

    def on_mount(self) -> None:
        """Draw whatever is known by now."""
        self._soon()

    def watch_sessions(self) -> None:
        """Draw the owners' names."""
        self._soon()

    def watch_windows(self) -> None:
        """Draw the new windows."""
        self._soon()

    def watch_now(self) -> None:
        """Draw the ages that read differently by now."""
        self._soon()

    def _soon(self) -> None:
        if self.is_mounted and not self._due:
            self._due = True
            self.call_next(self._sync)

    def _sync(self) -> None:
        self._due = False
        owners = {window: session for session in self.sessions for window in session.windows}
        self.table.sync(
            window_row(window, owners.get(window.id), self.now) for window in self.windows
        )
        self.query_one("#window-hint").display = not self.windows
