"""Lay out rows of cells in columns of a shared width. Pure; `KeyedTable` draws the result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
        minimum: Cells below which it is rather left out, unless all its cells need less.
        maximum: Cells it never exceeds.
        keep: The lowest is left out first when room is short; 100 stays always.
        right: Whether its text is set to the right.
        always: Whether it is there even when all its cells are empty.
    """

    id: str
    title: str
    minimum: int
    maximum: int
    keep: int = 100
    right: bool = False
    always: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row; compared by value to find what has to be drawn again.

    Attributes:
        key: Identity that survives every change of the rest.
        cells: By column id; a missing one is empty.
        tips: Explanations by column id.
    """

    key: str
    cells: Mapping[str, Cell]
    tips: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@lru_cache(maxsize=16_384)  # a table is measured anew whenever one row of it changed
def width_of(cell: Cell) -> int:
    """Number of cells that a text takes."""
    return sum(cell_len(text) for text, _ in cell)


def fit(cell: Cell, width: int, *, right: bool = False) -> list[Span]:
    """Cut or pad a cell to an exact width; an ellipsis marks a cut."""
    total = width_of(cell)
    if total <= width:
        blank = (" " * (width - total), "")
        return [blank, *cell] if right else [*cell, blank]
    room, fitted = width - 1, list[Span]()
    for text, style in cell:
        taken = min(room, cell_len(text))
        if taken:
            fitted.append((set_cell_size(text, taken), style))
        room -= taken
    fitted.append(("…", cell[-1][1] if cell else ""))
    return fitted


def widths(columns: Sequence[Column], rows: Collection[Row], room: int) -> dict[str, int]:
    """Choose the visible columns and their widths, for a number of cells.

    Columns are left out by `keep` until the minima fit; then every column grows to what its widest
    cell asks for, those to keep longest first.

    Returns:
        Width by column id, in the order of `columns`; columns left out are absent.
    """
    wish: dict[str, int] = {}
    floor: dict[str, int] = {}
    for column in columns:
        widest = max((width_of(row.cells.get(column.id, ())) for row in rows), default=0)
        if not widest and not column.always:
            continue
        wanted = max(widest, cell_len(column.title))
        wish[column.id] = min(column.maximum, wanted)
        floor[column.id] = min(column.minimum, wish[column.id])
    shown = [column for column in columns if column.id in wish]
    while len(shown) > 1 and sum(floor[c.id] + GAP for c in shown) - GAP > room:
        least = min(shown, key=lambda column: column.keep)
        if least.keep >= 100:
            break
        shown.remove(least)
    found = {column.id: floor[column.id] for column in shown}
    spare = room - sum(width + GAP for width in found.values()) + GAP
    for column in sorted(shown, key=lambda column: -column.keep):
        more = max(0, min(spare, wish[column.id] - floor[column.id]))
        found[column.id] += more
        spare -= more
    if spare < 0 and shown:
        last = shown[-1].id
        found[last] = max(1, found[last] + spare)
    return found
