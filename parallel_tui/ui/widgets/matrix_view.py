"""Grid of letters, sessions by sessions, with fixed headings and a cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level
from parallel_tui.model.overlap.words import letter
from parallel_tui.record import dataclass, field
from parallel_tui.ui.widgets.line_view import LineView

_HEAD: Final = 18
"""Cells that the heading of a row takes at most."""
_BASE: Final = 6
"""Cells of the first column."""
_NARROW: Final = 4
_WIDEST: Final = 14

_KINDS: Final = {
    Level.CLEAR: "clear",
    Level.SAME_FILE: "same",
    Level.NEAR: "near",
    Level.CONFLICT: "conflict",
    Level.REBASE: "rebase",
}


@dataclass(frozen=True, slots=True)
class Grid:
    """Contents of a matrix.

    Attributes:
        keys: Keys of the sessions, top to bottom.
        names: Their names, harmless text.
        overlaps: By the two keys in either order; `None` stands for base.
    """

    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    overlaps: Mapping[tuple[str, str | None], Overlap] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Sequence[str], names: Sequence[str], overlaps: Sequence[Overlap]) -> Grid:
        """Build a grid; each pair is in two cells."""
        places: dict[tuple[str, str | None], Overlap] = {}
        for each in overlaps:
            places[each.pair] = each
            if each.b is not None:
                places[each.b, each.a] = each
        return cls(tuple(keys), tuple(names), places)

    def at(self, row: int, column: int) -> Overlap | None:
        """The pair of a cell; column 0 is base. `None` on the diagonal and outside."""
        if not (0 <= row < len(self.keys) and 0 <= column <= len(self.keys)):
            return None
        other = None if column == 0 else self.keys[column - 1]
        return self.overlaps.get((self.keys[row], other))


class MatrixView(LineView):
    """The grid. Column headings are names where they fit, else numbers."""

    PREFIX = "matrix"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False),
        Binding("down,j", "move(1, 0)", "Down", show=False),
        Binding("left,h", "move(0, -1)", "Left", show=False),
        Binding("right,l", "move(0, 1)", "Right", show=False),
        Binding("home,g", "move(-9999, 0)", "Top", show=False),
        Binding("end,G", "move(9999, 0)", "Bottom", show=False),
        Binding("enter", "open", "Open"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"matrix--{name}" for name in (*_KINDS.values(), "open", "head", "here", "stale", "cursor")
    }
    DEFAULT_CSS = """
    MatrixView { height: 1fr; background: $background; color: $foreground;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    /* Dim as a text style: a colour with alpha would not reach single segments. */
    MatrixView > .matrix--head { text-style: dim; }
    MatrixView > .matrix--here { text-style: bold; }
    MatrixView > .matrix--clear { text-style: dim; }
    MatrixView > .matrix--same { color: $text-accent; }
    MatrixView > .matrix--near { color: $text-warning; background: $warning-muted; }
    MatrixView > .matrix--conflict {
        color: $text-error; background: $error-muted; text-style: bold;
    }
    MatrixView > .matrix--rebase {
        color: $text-secondary; background: $secondary-muted; text-style: bold;
    }
    MatrixView > .matrix--open { text-style: dim; }
    MatrixView > .matrix--stale { text-style: dim italic; }
    MatrixView > .matrix--cursor { text-style: reverse bold; }
    MatrixView:ansi > .matrix--near { background: ansi_default; }
    MatrixView:ansi > .matrix--conflict { background: ansi_default; text-style: bold underline; }
    MatrixView:ansi > .matrix--rebase { background: ansi_default; text-style: bold underline; }
    """

    class Moved(Message):
        """The cursor moved to another cell, or its contents changed."""

    class Opened(Message):
        """A cell was opened."""

        def __init__(self, overlap: Overlap) -> None:
            super().__init__()
            self.overlap = overlap

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.grid = Grid()
        self._row, self._column = "", ""
        self._head, self._wide, self._named = _NARROW, _NARROW, False

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the cursor, which follows the sessions."""
        keys = self.grid.keys
        row = keys.index(self._row) if self._row in keys else 0
        column = keys.index(self._column) + 1 if self._column in keys else 0
        return row, column

    @property
    def chosen(self) -> Overlap | None:
        """The pair below the cursor."""
        return self.grid.at(*self.place)

    def show(self, grid: Grid) -> None:
        """Show another grid, keeping cursor and scroll position."""
        if grid == self.grid:
            return
        self.grid = grid
        self._fit()
        self.post_message(self.Moved())

    def choose(self, a: str, b: str | None) -> None:
        """Move the cursor to a pair; `None` for base."""
        self._row, self._column = a, b or ""
        self._reveal()
        self.post_message(self.Moved())
        self.refresh()

    def _fit(self) -> None:
        names = self.grid.names
        self._head = min(_HEAD, max((cell_len(name) for name in names), default=0)) + 4
        room = self.size.width - self._head
        wide = max([_NARROW, 6, *(cell_len(name) for name in names)]) + 1
        wide = min(wide, _WIDEST)
        self._named = len(names) * wide + _BASE <= room
        self._wide = wide if self._named else _NARROW
        width = self._head + self._left(len(names) + 1)
        self.virtual_size = Size(width, len(names) + 1)
        self.refresh()

    def _left(self, column: int) -> int:
        """Offset of a column, behind the row headings."""
        return 0 if column == 0 else _BASE + (column - 1) * self._wide

    def on_resize(self) -> None:
        """Choose names or numbers for the new width."""
        self._fit()
        self._reveal()

    def _reveal(self) -> None:
        row, column = self.place
        left, top = self.scroll_offset
        page = max(1, self.scrollable_content_region.height - 1)
        room = max(self._wide, self.scrollable_content_region.width - self._head)
        begin, end = self._left(column), self._left(column + 1)
        x = begin if begin < left else end - room if end > left + room else left
        y = row if row < top else row - page + 1 if row >= top + page else top
        if (x, y) != (left, top):
            self.scroll_to(x, y, animate=False, immediate=True)

    def action_move(self, down: int, right: int) -> None:
        """Move the cursor by cells."""
        keys = self.grid.keys
        if not keys:
            return
        row, column = self.place
        row = max(0, min(row + down, len(keys) - 1))
        column = max(0, min(column + right, len(keys)))
        self.choose(keys[row], keys[column - 1] if column else None)

    def action_open(self) -> None:
        """Open the pair below the cursor."""
        if self.chosen is not None:
            self.post_message(self.Opened(self.chosen))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the clicked cell and open its pair."""
        offset = event.get_content_offset(self)
        if offset is None or event.button != 1 or offset.y < 1 or offset.x < self._head:
            return
        row = offset.y - 1 + int(self.scroll_offset.y)
        x = offset.x - self._head + int(self.scroll_offset.x)
        column = 0 if x < _BASE else 1 + (x - _BASE) // self._wide
        keys = self.grid.keys
        if row < len(keys) and column <= len(keys):
            self.choose(keys[row], keys[column - 1] if column else None)
            self.action_open()

    def render_line(self, y: int) -> Strip:
        """One line on screen; headings do not scroll."""
        width, base = self.scrollable_content_region.width, self.rich_style
        left, top = (int(each) for each in self.scroll_offset)
        count, row = len(self.grid.keys), y - 1 + top
        if not count or (y and row >= count):
            return Strip.blank(width, base)
        here = self.place
        segments: list[Segment] = []
        for column in range(count + 1):
            text, names = self._head_cell(column) if y == 0 else self._cell(row, column)
            if y == 0 and column == here[1]:
                names = (*names, "here")
            if y and (row, column) == here:
                names = (*names, "cursor")
            style = base
            for name in names:
                style += self._style(name)
            segments.append(Segment(text, style))
        cells = Strip(segments).crop(left, left + width - self._head)
        return Strip.join([self._row_head(row if y else None, base), cells]).adjust_cell_length(
            width, base
        )

    def _row_head(self, row: int | None, base: Style) -> Strip:
        if row is None:
            return Strip([Segment(" " * self._head, base)])
        style = base + self._style("here") if row == self.place[0] else base
        name = _cut(self.grid.names[row], self._head - 4)
        number = Segment(f"{row + 1:>2} ", base + self._style("head"))
        return Strip([number, Segment(name + " ", style)])

    def _head_cell(self, column: int) -> tuple[str, tuple[str, ...]]:
        if column == 0:
            return "base".ljust(_BASE), ("head",)
        width = self._wide - 1
        if self._named:
            return _cut(self.grid.names[column - 1], width) + " ", ("head",)
        return str(column).center(width) + " ", ("head",)

    def _cell(self, row: int, column: int) -> tuple[str, tuple[str, ...]]:
        overlap = self.grid.at(row, column)
        width = (self._wide if column else _BASE) - 1
        if overlap is None:
            own = column == row + 1
            return ("╲" if own else " ").center(width) + " ", ("head",)
        text = letter(overlap) + ("~" if overlap.stale else "")
        paths = getattr(overlap.verdict, "paths", ())
        if self._named and paths:
            text += f" {len(paths)}"
        if overlap.proof is not None:
            text += f" {overlap.proof.mark.glyph}" if self._named else overlap.proof.mark.glyph
        kind = _KINDS[overlap.level] if overlap.level is not None else "open"
        if overlap.breaks and (overlap.level or 0) < Level.CONFLICT:
            kind = "conflict"
        shown = _cut(text.center(width), width)
        return shown + " ", (kind, *(("stale",) if overlap.stale else ()))


def _cut(text: str, width: int) -> str:
    """A text cut or padded to an exact number of cells."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…"
