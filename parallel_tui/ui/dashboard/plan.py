"""Where each pane stands, by the size of the screen and what there is to show. Pure.

The width of a pane follows from the terminal alone, so that columns stay where they are whatever
comes and goes; heights follow the number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from textual.geometry import Region, Size

from parallel_tui.record import dataclass

SMALLEST: Final = (60, 15)
"""Columns and rows of the terminal below which nothing useful fits."""

BORDER: Final = 2
HEADING: Final = 1

DETAIL: Final = 80 + BORDER
"""Columns of the detail pane where it stands beside the sessions: a usual terminal."""

LIST: Final = 64
"""Columns that the sessions need beside it."""

BESIDE: Final = LIST + DETAIL
"""Columns from which both stand side by side."""

TALL: Final = 30
"""Rows from which sessions, detail and the lower panes stand one below another."""

_DETAIL_LEAST: Final = 12
_LOWER_LEAST: Final = 7
_SESSIONS_LEAST: Final = 5
_PANE_LEAST: Final = BORDER + HEADING + 3
"""Rows of a pane that is worth being there: a few of its rows are seen without scrolling."""


class Lower(NamedTuple):
    """What is known of a lower pane.

    Attributes:
        id: Which.
        width: Columns that its text needs, border included.
        rows: How many it has; 0 folds it to the line that says what it is for.
    """

    id: str
    width: int
    rows: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What there is to show.

    Attributes:
        sessions: Rows of the list of sessions, with those of a hint below them.
        lower: The lower panes, from the left.
        front: The lower pane in front where they take turns; empty for the first with rows.
        below: Whether a lower pane is in front of the detail pane, where these take turns too.
        zoomed: The pane that has the screen for itself; empty for none.
    """

    sessions: int
    lower: tuple[Lower, ...]
    front: str = ""
    below: bool = False
    zoomed: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where panes stand.

    Attributes:
        places: Region by pane id, `tabs` included; what is not in it is not shown.
        tabs: Panes that take turns, in order; empty where none do.
        front: Which of them is shown.
    """

    places: Mapping[str, Region]
    tabs: tuple[str, ...] = ()
    front: str = ""


class _Below(NamedTuple):
    """The lower panes within a room of their own, whose first row is 0."""

    places: dict[str, Region]
    tabs: tuple[str, ...]
    front: str
    height: int


def plan(size: Size, shown: Shown) -> Plan:
    """Arrange all panes.

    Args:
        size: Room for them.
        shown: What there is to show.
    """
    width, height = size
    if shown.zoomed:
        return Plan({shown.zoomed: Region(0, 0, width, height)})
    if width >= BESIDE:
        return _beside(width, height, shown)
    if height >= TALL:
        return _stacked(width, height, shown)
    return _in_turn(width, height, shown)


def _beside(width: int, height: int, shown: Shown) -> Plan:
    detail = max(DETAIL, width * 2 // 5)
    left = width - detail
    high = _sessions(shown, height - min(_LOWER_LEAST, height // 2))
    below = _lower(left, height - high, shown, whole=True)
    places = {
        "sessions": Region(0, 0, left, high),
        "detail": Region(left, 0, detail, height),
        **_moved(below.places, high),
    }
    return Plan(places, below.tabs, below.front)


def _stacked(width: int, height: int, shown: Shown) -> Plan:
    high = _sessions(shown, height - _DETAIL_LEAST - _LOWER_LEAST)
    below = _lower(width, min(height // 3, height - high - _DETAIL_LEAST), shown, whole=False)
    top = height - below.height
    places = {
        "sessions": Region(0, 0, width, high),
        "detail": Region(0, high, width, top - high),
        **_moved(below.places, top),
    }
    return Plan(places, below.tabs, below.front)


def _in_turn(width: int, height: int, shown: Shown) -> Plan:
    high = _sessions(shown, height // 2)
    front = _front(shown) if shown.below else "detail"
    room = max(0, height - high - 1)
    rows = {pane.id: pane.rows for pane in shown.lower}
    places = {
        "sessions": Region(0, 0, width, high),
        "tabs": Region(0, high, width, 1),
        front: Region(0, high + 1, width, room if rows.get(front, 1) else 1),
    }
    return Plan(places, ("detail", *rows), front)


def _sessions(shown: Shown, most: int) -> int:
    return max(min(shown.sessions + BORDER + HEADING, most), min(_SESSIONS_LEAST, most))


def _front(shown: Shown) -> str:
    if any(pane.id == shown.front for pane in shown.lower):
        return shown.front
    first = next((pane for pane in shown.lower if pane.rows), shown.lower[0])
    return first.id


def _moved(places: Mapping[str, Region], down: int) -> dict[str, Region]:
    return {name: region.translate((0, down)) for name, region in places.items()}


def _lower(width: int, room: int, shown: Shown, *, whole: bool) -> _Below:
    """The lower panes: all at once where each has the room it needs, else in turn.

    Args:
        width: Columns.
        room: Rows at most.
        shown: What there is to show.
        whole: Whether they fill the room, for there is nothing below them.
    """
    filled = [pane for pane in shown.lower if pane.rows]
    folded = [pane for pane in shown.lower if not pane.rows]
    shelves = _shelves(width, filled)
    high = _heights(shelves, room - len(folded), whole=whole)
    if high is None or any(pane.width > width for pane in filled):
        return _tabs(width, room, shown, whole=whole)
    places: dict[str, Region] = {}
    y = 0
    for shelf, rows in zip(shelves, high, strict=True):
        places |= _shared(shelf, width, y, rows)
        y += rows
    for pane in folded:
        places[pane.id] = Region(0, y, width, 1)
        y += 1
    return _Below(places, (), "", y)


def _tabs(width: int, room: int, shown: Shown, *, whole: bool) -> _Below:
    front = _front(shown)
    # As high as the fullest of them, so that nothing moves when another one comes to the front.
    most = max(pane.rows for pane in shown.lower)
    wanted = max(most + BORDER + HEADING, _PANE_LEAST)
    high = max(0, room - 1 if whole else min(wanted, room - 1))
    empty = not next(pane.rows for pane in shown.lower if pane.id == front)
    places = {"tabs": Region(0, 0, width, 1), front: Region(0, 1, width, 1 if empty else high)}
    return _Below(places, tuple(pane.id for pane in shown.lower), front, 1 + high)


def _shelves(width: int, panes: Sequence[Lower]) -> list[list[Lower]]:
    """Panes side by side as long as each has the width it needs, the others below."""
    shelves: list[list[Lower]] = []
    for pane in panes:
        if shelves and sum(each.width for each in shelves[-1]) + pane.width <= width:
            shelves[-1].append(pane)
        else:
            shelves.append([pane])
    return shelves


def _heights(shelves: Sequence[Sequence[Lower]], room: int, *, whole: bool) -> list[int] | None:
    """Rows of each shelf; `None` where they do not fit.

    Args:
        shelves: The panes that stand side by side, from the top.
        room: Rows for all of them.
        whole: Whether they fill it.
    """
    wanted = [max(pane.rows for pane in shelf) + BORDER + HEADING for shelf in shelves]
    high = [min(rows, _PANE_LEAST) for rows in wanted]
    spare = room - sum(high)
    if spare < 0:
        return None
    while spare and (short := [n for n, rows in enumerate(wanted) if high[n] < rows]):
        least = min(short, key=lambda n: high[n])
        high[least] += 1
        spare -= 1
    if whole and high:
        high[-1] += spare
    return high


def _shared(shelf: Sequence[Lower], width: int, y: int, rows: int) -> dict[str, Region]:
    """The panes of a shelf: each its width, and its share of what is left."""
    spare = width - sum(pane.width for pane in shelf)
    places, x = {}, 0
    for number, pane in enumerate(shelf):
        last = number == len(shelf) - 1
        wide = width - x if last else pane.width + spare // len(shelf)
        places[pane.id] = Region(x, y, wide, rows)
        x += wide
    return places
