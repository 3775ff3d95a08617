"""Format sessions of other machines, and the machines, as rows. Pure."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from parallel_tui.model.hosts.machines import SKEWED, KnownMachine, clock_words
from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.landing.standing import Lands, LandState, standing_words
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import age, age_of, ago
from parallel_tui.ui.present.beside import Beside
from parallel_tui.ui.widgets.columns import Cell, Column, Row

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


def elsewhere_facts(each: SharedSession, now: float) -> list[tuple[str, str]]:
    """What a machine shares of a session, as labels and values."""
    work = each.mode is ShareMode.WORK
    dirty = "has uncommitted work" if each.dirty else "has no uncommitted work"
    return [
        ("Session", each.name),
        ("Machine", each.host),
        ("Branch", each.branch or f"detached at {each.head[:10]}"),
        ("Commit", each.head[:10]),
        ("Work", dirty if work else "only its commits are shared"),
        *([("Left out", each.limited)] if each.limited else []),
        ("Shared", ago(each.pushed, now)),
    ]


MACHINE_COLUMNS: Final = (
    Column("name", "Machine", 8, 30, keep=101),
    Column("lease", "Store", 6, 16, keep=80),
    Column("sessions", "Sessions", 11, 20, keep=90),
    Column("pushed", "Last", 4, 9, keep=70),
    Column("lag", "Lag", 4, 6, keep=40),
    Column("clock", "Clock", 5, 9, keep=60),
    Column("pdev", "pdev", 5, 10, keep=50),
    Column("ssh", "ssh", 4, 30, keep=45),
)


def machine_row(each: KnownMachine, now: float) -> Row:
    """A machine as a row.

    Args:
        each: Which.
        now: Epoch seconds.
    """
    lease = "" if each.heard is None else "heard" if each.present else f"silent {age(each.heard)}"
    what = "" if each.here else " · work" if each.uncommitted else " · commits"
    shares = f"{each.sessions}{what}" if each.sessions else "none"
    off = each.skew is not None and abs(each.skew) > SKEWED
    cells: dict[str, Cell] = {
        "name": ((safe(each.name), "name"), *(((" this one", "dim"),) if each.here else ())),
        "lease": ((lease, "" if each.present else "waiting"),),
        "sessions": ((shares, "" if each.sessions else "dim"),),
        "pushed": ((age(now - each.pushed) if each.pushed else "", "dim"),),
        "lag": ((_seconds(each.lag), "dim"),),
        "clock": ((clock_words(each.skew), "bad" if off else "dim"),),
        "pdev": ((safe(each.pdev), ""),),
        "ssh": ((safe(each.ssh), "") if each.ssh else ("not asked yet", "dim"),),
    }
    if each.here:
        cells["ssh"] = ()
    return Row(f"machine {each.name}", cells)


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}s" if value < 60 else age(value)


def machine_about(each: KnownMachine, now: float) -> Content:
    """All that is known of a machine, in lines."""
    versions = (
        ("pdev", each.pdev),
        ("git", each.git),
        ("windows", each.windows),
        ("Python", each.python),
        ("store tables", str(each.tables or "")),
    )
    known = ", ".join(f"{name} {value}" for name, value in versions if value)
    lines = [known or "Versions are not known: c asks it."]
    if each.heard is not None:
        state = "its lease counts" if each.present else "its lease has ended"
        lines.append(f"Used the store {ago(now - each.heard, now)}; {state}.")
    if each.pushed:
        lines.append(f"Shared something {ago(each.pushed, now)}, by its own clock.")
    if each.ssh:
        lines.append(f"Reached as {each.ssh}.")
    return Content("\n".join(safe(line, 1000) for line in lines))


def refused_row(ref: str, why: str) -> Row:
    """A ref that is not believed, as a row."""
    cells: dict[str, Cell] = {
        "name": ((safe(ref.removeprefix("refs/pdev/hosts/"), 200), "bad"),),
        "sessions": (("refused", "bad"),),
        "lease": (),
    }
    return Row(f"ref {ref}", cells, {"sessions": safe(why)})
