"""Pane that lists the sessions of several repositories, each below a heading of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.reactive import var

from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.session.session import Session, heir_of
from parallel_tui.record import replace
from parallel_tui.ui.panes.sessions import SessionsPane
from parallel_tui.ui.present.beside import ALONE
from parallel_tui.ui.present.elsewhere import (
    elsewhere_row,
    matches_elsewhere,
    of_machine,
    with_machine,
)
from parallel_tui.ui.present.order import in_order, mixed
from parallel_tui.ui.present.sessions import matches, session_row
from parallel_tui.ui.several.rows import Listing, apart, filtered, heading, is_of, row_of
from parallel_tui.ui.widgets.columns import Row


def _size(group: Listing) -> int:
    return len(group.sessions) + len(group.elsewhere)


class GroupedSessionsPane(SessionsPane):
    """One heading per repository, one row per session below it."""

    DEFAULT_CSS = ""
    DRAWN = ("groups", "now", "filter_text", "order", "mixed")

    APART = "lists other machines below"

    groups: var[tuple[Listing, ...]] = var[tuple[Listing, ...]](())

    @property
    def rows_wanted(self) -> int:
        """Rows for all headings and sessions that are not folded, and for the hint."""
        rows = sum(1 + (not group.folded) * _size(group) for group in self.groups)
        return max(1, rows) + (bool(self._said) and not self.filter_text)

    @property
    def of_others(self) -> bool:
        """Whether sessions of other machines are listed, of whichever repository."""
        return any(group.elsewhere for group in self.groups)

    def found(self, group: Listing) -> list[Session]:
        """The sessions of a repository that match the filter, top to bottom."""
        wanted, told = filtered(self.filter_text)
        words = of_machine(told, group.machine)
        if words is None or not is_of(group.label, wanted):
            return []
        return [s for s in in_order(group.sessions, self.order) if matches(s, words)]

    def found_elsewhere(self, group: Listing) -> list[SharedSession]:
        """A repository's sessions on other machines that match the filter."""
        wanted, words = filtered(self.filter_text)
        if not is_of(group.label, wanted):
            return []
        return [each for each in group.elsewhere if matches_elsewhere(each, words)]

    def everything(self) -> Iterator[tuple[Listing, Session]]:
        """All sessions that match the filter, also below headings that are folded."""
        for group in self.groups:
            for session in self.found(group):
                yield group, session

    def waiting_after(self, row: str) -> tuple[str, str] | None:
        """Keys of the repository and session after a row that needs somebody; the first behind all.

        Args:
            row: Key of the row with the cursor, which may be a heading.
        """
        every = list(self.everything())
        rows = [row_of(group.key, session.key) for group, session in every]
        if row in rows:
            here = rows.index(row) + 1
        else:  # a heading stands before its first session
            of, _ = apart(row)
            here = next((n for n, (each, _) in enumerate(every) if each.key == of), 0)
        for group, session in (*every[here:], *every[:here]):
            if session.needs_somebody:
                return group.key, session.key
        return None

    @property
    def placed(self) -> list[tuple[str, Session]]:
        """The sessions on screen with the keys of their rows, top to bottom."""
        return [
            (row_of(group.key, session.key), session)
            for group, session in self.everything()
            if not group.folded
        ]

    def sync(self) -> None:
        """Draw the headings, and the sessions that match the filter."""
        before = self.table.cursor
        self.table.sync(self._rows_of())
        if before != self.table.cursor and before is not None:
            self._follow_heir(before)
        found = sum(1 for _ in self.everything())
        found += sum(len(self.found_elsewhere(group)) for group in self.groups)
        self.told(found, sum(_size(group) for group in self.groups))

    def _rows_of(self) -> Iterator[Row]:
        number = 0
        wanted, _ = filtered(self.filter_text)
        for group in self.groups:
            if not is_of(group.label, wanted):
                continue
            yield heading(group)
            windows = {window.id: window for window in group.windows}
            rows: dict[str, Row] = {}
            for session in () if group.folded else self.found(group):
                number += 1
                beside = group.beside.get(session.key, ALONE)
                row = session_row(session, number, windows, self.now, beside)
                if self.mixed and group.machine:
                    row = with_machine(row, group.machine)
                rows[session.key] = replace(row, key=row_of(group.key, session.key))
            for other in () if group.folded else self.found_elsewhere(group):
                row = elsewhere_row(other, group.beside.get(other.key, ALONE), self.now)
                if self.mixed:
                    row = with_machine(row, other.host, other.name)
                rows[other.key] = replace(row, key=row_of(group.key, other.key))
            yield from map(rows.__getitem__, self._order_of(group, rows))

    def _order_of(self, group: Listing, rows: Mapping[str, Row]) -> list[str]:
        """Keys of a repository's sessions, top to bottom."""
        if not rows or not group.elsewhere:
            return list(rows)
        own = [(each.key, each) for each in self.found(group)]
        far = [(each.key, each) for each in self.found_elsewhere(group)]
        worst = {key for key, each in group.beside.items() if each.rivals}
        if self.mixed:
            return mixed([*own, *far], self.order, worst)
        return [*(key for key, _ in own), *mixed(far, self.order, worst)]

    def _follow_heir(self, before: str) -> None:
        key, session = apart(before)
        group = next((each for each in self.groups if each.key == key), None)
        heir = heir_of(session, group.sessions) if group is not None else None
        if heir is not None:
            self.table.select(row_of(key, heir.key))
