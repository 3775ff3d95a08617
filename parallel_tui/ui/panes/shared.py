"""What the panes about coordination have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from parallel_tui.model.fact import PENDING, Fact, Unknown, known
from parallel_tui.model.session.session import Session
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.text.safe import safe
from parallel_tui.ui.panes.table_pane import TablePane
from parallel_tui.ui.widgets.columns import Column, Row
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.words import say


class SharedPane(TablePane):
    """One row a thing that sessions share; small while there is none.

    Subclasses give name, columns and hint, and say what they show and how.
    """

    DRAWN = ("coordination", "session", "now")

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    COLUMNS: ClassVar[Sequence[Column]]
    HINT: ClassVar[str]
    """What to say when there is nothing."""

    coordination: var[Fact[Coordination]] = var[Fact[Coordination]](PENDING)
    session: var[Session | None] = var[Session | None](None)
    now: var[float] = var(0.0)

    class Filled(Message):
        """The number of rows changed."""

    def __init__(self) -> None:
        super().__init__(self.NAME, self.TITLE, classes="pane -void")
        self._drawn: object = None
        self._rows = 0
        self._made: dict[str, tuple[object, Row]] = {}
        self._kept: dict[str, tuple[object, Row]] = {}

    def compose(self) -> ComposeResult:
        """The table, and what to say when it is empty."""
        yield KeyedTable(self.COLUMNS, id=f"{self.NAME}-table")
        yield Static(Content(self.HINT), classes="hint")

    def sync(self) -> None:
        """Draw what is shared, if there is anything new about it."""
        found = known(self.coordination) or Coordination()
        name = self.session.name if self.session else ""
        # Ages are coarse, and a tick must not build thousands of rows anew to find nothing new.
        lost = self._why_lost()
        about = (self.shown(found), name, int(self.now // 15), bool(lost))
        if about != self._drawn:
            self._drawn = about
            self._made = {}
            self.table.sync(self.rows(found, name))
            self._kept = self._made
            title = self.title(found, name)
            self.border_title = Content(titled(title, "could not look") if lost else title)
        self._say(lost)
        count = len(self.table.rows)
        self.set_class(not count, "-void")
        if count != self._rows:
            self._rows = count
            self.post_message(self.Filled())

    def _why_lost(self) -> str:
        """Why what is shown may not be the truth; empty when it is, or was not read yet."""
        if isinstance(self.coordination, Unknown):
            return self.coordination.reason
        found = known(self.coordination)
        return found.why_lost(self.NAME) if found else ""

    def _say(self, lost: str) -> None:
        hint = self.query_one(Static)
        hint.display = not self.table.rows
        nothing = "Not read yet." if self.coordination is PENDING else self.HINT
        say(hint, f"Could not look: {safe(lost)}" if lost else nothing)

    def row(self, key: str, about: object, make: Callable[[], Row]) -> Row:
        """A row, made only when something about it changed: there can be thousands.

        Args:
            key: Its key.
            about: All that it is made of, ages as words; compared by value.
            make: Makes it.
        """
        kept = self._kept.get(key)
        if kept is None or kept[0] != about:
            kept = (about, make())
        self._made[key] = kept
        return kept[1]

    def shown(self, found: Coordination) -> object:
        """The part of it that this pane shows; compared by value."""
        raise NotImplementedError

    def rows(self, found: Coordination, session: str) -> Iterable[Row]:
        """Its rows, for a selected session's name."""
        raise NotImplementedError

    def title(self, found: Coordination, session: str) -> str:
        """Its title with what counts, plain text."""
        raise NotImplementedError


def titled(title: str, *counts: str) -> str:
    """A title and what there is to say about it."""
    return " · ".join([title, *(safe(count, 60) for count in counts if count)])
