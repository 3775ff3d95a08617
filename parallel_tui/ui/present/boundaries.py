"""Format boundaries, and who touches what is not theirs, as table rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from parallel_tui.model.policy.evaluate import Touch
from parallel_tui.model.policy.tree import OwnedPath
from parallel_tui.model.text.safe import safe
from parallel_tui.ui.widgets.columns import Cell, Column, Row

TOUCH_COLUMNS: Final = (
    Column("mark", "", 1, 1),
    Column("session", "Session", 6, 20, usual=10, middle=True),
    Column("path", "Touches", 10, 52, usual=18),
    Column("whose", "Whose", 8, 32, keep=90, usual=12, middle=True),
    Column("where", "Where", 6, 20, keep=40, usual=9),
)

TREE_COLUMNS: Final = (
    Column("path", "Path", 16, 90, keep=102, usual=32),
    Column("whose", "Whose", 8, 60, usual=16, middle=True),
    Column("files", "Files", 5, 7, keep=50, right=True),
    Column("touched", "Touched by others", 17, 40, keep=80),
)

_MARKS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "deny": ("✕", "bad"),
        "ask": ("?", "waiting"),
        "warn": ("!", "waiting"),
        "observe": ("·", "dim"),
    }
)
_OWNER_TONES: Final = ("good", "primary", "note", "bad")
"""Tones of owners, in the order of the file; the name stands beside, so that two may share one."""


def touch_key(touch: Touch) -> str:
    """A row key for a touch; paths contain no NUL."""
    return f"{touch.session}\0{touch.path}\0{touch.verdict}\0{touch.pattern}"


def whose_words(touch: Touch) -> str:
    """Whose a touched path is, in a few words."""
    match touch.verdict:
        case "locked":
            return f"locked by {touch.owner or 'somebody unknown'}"
        case "foreign" | "readable":
            return f"{touch.owner}'s"
        case "shared":
            return "shared"
        case "unowned":
            return "nobody's"
    return "not known"


def touch_row(touch: Touch, *, mine: bool) -> Row:
    """A touch as a row.

    Args:
        touch: Which.
        mine: Whether the selected session did it.
    """
    mark, tone = _MARKS.get(touch.action, ("·", "dim"))
    cells: dict[str, Cell] = {
        "mark": ((mark, tone),),
        "session": ((safe(touch.session, 60), "name" if mine else ""),),
        "path": ((safe(touch.path, 400), ""),),
        "whose": ((safe(whose_words(touch), 80), tone),),
        "where": ((", ".join(touch.where), "dim"),),
    }
    tip = safe(f"{touch.sentence}.")
    return Row(touch_key(touch), cells, {"mark": tip, "path": tip, "whose": tip})


def tones_of(owners: Sequence[str]) -> Mapping[str | None, str]:
    """A tone for each owner, in the order of the file; `dim` for what nobody owns."""
    found: dict[str | None, str] = {
        name: _OWNER_TONES[number % len(_OWNER_TONES)] for number, name in enumerate(owners)
    }
    return found | {None: "dim"}


def owned_row(
    node: OwnedPath, tones: Mapping[str | None, str], *, opened: bool, by: Sequence[str]
) -> Row:
    """A folder or file of the tree as a row.

    Args:
        node: Which.
        tones: By owner.
        opened: Whether it is an open folder.
        by: Sessions that touched it and do not own it.
    """
    owners = sorted(node.owners, key=lambda name: (-node.owners[name], name or ""))
    tone = "" if node.mixed else tones.get(owners[0], "")
    glyph = ("▾ " if opened else "▸ ") if node.folder else "  "
    name = node.path.rpartition("/")[2] + ("/" if node.folder else "")
    whose: list[tuple[str, str]] = []
    for owner in owners:
        count = f" {node.owners[owner]}" if node.mixed else ""
        whose.append(
            (
                ("  " if whose else "") + safe(f"{owner or 'nobody'}{count}", 40),
                tones.get(owner, ""),
            )
        )
    told = ", ".join(by) if by else str(node.touched or "")
    cells: dict[str, Cell] = {
        "path": (("  " * node.depth + glyph, "dim"), (safe(name, 300), tone)),
        "whose": tuple(whose),
        "files": ((str(sum(node.owners.values())), "dim"),) if node.folder else (),
        "touched": ((safe(told, 80), "bad"),) if told else (),
    }
    return Row(node.path, cells)
