"""Base class of all panes that contain a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from parallel_tui.model.text.safe import safe
from parallel_tui.ui.advice import keyed, keys_of
from parallel_tui.ui.cockpit import Selection
from parallel_tui.ui.panes.spec import NOTHING_READ, Chosen, Listed, PaneSpec
from parallel_tui.ui.panes.table_pane import TablePane
from parallel_tui.ui.widgets.columns import Row
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.words import say

T = TypeVar("T", bound=Selection)


class ListPane(TablePane, Generic[T]):
    """One row per item; small while empty.

    Subclasses give the line that describes them and say how a thing becomes a row.
    """

    DRAWN = ("listed", "chosen", "now")
    SPEC: ClassVar[PaneSpec]

    listed: var[Listed[Any]] = var[Listed[Any]](NOTHING_READ)
    chosen: var[Chosen] = var[Chosen](Chosen())
    now: var[float] = var(0.0)

    class Filled(Message):
        """The number of rows changed."""

    def __init__(self) -> None:
        kind = "pane -broad" if self.SPEC.broad else "pane"
        super().__init__(self.SPEC.id, self.SPEC.title, classes=kind)
        self.set_class(self.SPEC.shrinks, "-void")
        self._rows = 0
        self._kept: dict[str, tuple[object, Row]] = {}

    def compose(self) -> ComposeResult:
        """The table, and the text for an empty list."""
        yield KeyedTable(self.SPEC.columns, id=f"{self.SPEC.id}-table")
        yield Static(Content(self.SPEC.waiting), classes="hint")

    @property
    def selection(self) -> T | None:
        """The item under the cursor."""
        key = self.table.cursor
        found: Iterable[T] = self.listed.items
        return next((item for item in found if self.key(item) == key), None)

    def sync(self) -> None:
        """Draw the list."""
        made: dict[str, tuple[object, Row]] = {}
        self.table.sync([self._row(item, made) for item in self.ordered(self.listed.items)])
        self._kept = made
        lost = ("could not look",) if self.listed.lost else ()
        self.say(titled(self.SPEC.title, *self.counts(), *lost), safe(self.note(), 60))
        count = len(self.table.rows)
        self._say(empty=not count)
        self.set_class(self.SPEC.shrinks and not count, "-void")
        if count != self._rows:
            self._rows = count
            self.post_message(self.Filled())

    def _say(self, *, empty: bool) -> None:
        hint = self.query_one(Static)
        hint.display = empty
        if not empty:
            return
        words = self.SPEC.waiting
        if self.listed.lost:
            words = f"Could not look: {safe(self.listed.lost)}"
        elif self.listed.none:
            words = safe(self.listed.none)
        elif not self.listed.pending:
            words = keyed(self.nothing(), keys_of(self.app))
        say(hint, words)

    def _row(self, item: T, made: dict[str, tuple[object, Row]]) -> Row:
        """An item's row, rebuilt only when it changed, for there can be thousands."""
        key, about = self.key(item), self.about(item)
        kept = self._kept.get(key)
        if kept is None or kept[0] != about:
            kept = (about, self.row(item))
        made[key] = kept
        return kept[1]

    def key(self, item: T) -> str:
        """The key of an item's row, unique and constant."""
        raise NotImplementedError

    def row(self, item: T) -> Row:
        """An item as a row."""
        raise NotImplementedError

    def about(self, item: T) -> object:
        """Everything that a row depends on, compared by value."""
        return (item, self.chosen, self.now)

    def ordered(self, items: tuple[T, ...]) -> Sequence[T]:
        """The items, top to bottom."""
        return items

    def counts(self) -> Sequence[str]:
        """Counts for the title, beside the pane's name; empty texts are left out."""
        return ()

    def nothing(self) -> str:
        """What to say when there is nothing to list, with `{command}` for the key of one."""
        return self.SPEC.empty

    def note(self) -> str:
        """Text in the lower border."""
        return ""


def titled(title: str, *counts: str) -> str:
    """A title with its counts."""
    return " · ".join([title, *(safe(count, 60) for count in counts if count)])
