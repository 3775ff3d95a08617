"""Widths of columns: by the room alone, and never fewer cells than say something."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.text.safe import safe
from parallel_tui.ui.panes import lower
from parallel_tui.ui.present.boundaries import TREE_COLUMNS
from parallel_tui.ui.present.overlaps import PATH_COLUMNS
from parallel_tui.ui.present.sessions import SESSION_COLUMNS
from parallel_tui.ui.present.sharing import TASK_COLUMNS
from parallel_tui.ui.present.sync import COLUMNS as SYNC_COLUMNS
from parallel_tui.ui.screens.cleanup import CleanupScreen
from parallel_tui.ui.screens.history import HistoryScreen
from parallel_tui.ui.screens.notices import NoticesScreen
from parallel_tui.ui.widgets.columns import GAP, Column, Row, fit, needed, width_of, widths

TABLES = {
    "sessions": SESSION_COLUMNS,
    "tree": TREE_COLUMNS,
    "paths": PATH_COLUMNS,
    "tasks": TASK_COLUMNS,
    "sync": SYNC_COLUMNS,
    "cleanup": CleanupScreen.COLUMNS,
    "history": HistoryScreen.COLUMNS,
    "notices": NoticesScreen.COLUMNS,
    **{pane.SPEC.id: pane.SPEC.columns for pane in lower.PANES},
}
TABLE = pytest.mark.parametrize("columns", TABLES.values(), ids=TABLES)
LEAST = 55
"""Cells of a table in the smallest terminal: its border, the mark and the scroll bar taken off."""


def row(columns: Sequence[Column], text: str) -> Row:
    return Row("x", {column.id: ((text, ""),) for column in columns})


@TABLE
@given(room=st.integers(LEAST, 400), text=st.text(max_size=30))
def test_what_rows_say_moves_no_column(columns: Sequence[Column], room: int, text: str) -> None:
    found = widths(columns, [row(columns, f"x{text}")], room)
    assert found == widths(columns, [row(columns, "x")], room)
    assert sum(found.values()) + GAP * (len(found) - 1) <= room


@TABLE
@given(room=st.integers(LEAST, 400))
def test_no_column_gets_fewer_cells_than_say_something(
    columns: Sequence[Column], room: int
) -> None:
    found = widths(columns, [row(columns, "x")], room)
    for column in columns:
        if column.id in found:
            least = max(column.minimum, min(len(column.title), column.maximum))
            assert found[column.id] >= least, f"{column.title} is cut"
        else:
            assert column.keep < 100


@TABLE
def test_in_the_width_that_it_asks_for_every_column_is_there(columns: Sequence[Column]) -> None:
    assert list(widths(columns, [row(columns, "x")], needed(columns))) == [c.id for c in columns]


def test_a_room_that_is_too_small_for_all_cuts_the_last_and_never_fails() -> None:
    for room in range(-3, LEAST):
        assert widths(SESSION_COLUMNS, (), room)


@given(texts=st.lists(st.text(max_size=12), max_size=3), width=st.integers(1, 20))
def test_a_cell_takes_its_width_wherever_it_is_cut(texts: Sequence[str], width: int) -> None:
    cell = tuple((safe(text), "") for text in texts)
    for middle in (False, True):
        found = fit(cell, width, middle=middle)
        assert width_of(tuple(found)) == width
        assert ("…", "") in found or width_of(cell) <= width


def test_names_of_a_team_are_told_apart_in_few_cells() -> None:
    names = ("dashboard-frontend", "dashboard-backend", "dashboard-tests")
    shown = ["".join(text for text, _ in fit(((n, ""),), 10, middle=True)) for n in names]
    assert shown == ["dash…ntend", "dash…ckend", "dash…tests"]
