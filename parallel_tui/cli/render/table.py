"""Align table columns, whatever the width of their characters."""

from __future__ import annotations

import unicodedata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

GAP: Final = "  "


def cells(text: str) -> int:
    """Number of terminal columns that a text takes."""
    if text.isascii():
        return len(text)
    width = 0
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
            continue
        width += 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
    return width


def fit(text: str, width: int, *, keep_end: bool = False) -> str:
    """Cut a text to a number of columns; an ellipsis marks the cut.

    Args:
        text: Harmless text.
        width: Columns.
        keep_end: Whether its end says more than its beginning, as in a path.
    """
    if cells(text) <= width:
        return text
    while text and cells(text) > width - 1:
        text = text[1:] if keep_end else text[:-1]
    if width < 1:
        return ""
    return "…" + text if keep_end else text + "…"


def columns(rows: Sequence[Sequence[str]], *, width: int | None = None) -> list[list[str]]:
    """Pad the cells of a table, all but those of the last column.

    Args:
        rows: Rows of equal length, harmless text.
        width: Columns of the terminal; the last column, of paths, is cut to it. `None` cuts
            nothing.

    Returns:
        The padded cells, to be coloured and joined by `GAP`.
    """
    if not rows:
        return []
    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    left = None if width is None else width - sum(w + len(GAP) for w in widths[:-1])
    padded = []
    for row in rows:
        made = [text + " " * (widths[column] - cells(text)) for column, text in enumerate(row[:-1])]
        last = row[-1] if left is None else fit(row[-1], max(left, 8), keep_end=True)
        padded.append([*made, last])
    return padded
