"""Pane that lists the sessions, those that wait for the user first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.session.session import Session, heir_of
from parallel_tui.model.window.window import Window
from parallel_tui.ui.advice import keyed, keys_of
from parallel_tui.ui.panes.table_pane import TablePane
from parallel_tui.ui.present.beside import ALONE, NOTHING, Beside
from parallel_tui.ui.present.elsewhere import elsewhere_row, matches_elsewhere
from parallel_tui.ui.present.order import NEED, in_order, mixed
from parallel_tui.ui.present.sessions import SESSION_COLUMNS, matches, session_row
from parallel_tui.ui.widgets.keyed_table import KeyedTable


class SessionsPane(TablePane):
    """One row per session."""

    DRAWN: ClassVar[tuple[str, ...]] = (
        "sessions",
        "elsewhere",
        "windows",
        "beside",
        "now",
        "filter_text",
        "order",
        "mixed",
    )

    sessions: var[tuple[Session, ...]] = var(())
    elsewhere: var[tuple[SharedSession, ...]] = var(())
    windows: var[tuple[Window, ...]] = var(())
    beside: var[Mapping[str, Beside]] = var[Mapping[str, Beside]](NOTHING)
    now: var[float] = var(0.0)
    filter_text: var[str] = var("")
    order: var[str] = var(NEED)
    mixed: var[bool] = var(False)

    class Drawn(Message):
        """The latest sessions were drawn."""

    class Filled(Message):
        """It needs more rows, or fewer."""

    def __init__(self) -> None:
        super().__init__("sessions", "Sessions")
        self._said: str | None = None
        self._rows = 0
        self.complete = False
        """Whether the first picture has all that decides the order of rows."""

    def compose(self) -> ComposeResult:
        """The table, and the text for an empty list."""
        yield KeyedTable(SESSION_COLUMNS, id="session-table")
        yield Static(id="session-hint", classes="hint")

    @property
    def rows_wanted(self) -> int:
        """Rows for all sessions, whatever the filter leaves of them, and for the hint."""
        every = len(self.sessions) + len(self.elsewhere)
        return max(1, every) + (bool(self._said) and not self.filter_text)

    @property
    def shown(self) -> list[Session]:
        """The sessions on screen, top to bottom."""
        return [s for s in in_order(self.sessions, self.order) if matches(s, self.filter_text)]

    @property
    def placed(self) -> list[tuple[str, Session]]:
        """The sessions on screen with the keys of their rows, top to bottom."""
        return [(session.key, session) for session in self.shown]

    def sync(self) -> None:
        """Draw the sessions that match the filter."""
        windows = {window.id: window for window in self.windows}
        shown = self.shown
        before = self.table.cursor
        beside = self.beside
        others = [each for each in self.elsewhere if matches_elsewhere(each, self.filter_text)]
        rows = [
            session_row(session, number, windows, self.now, beside.get(session.key, ALONE))
            for number, session in enumerate(shown, start=1)
        ]
        rows += [elsewhere_row(each, beside.get(each.key, ALONE), self.now) for each in others]
        if self.mixed and others:
            found = {row.key: row for row in rows}
            worst = {key for key, each in beside.items() if each.rivals}
            both: list[tuple[str, Session | SharedSession]] = [(each.key, each) for each in shown]
            both += [(each.key, each) for each in others]
            rows = [found[key] for key in mixed(both, self.order, worst)]
        self.table.sync(rows)
        if before != self.table.cursor and (heir := heir_of(before or "", shown)) is not None:
            self.table.select(heir.key)
        self.told(len(shown) + len(others), len(self.sessions) + len(self.elsewhere))

    def told(self, shown: int, total: int) -> None:
        """Say how many there are, and that they were drawn.

        Args:
            shown: How many the filter leaves.
            total: How many there are.
        """
        self.table.unsettled &= not self.complete
        self.post_message(self.Drawn())
        title = "Sessions" if self.order == NEED else f"Sessions · by {self.order}"
        title += " · machines mixed" if self.mixed and self.elsewhere else ""
        self.say(title, f"{shown} of {total}" if self.filter_text else "")
        said = self._hint(shown)
        if said != self._said:  # an update lays the whole screen out anew
            self._said = said
            hint = self.query_one("#session-hint", Static)
            hint.update(Content(said))
            hint.display = bool(said)
        if self.rows_wanted != self._rows:
            self._rows = self.rows_wanted
            self.post_message(self.Filled())

    def _hint(self, shown: int) -> str:
        if self.filter_text and not shown:
            return keyed("No session matches. {clear-filter} clears the filter.", keys_of(self.app))
        return ""
