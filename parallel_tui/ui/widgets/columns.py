"""Lay out rows of cells in columns of a shared width. Pure; `KeyedTable` draws the result."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size

from parallel_tui.record import dataclass, field

Span: TypeAlias = tuple[str, str]
"""A piece of text that went through `safe`, and the name of a component style (may be empty)."""

Cell: TypeAlias = tuple[Span, ...]

GAP = 1
"""Blank cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        id: Its name.
        title: Heading.
        minimum: Cells below which it says nothing: with fewer it is rather left out.
        maximum: Cells it never exceeds.
        keep: The lowest is left out first when room is short, and cut first; from 100 on it stays
            always.
        right: Whether its text is set to the right.
        always: Whether it is there even when all its cells are empty. For live lists it is:
            a column that comes and goes moves all others.
        usual: Cells that most of its texts need; 0 for its minimum. Others are left out rather
            than that it gets fewer.
        middle: Whether long texts lose their middle: names of a team begin alike, and often end so.
        beside: Id of a column that says a part of this one's texts: where it is shown, this one's
            are the cells `brief(id)` of rows that have them.
    """

    id: str
    title: str
    minimum: int
    maximum: int
    keep: int = 100
    right: bool = False
    always: bool = True
    usual: int = 0
    middle: bool = False
    beside: str = ""

    @property
    def wanted(self) -> int:
        """Cells it should get."""
        return self.usual or self.minimum


def brief(column: str) -> str:
    """Id of the cell that stands for a column's where another column says the rest."""
    return f"{column} brief"


@dataclass(frozen=True, slots=True)
class Row:
    """One row; compared by value to find what has to be drawn again.

    Attributes:
        key: Identity that survives every change of the rest.
        cells: By column id; a missing one is empty.
        tips: Explanations by column id.
        whole: A text across all columns in place of cells: a heading among the rows.
    """

    key: str
    cells: Mapping[str, Cell]
    tips: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    whole: Cell = ()


FOLDED, UNFOLDED = "▸", "▾"
"""Marks of headings whose rows are not shown, and are."""


def heading(key: str, mark: str, name: str, told: Iterable[Span], tip: str = "") -> Row:
    """A row that says what the rows below it have in common.

    Args:
        key: Of the row.
        mark: What stands before the name.
        name: What people call it.
        told: What there is to say of it.
        tip: Explanation of all of it.
    """
    parts: list[Span] = [(f"{mark} {name}", "name")]
    for place, span in enumerate(told):
        parts += [(" · " if place else "  ", "dim"), span]
    return Row(key, {}, {"": tip} if tip else {}, whole=tuple(parts))


@lru_cache(maxsize=16_384)  # a table is measured anew whenever one row of it changed
def width_of(cell: Cell) -> int:
    """Number of cells that a text takes."""
    return sum(cell_len(text) for text, _ in cell)


def fit(cell: Cell, width: int, *, right: bool = False, middle: bool = False) -> list[Span]:
    """Cut or pad a cell to an exact width; an ellipsis marks a cut, at the end or in the middle."""
    total = width_of(cell)
    if total <= width:
        blank = (" " * (width - total), "")
        return [blank, *cell] if right else [*cell, blank]
    end = width // 2 if middle else 0
    fitted, style = _beginning(cell, width - 1 - end)
    return [*fitted, ("…", style), *_end(cell, end)]


def _beginning(cell: Cell, room: int) -> tuple[list[Span], str]:
    """What fits of a cell's beginning, and the style of what comes next."""
    fitted = list[Span]()
    for text, style in cell:
        taken = min(room, cell_len(text))
        if taken:
            fitted.append((set_cell_size(text, taken), style))
        room -= taken
        if taken < cell_len(text):
            return fitted, style
    return fitted, cell[-1][1] if cell else ""


def _end(cell: Cell, room: int) -> list[Span]:
    """What fits of a cell's end, in exactly as many cells."""
    fitted = list[Span]()
    for text, style in reversed(cell):
        kept = text
        while cell_len(kept) > room:
            kept = kept[1:]
        room -= cell_len(kept)
        fitted.append((kept, style))
        if kept != text:
            fitted.append((" " * room, style))  # half of a wide character
            break
    return [span for span in reversed(fitted) if span[0]]


def widths(columns: Sequence[Column], rows: Collection[Row], room: int) -> dict[str, int]:
    """Choose the visible columns and their widths, for a number of cells.

    What rows say makes no difference, so that nothing moves when they change. Columns are left out
    by `keep` until what each of the others usually needs fits; when all that stay are too wide
    still, those to keep least are cut first, down to their minima. Further room goes to those to
    keep longest.

    Args:
        columns: All, from the left.
        rows: Asked for one thing only: whether a column that need not be there has anything to say.
        room: Cells.

    Returns:
        Width by column id, in the order of `columns`; columns left out are absent.
    """
    shown = [c for c in columns if c.always or any(row.cells.get(c.id) for row in rows)]
    while len(shown) > 1 and _total([c.wanted for c in shown]) > room:
        least = min(shown, key=lambda column: column.keep)
        if least.keep >= 100:
            break
        shown.remove(least)
    found = {column.id: column.minimum for column in shown}
    spare = room - _total(list(found.values()))
    first = sorted(shown, key=lambda column: -column.keep)
    for limit in ([c.wanted for c in first], [c.maximum for c in first]):
        for column, most in zip(first, limit, strict=True):
            more = max(0, min(spare, most - found[column.id]))
            found[column.id] += more
            spare -= more
    if spare < 0 and shown:
        last = shown[-1].id
        found[last] = max(1, found[last] + spare)
    return found


def needed(columns: Sequence[Column]) -> int:
    """Cells that all of some columns usually need, with the gaps between them."""
    return _total([column.wanted for column in columns])


def _total(each: Sequence[int]) -> int:
    return sum(each) + GAP * max(0, len(each) - 1)
