"""What holds for every picture: each letter stands out, and no column is cut to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.color import Color, ColorSystem
from rich.style import Style
from textual.app import App

from parallel_tui.ui.dashboard.plan import LIST
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.sessions import SessionsPane
from parallel_tui.ui.widgets.keyed_table import KeyedTable

DRAWN = {chr(code) for code in range(0x2500, 0x25A0)} | {" ", "\xa0"}
"""Frames and blanks."""


def faults(app: App[Any], system: ColorSystem = ColorSystem.TRUECOLOR) -> list[str]:
    """What is wrong with the screen as it is now."""
    return [*unreadable(app, system), *cut(app)]


def unreadable(app: App[Any], system: ColorSystem) -> Iterator[str]:
    """Each text whose colour is that of its background, on a terminal with so many colours."""
    dark = app.current_theme.dark
    usual = {True: Color.parse("white"), False: Color.parse("black")}
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style or Style.null()
            front, back = style.color, style.bgcolor
            if front is None or front.is_default:
                front = usual[dark]
            if back is None or back.is_default:
                back = usual[not dark]
            same = front.downgrade(system) == back.downgrade(system)
            if (same or style.conceal) and not DRAWN.issuperset(segment.text):
                yield f"{segment.text!r} in {style}"


def cut(app: App[Any]) -> Iterator[str]:
    """Each column with fewer cells than say something, and each list pane that is too narrow."""
    for table in app.screen.query(KeyedTable):
        if not table.is_on_screen or not table.region or not table.rows:
            continue
        for column in table.columns:
            width = table._widths.get(column.id)
            least = max(column.minimum, min(len(column.title), column.maximum))
            if width is None:
                if column.keep >= 100 and column.always:
                    yield f"{table.id}: {column.id} is left out"
            elif width < least:
                yield f"{table.id}: {column.title or column.id} has {width} cells of {least}"
    for pane in app.screen.query(ListPane):
        if pane.is_on_screen and pane.table.rows:
            least = min(pane.SPEC.width, app.size.width)
            if pane.outer_size.width < least:
                yield f"{pane.id} has {pane.outer_size.width} columns of {least}"
    for sessions in app.screen.query(SessionsPane):
        if sessions.is_on_screen and sessions.outer_size.width < min(LIST, app.size.width):
            yield f"the sessions have {sessions.outer_size.width} columns of {LIST}"
