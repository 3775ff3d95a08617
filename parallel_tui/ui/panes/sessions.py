"""Pane that lists the sessions, those that wait for the user first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from parallel_tui.model.hosts.machines import ListedMachine
from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.session.session import Session, heir_of
from parallel_tui.model.window.window import Window
from parallel_tui.ui.advice import keyed, keys_of
from parallel_tui.ui.panes.table_pane import TablePane
from parallel_tui.ui.present.beside import ALONE, NOTHING, Beside
from parallel_tui.ui.present.elsewhere import (
    elsewhere_row,
    machine_heading,
    matches_elsewhere,
    of_machine,
    with_machine,
)
from parallel_tui.ui.present.order import NEED, in_order, mixed
from parallel_tui.ui.present.sessions import SESSION_COLUMNS, matches, session_row
from parallel_tui.ui.widgets.columns import Row
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
        "machines",
        "folded",
    )

    sessions: var[tuple[Session, ...]] = var(())
    elsewhere: var[tuple[SharedSession, ...]] = var(())
    windows: var[tuple[Window, ...]] = var(())
    beside: var[Mapping[str, Beside]] = var[Mapping[str, Beside]](NOTHING)
    now: var[float] = var(0.0)
    filter_text: var[str] = var("")
    order: var[str] = var(NEED)
    mixed: var[bool] = var(False)
    machines: var[tuple[ListedMachine, ...]] = var[tuple[ListedMachine, ...]](())
    folded: var[frozenset[str]] = var[frozenset[str]](frozenset())

    class Drawn(Message):
        """The latest sessions were drawn."""

    class Filled(Message):
        """It needs more rows, or fewer."""

    APART: ClassVar[str] = "groups them by machine"
    """What the key does that takes mixed machines apart again."""

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
        """Rows for all that is not folded, whatever the filter leaves of it, and for the hint."""
        every = len(self.sessions) + len(self.elsewhere)
        if self.grouped:
            every += len(self.machines)
            hidden = [each for each in self.machines if each.name in self.folded]
            every -= sum(len(self.sessions) if each.here else each.sessions for each in hidden)
        return max(1, every) + (bool(self._said) and not self.filter_text)

    @property
    def shown(self) -> list[Session]:
        """The sessions of this machine that match the filter, top to bottom."""
        words = of_machine(self.filter_text, self.machine)
        if words is None:
            return []
        return [s for s in in_order(self.sessions, self.order) if matches(s, words)]

    @property
    def placed(self) -> list[tuple[str, Session]]:
        """The sessions on screen with the keys of their rows, top to bottom."""
        if self.grouped and self.machine in self.folded:
            return []
        return [(session.key, session) for session in self.shown]

    @property
    def machine(self) -> str:
        """What this machine is called; empty where no other one is known."""
        return self.machines[0].name if self.machines else ""

    @property
    def of_others(self) -> bool:
        """Whether sessions of other machines are listed."""
        return bool(self.elsewhere)

    @property
    def grouped(self) -> bool:
        """Whether sessions stand below a heading for each machine."""
        return bool(self.machines) and not self.mixed

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
        if self.machines:
            rows = self._mixed(rows, shown, others) if self.mixed else self._grouped(rows, others)
        self.table.sync(rows)
        if before != self.table.cursor and (heir := heir_of(before or "", shown)) is not None:
            self.table.select(heir.key)
        self.told(len(shown) + len(others), len(self.sessions) + len(self.elsewhere))

    def _mixed(
        self, own: list[Row], shown: list[Session], others: list[SharedSession]
    ) -> list[Row]:
        """All rows in one order, each with its machine."""
        found = {row.key: with_machine(row, self.machine) for row in own}
        for each in others:
            row = elsewhere_row(each, self.beside.get(each.key, ALONE), self.now)
            found[each.key] = with_machine(row, each.host, each.name)
        both: list[tuple[str, Session | SharedSession]] = [(each.key, each) for each in shown]
        both += [(each.key, each) for each in others]
        return [found[key] for key in mixed(both, self.order, self._worst)]

    def _grouped(self, own: list[Row], others: list[SharedSession]) -> list[Row]:
        """The rows of each machine below its heading; a filter leaves out those without any."""
        found: dict[str, list[SharedSession]] = {}
        for each in others:
            found.setdefault(each.host, []).append(each)
        worst, rows = self._worst, list[Row]()
        for machine in self.machines:
            theirs = {each.key: each for each in found.get(machine.name, ())}
            if self.filter_text and not (own if machine.here else theirs):
                continue
            folded = machine.name in self.folded
            rows.append(machine_heading(machine, self.now, folded=folded))
            if folded:
                continue
            if machine.here:
                rows += own
            for key in mixed([*theirs.items()], self.order, worst):
                rows.append(elsewhere_row(theirs[key], self.beside.get(key, ALONE), self.now))
        return rows

    @property
    def _worst(self) -> set[str]:
        return {key for key, each in self.beside.items() if each.rivals}

    def told(self, shown: int, total: int) -> None:
        """Say how many there are, and that they were drawn.

        Args:
            shown: How many the filter leaves.
            total: How many there are.
        """
        self.table.unsettled &= not self.complete
        self.post_message(self.Drawn())
        title = "Sessions" if self.order == NEED else f"Sessions · by {self.order}"
        title += " · machines mixed" if self.mixed and self.of_others else ""
        self.say(title, f"{shown} of {total}" if self.filter_text else self._other_way())
        said = self._hint(shown)
        if said != self._said:  # an update lays the whole screen out anew
            self._said = said
            hint = self.query_one("#session-hint", Static)
            hint.update(Content(said))
            hint.display = bool(said)
        if self.rows_wanted != self._rows:
            self._rows = self.rows_wanted
            self.post_message(self.Filled())

    def _other_way(self) -> str:
        """The key that lists other machines in the other way, where there are any."""
        if not self.of_others:
            return ""
        other = self.APART if self.mixed else "mixes the machines"
        key = keys_of(self.app)("mix-machines")
        return f"{key} {other}" if key else ""

    def _hint(self, shown: int) -> str:
        if self.filter_text and not shown:
            return keyed("No session matches. {clear-filter} clears the filter.", keys_of(self.app))
        return ""
