"""Table whose cursor follows a row's key, and which draws only changed rows anew.

`DataTable` repaints every visible cell for one changed cell (17 ms at 10 rows, 51 ms at 100) and
keeps its cursor by index; both are wrong for a live view. This one draws lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from parallel_tui.ui.widgets.columns import GAP, Cell, Column, Row, brief, fit, widths
from parallel_tui.ui.widgets.line_view import BareLines, LineView

MARK = 2
"""Cells left of every row for the cursor's mark."""

MEASURED = 500
"""Rows that are asked whether a column has anything to say; see `columns.widths`."""

_NOT_DRAWN: Final[tuple[Row | None, str, Strip]] = (None, "", Strip.blank(0))


class KeyedTable(LineView, BareLines):
    """Rows by key below a fixed heading."""

    PREFIX = "keyed-table"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="cursor.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="cursor.down"),
        Binding("home,g", "edge(-1)", "First", show=False, id="cursor.first"),
        Binding("end,G", "edge(1)", "Last", show=False, id="cursor.last"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="cursor.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="cursor.page_down"),
    ]
    TONES: ClassVar[frozenset[str]] = frozenset(
        {"waiting", "good", "bad", "note", "dim", "name", "accent", "primary"}
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "keyed-table--head",
        "keyed-table--cursor",
        "keyed-table--cursor-blurred",
        "keyed-table--mark",
        *(f"keyed-table--{tone}" for tone in TONES),
    }

    cursor: reactive[str | None] = reactive(None, layout=False, repaint=False)
    """Key of the row the cursor is on; `None` without rows."""

    class Moved(Message):
        """The cursor moved to another row, or to none."""

        def __init__(self, table: KeyedTable, key: str | None, *, by_hand: bool) -> None:
            super().__init__()
            self.table = table
            self.key = key
            self.by_hand = by_hand

        @property
        def control(self) -> KeyedTable:
            """The table."""
            return self.table

    class Clicked(Message):
        """A row was clicked; the cursor is already there."""

        def __init__(self, table: KeyedTable, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> KeyedTable:
            """The table."""
            return self.table

    def __init__(self, columns: Sequence[Column], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.rows: tuple[Row, ...] = ()
        self.unsettled = True
        """Whether the cursor stays on top whatever comes there: until the user moves it, or the
        first picture is complete."""
        self._index: dict[str, int] = {}
        self._widths: dict[str, int] = {}
        self._fitted = 0
        self._by_hand = False
        self._drawn: dict[str, tuple[Row | None, str, Strip]] = {}
        self._drawn_for: tuple[object, ...] = ()

    def sync(self, rows: Iterable[Row]) -> None:
        """Set the rows, redrawing only those that differ.

        The cursor stays on its row wherever that went; when its row is gone it goes to the row
        that took its place, or below it where that is a heading. The viewport does not move.
        """
        before, old = self.rows, self._index
        self.rows = tuple(rows)
        self._index = {row.key: place for place, row in enumerate(self.rows)}
        for gone in self._drawn.keys() - self._index.keys():
            del self._drawn[gone]
        new_widths = self._measure()
        if new_widths != self._widths or len(before) != len(self.rows):
            self._widths = new_widths
            self._make_room()
            self.refresh()
        else:
            for place, (was, now) in enumerate(zip(before, self.rows, strict=True)):
                if was is not now and was != now:
                    self._redraw(place)
        if self.unsettled and self.rows:
            self.cursor = next((row for row in self.rows if not row.whole), self.rows[0]).key
        elif self.cursor not in self._index:
            left = self.rows[min(old.get(self.cursor or "", 0), len(self.rows) - 1) :]
            first = left[0].key if left else None
            self.cursor = next((row.key for row in left if not row.whole), first)

    @property
    def _room(self) -> int:
        return max(1, self.scrollable_content_region.width - MARK)

    def _measure(self) -> dict[str, int]:
        self._fitted = self._room
        # Thousands of rows take longer to measure than to draw; later ones are cut to fit.
        return widths(self.columns, self.rows[:MEASURED], self._fitted)

    def _make_room(self) -> None:
        # Rows are cut to fit, so that a width that does not change spares a layout a resize.
        self.virtual_size = Size(1, len(self.rows) + 1)

    def _redraw(self, place: int) -> None:
        line = place + 1 - int(self.scroll_offset.y)
        if 0 < line < self.size.height:
            self.refresh(Region(0, line, self.size.width, 1))

    def watch_cursor(self, before: str | None, now: str | None) -> None:
        """Redraw both rows and post `Moved`."""
        for key in (before, now):
            if key in self._index:
                self._redraw(self._index[key])
        self.post_message(self.Moved(self, now, by_hand=self._by_hand))

    def select(self, key: str) -> bool:
        """Move the cursor to a row and scroll to it; returns whether it exists."""
        if key not in self._index:
            return False
        self._put_cursor(key)
        self._reveal(self._index[key])
        return True

    def _put_cursor(self, key: str) -> None:
        self.unsettled, self._by_hand = False, True
        self.cursor = key
        self._by_hand = False

    def _reveal(self, place: int) -> None:
        top, page = int(self.scroll_offset.y), max(1, self.size.height - 1)
        if place < top:
            self.scroll_to(y=place, animate=False, immediate=True)
        elif place >= top + page:
            self.scroll_to(y=place - page + 1, animate=False, immediate=True)

    def _go(self, place: int) -> None:
        if self.rows:
            self.select(self.rows[max(0, min(place, len(self.rows) - 1))].key)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go(self._index.get(self.cursor or "", 0) + by)

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first (-1) or last (1) row."""
        self._go(0 if end < 0 else len(self.rows) - 1)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.action_move(by * max(1, self.size.height - 2))

    def on_resize(self) -> None:
        """Lay out the columns anew, keeping the cursor visible."""
        if self._fit():
            self.refresh()
        self._make_room()
        if self.cursor in self._index:
            self._reveal(self._index[self.cursor])

    def _fit(self) -> bool:
        """Share the width anew if it has changed, and say so; also when it was not told yet."""
        if self._fitted == self._room:
            return False
        self._widths = self._measure()
        return True

    def render_line(self, y: int) -> Strip:
        """One line on screen; the first is the heading, which does not scroll."""
        self._fit()
        width, base = self.outer_size.width, self.base
        drawn_for = (self._widths, width, base)
        if drawn_for != self._drawn_for:
            self._drawn.clear()
            self._drawn_for = drawn_for
        place = y - 1 + int(self.scroll_offset.y)
        if y == 0:
            head = base + self._style("head")
            cells: list[Cell] = [((c.title, "head"),) if c.title else () for c in self._shown]
            return self._line(cells, " " * MARK, head).adjust_cell_length(width, head)
        if not 0 <= place < len(self.rows):
            return Strip.blank(width, base)
        row, look = self.rows[place], ""
        if row.key == self.cursor:
            look = "cursor" if self.has_focus else "cursor-blurred"
        was, drawn, strip = self._drawn.get(row.key, _NOT_DRAWN)
        if drawn != look or (was is not row and was != row):
            strip = self._draw(row, look, width, base)
            self._drawn[row.key] = row, look, strip
        return strip

    def notify_style_update(self) -> None:
        """Draw all anew in the colours of another theme."""
        self._drawn.clear()
        super().notify_style_update()

    def _draw(self, row: Row, look: str, width: int, base: Style) -> Strip:
        style = base + self._style(look) if look else base
        mark = "▌ " if look else " " * MARK
        if row.whole:
            return self._heading(row.whole, mark, style).adjust_cell_length(width, style)
        cells = [self._cell(row, column) for column in self._shown]
        return self._line(cells, mark, style).adjust_cell_length(width, style)

    def _cell(self, row: Row, column: Column) -> Cell:
        if column.beside in self._widths and (short := row.cells.get(brief(column.id))):
            return short
        return row.cells.get(column.id, ())

    @property
    def _shown(self) -> list[Column]:
        return [column for column in self.columns if column.id in self._widths]

    def _line(self, cells: Sequence[Cell], mark: str, base: Style) -> Strip:
        segments = [Segment(mark, base + self._style("mark"))]
        for column, cell in zip(self._shown, cells, strict=True):
            for text, tone in fit(
                cell, self._widths[column.id], right=column.right, middle=column.middle
            ):
                segments.append(Segment(text, base + self._style(tone) if tone else base))
            segments.append(Segment(" " * GAP, base))
        return Strip(segments)

    def _heading(self, whole: Cell, mark: str, base: Style) -> Strip:
        segments = [Segment(mark, base + self._style("mark"))]
        for text, tone in fit(whole, self._room):
            segments.append(Segment(text, base + self._style(tone) if tone else base))
        return Strip(segments)

    def _row_at(self, y: int) -> Row | None:
        place = y - 1 + int(self.scroll_offset.y)
        return self.rows[place] if y > 0 and 0 <= place < len(self.rows) else None

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked row and post `Clicked`."""
        offset = event.get_content_offset(self)
        row = self._row_at(offset.y) if offset else None
        if row is not None and event.button == 1:
            self._put_cursor(row.key)
            self.post_message(self.Clicked(self, row.key))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show a tooltip for the cell below the pointer, if it has one."""
        offset = event.get_content_offset(self)
        row = self._row_at(offset.y) if offset else None
        tip = ""
        if row is not None and row.whole:
            tip = row.tips.get("", "")
        elif row is not None and offset is not None:
            right = MARK
            for column in self._shown:
                right += self._widths[column.id] + GAP
                if offset.x < right:
                    tip = row.tips.get(column.id, "")
                    break
        # As Content: a plain string would be read as markup, and these come from outside.
        self.tooltip = Content(tip) if tip else None
