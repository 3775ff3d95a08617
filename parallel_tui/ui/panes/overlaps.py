"""What will conflict, before anyone merges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from parallel_tui.model.fact import PENDING, Fact, Unknown, known
from parallel_tui.model.overlap.pairs import Overlap, Pair
from parallel_tui.model.overlap.words import conflicting, limits, names_of, settled, worth_showing
from parallel_tui.model.session.session import Session
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.ui.panes.shared import SharedPane, titled
from parallel_tui.ui.panes.table_pane import TablePane
from parallel_tui.ui.present.overlaps import OVERLAP_COLUMNS, overlap_row
from parallel_tui.ui.widgets.columns import Row
from parallel_tui.ui.widgets.keyed_table import KeyedTable

_MOST: Final = 300
"""Rows shown at most; the matrix has all pairs."""


class OverlapsPane(TablePane):
    """One row a pair that overlaps or could not be looked at, worst first."""

    DRAWN = ("overlaps", "sessions", "session", "now")

    overlaps: var[Fact[tuple[Overlap, ...]]] = var[Fact[tuple[Overlap, ...]]](PENDING)
    sessions: var[tuple[Session, ...]] = var(())
    session: var[Session | None] = var[Session | None](None)
    now: var[float] = var(0.0)

    def __init__(self) -> None:
        super().__init__("overlaps", "Overlaps", classes="pane -broad -void")
        self._drawn: object = None
        self._made: dict[tuple[Pair, bool], tuple[object, Row]] = {}
        self._said = ""
        self._rows = 0

    def compose(self) -> ComposeResult:
        """The table, and what to say when it is empty."""
        yield KeyedTable(OVERLAP_COLUMNS, id="overlaps-table")
        yield Static(classes="hint")

    def sync(self) -> None:
        """Draw the pairs, if there is anything new about them."""
        every = known(self.overlaps) or ()
        names = names_of(self.sessions)
        key = self.session.key if self.session else None
        # With twenty sessions there are two hundred pairs; a tick must not rank them for nothing.
        about = (self.overlaps, names, key, int(self.now // 15))
        if about == self._drawn:
            return
        self._drawn = about
        if len(self._made) > 4 * _MOST:
            self._made.clear()
        shown = worth_showing(every)
        self.table.sync(self._row(each, names, key) for each in shown[:_MOST])
        count = len(conflicting(every))
        self.border_title = Content(titled("Overlaps", plural(count, "conflict") if count else ""))
        note = limits(every)
        if len(shown) > _MOST:
            note = f"{len(shown) - _MOST} more in the matrix"
        self.border_subtitle = Content(safe(note, 60))
        self._say(every)
        self.set_class(not shown, "-void")
        if len(self.table.rows) != self._rows:
            self._rows = len(self.table.rows)
            self.post_message(SharedPane.Filled())

    def _row(self, overlap: Overlap, names: Mapping[str, str], session: str | None) -> Row:
        """A row, made only when something about it changed: the cursor moves often."""
        about = (overlap, names, int(self.now // 15))
        which = (overlap.pair, session in overlap.pair)
        made = self._made.get(which)
        if made is None or made[0] != about:
            made = self._made[which] = (about, overlap_row(overlap, names, self.now, session))
        return made[1]

    def _say(self, every: tuple[Overlap, ...]) -> None:
        words = "None. o: matrix."
        if isinstance(self.overlaps, Unknown):
            words = f"Could not look: {safe(self.overlaps.reason)}"
        elif known(self.overlaps) is None or not settled(every):
            words = "Being worked out …"
        hint = self.query_one(Static)
        hint.display = not self.table.rows
        if words != self._said:  # an update lays the whole screen out anew
            self._said = words
            hint.update(Content(words))
