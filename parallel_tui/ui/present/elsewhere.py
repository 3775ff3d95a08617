"""Format sessions of other machines as rows below those of this one. Pure."""

from __future__ import annotations

from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.landing.standing import Lands, LandState, standing_words
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import age_of, ago
from parallel_tui.ui.present.beside import Beside
from parallel_tui.ui.widgets.columns import Cell, Row

_HOST = "host:"


def matches_elsewhere(each: SharedSession, text: str) -> bool:
    """Whether a session's name, host or branch contains every word of a filter.

    `host:NAME` stands for the machine alone.
    """
    hay = safe(f"{each.key} {each.branch or ''} elsewhere", 6000).casefold()
    for word in text.casefold().split():
        wanted = word.removeprefix(_HOST)
        if wanted not in (each.host if word.startswith(_HOST) else hay):
            return False
    return True


def elsewhere_row(each: SharedSession, beside: Beside, now: float) -> Row:
    """A session of another machine as a row.

    Args:
        each: Which.
        beside: What is known of it besides itself.
        now: Epoch seconds.
    """
    count = len(beside.rivals)
    conflicts = Lands(LandState.CONFLICT, count)
    dirty = each.mode is ShareMode.WORK and each.dirty
    work = "edited" if dirty else "clean" if each.mode is ShareMode.WORK else "?"
    cells: dict[str, Cell] = {
        "state": (("⇄ elsewhere", "dim"),),
        "name": ((safe(each.key), "name"),),
        "doing": ((safe(each.branch or f"detached at {each.head[:10]}", 300), "dim"),),
        "lands": ((standing_words(conflicts), "bad"),) if count else (),
        "work": ((work, "note" if work != "clean" else "dim"),),
        "age": ((age_of(each.pushed, now), "dim"),),
    }
    shown = "commits and uncommitted work" if each.mode is ShareMode.WORK else "commits alone"
    return Row(
        each.key,
        cells,
        {
            "state": f"On {each.host}, which shares {shown}",
            "name": safe(each.key),
            "lands": "Conflicts with " + safe(", ".join(beside.rivals)) if count else "",
            "work": safe(each.limited),
            "age": f"Shared {ago(each.pushed, now)}",
        },
    )
