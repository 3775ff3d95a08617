"""Format windows as table rows. Pure."""

from __future__ import annotations

from typing import Final

from parallel_tui.model.session.session import Session
from parallel_tui.model.state.doing import DASHBOARD
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import age_of
from parallel_tui.model.window.window import Window
from parallel_tui.ui.widgets.columns import Cell, Column, Row

WINDOW_COLUMNS: Final = (
    Column("place", "Window", 12, 40, usual=18, middle=True),
    Column("session", "Session", 7, 28, keep=90, usual=11, middle=True),
    Column("marks", "", 4, 10, keep=80),
    Column("command", "Runs", 4, 20, keep=70, usual=8),
    Column("panes", "Panes", 5, 5, keep=30, right=True),
    Column("age", "Age", 3, 3, keep=60, right=True),
)


def window_row(window: Window, owner: Session | None, now: float) -> Row:
    """A window as a row.

    Args:
        window: Which.
        owner: The session it belongs to.
        now: Epoch seconds.
    """
    pane = window.active_pane
    marks: list[tuple[str, str]] = []
    if window.bell:
        marks.append(("bell ", "waiting"))
    if any(one.dead for one in window.panes):
        marks.append(("dead ", "bad"))
    place = f"{window.session_name}:{window.index} {window.name}"
    cells: dict[str, Cell] = {
        "place": ((safe(place), "name" if window.ours else ""),),
        "session": _owner(window, owner),
        "marks": tuple(marks),
        "command": ((safe(pane.command), ""),),
        "panes": ((str(len(window.panes)), "dim"),),
        "age": ((age_of(float(window.activity) or None, now), "dim"),),
    }
    return Row(window.id, cells, {"place": safe(pane.path), "command": safe(pane.title)})


def _owner(window: Window, owner: Session | None) -> Cell:
    if all(pane.dashboard for pane in window.panes):
        return ((DASHBOARD, "dim"),)
    return ((safe(owner.name), ""),) if owner else (("–", "dim"),)
