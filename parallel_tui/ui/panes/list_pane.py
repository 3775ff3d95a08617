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

T = TypeVar("T", bound=Selection)

_MOST = 200
_REASON = 2
"""Rows of the reason why something cannot be listed."""


class ListPane(TablePane, Generic[T]):
    """One row per item; a line while empty.

    Subclasses give the line that describes them and say how a thing becomes a row.
    """

    DRAWN = ("listed", "chosen", "now")
    SPEC: ClassVar[PaneSpec]

    listed: var[Listed[Any]] = var[Listed[Any]](NOTHING_READ)
    chosen: var[Chosen] = var[Chosen](Chosen())
    now: var[float] = var(0.0)

    class Filled(Message):
        """The number of rows changed, what its tab says, or whether a reason stands there."""

    def __init__(self) -> None:
        super().__init__(self.SPEC.id, self.SPEC.title, classes="pane -folded")
        self.rows_wanted = 0
        """Rows that it needs; 0 while one line says all there is to say."""
        self.count = 0
        """How many things it lists."""
        self._said = (0, 0, 0)
        self._kept: dict[str, tuple[object, Row]] = {}

    def compose(self) -> ComposeResult:
        """The table, and the text for an empty list."""
        yield KeyedTable(self.SPEC.columns, id=f"{self.SPEC.id}-table")
        yield Static(self._line(self.SPEC.waiting), classes="hint")

    @property
    def selection(self) -> T | None:
        """The item under the cursor."""
        key = self.table.cursor
        found: Iterable[T] = self.listed.items
        return next((item for item in found if self.key(item) == key), None)

    @property
    def there(self) -> float:
        """The time by the clock of what is listed, epoch seconds."""
        return self.now + self.listed.ahead

    def sync(self) -> None:
        """Draw the list."""
        made: dict[str, tuple[object, Row]] = {}
        self.table.sync([self._row(item, made) for item in self.ordered(self.listed.items)])
        self._kept = made
        lost = ("could not look",) if self.listed.lost else ()
        self.say(titled(self.SPEC.title, *self.counts(), *lost), safe(self.note(), 60))
        count = len(self.table.rows)
        self._say(empty=not count)
        # No screen has more rows: of a list of thousands each new one would lay it out anew.
        wanted = min(count, _MOST) or (_REASON if self.listed.lost else 0)
        self.count = count
        said = (wanted, count, self.number)
        if said != self._said:
            self._said = said
            self.rows_wanted = wanted
            self.set_class(not wanted, "-folded")
            self.post_message(self.Filled())

    def _say(self, *, empty: bool) -> None:
        hint = self.query_one(Static)
        hint.display = empty
        if not empty:
            return
        if self.listed.lost:
            words = Content(f"Could not look: {safe(self.listed.lost)}")
        elif self.listed.none:
            words = self._line(safe(self.listed.none))
        elif self.listed.pending:
            words = self._line(self.SPEC.waiting)
        else:
            words = self._line(keyed(self.nothing(), keys_of(self.app)))
        if hint.content != words:  # an update lays the whole screen out anew
            hint.update(words)

    def _line(self, words: str) -> Content:
        """The line that an empty pane is folded to."""
        return Content.assemble((f"{self.SPEC.title}  ", "bold"), words)

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

    @property
    def number(self) -> int:
        """How many there are of what the pane is for, for its tab."""
        return self.count

    def nothing(self) -> str:
        """What to say when there is nothing to list, with `{command}` for the key of one."""
        return self.SPEC.empty

    def note(self) -> str:
        """Text in the lower border."""
        return ""


def titled(title: str, *counts: str) -> str:
    """A title with its counts."""
    return " · ".join([title, *(safe(count, 60) for count in counts if count)])
