"""Format sessions of other machines, and the machines, as rows. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from parallel_tui.model.hosts.machines import (
    HERE,
    SKEWED,
    UNKNOWN,
    KnownMachine,
    ListedMachine,
    clock_words,
    listed,
    presence_words,
    shared_words,
)
from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.landing.standing import Lands, LandState, standing_words
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import UNKNOWN_TEXT, age, age_of, ago, plural
from parallel_tui.record import replace
from parallel_tui.ui.present.beside import Beside
from parallel_tui.ui.widgets.columns import FOLDED, UNFOLDED, Cell, Column, Row, brief, heading

if TYPE_CHECKING:
    from parallel_tui.model.view.snapshot import Snapshot

_HOST = "host:"


def matches_elsewhere(each: SharedSession, text: str) -> bool:
    """Whether a session's name, host or branch contains every word of a filter.

    `host:NAME` stands for the machine alone.
    """
    words = of_machine(text, each.host)
    if words is None:
        return False
    hay = safe(f"{each.key} {each.branch or ''} elsewhere", 6000).casefold()
    return all(word in hay for word in words.casefold().split())


def of_machine(text: str, machine: str) -> str | None:
    """The words of a filter besides machines; `None` when it is about none of this name.

    Args:
        text: The filter, with `host:NAME` for a machine.
        machine: Its name; empty where no other one is known.
    """
    words = text.split()
    named = [word for word in words if word.casefold().startswith(_HOST)]
    if not named:
        return text
    if not machine or any(word.casefold().removeprefix(_HOST) not in machine for word in named):
        return None
    return " ".join(word for word in words if word not in named)


def machines_of(now: Snapshot) -> tuple[ListedMachine, ...]:
    """The machines whose sessions are listed, this one first; empty without others."""
    if now.hosts is None or not now.hosts.sessions:
        return ()
    return listed(now.hosts, len(now.work()))


def heading_of(machine: str) -> str:
    """The key of a machine's heading; no session has it, for each of theirs has an `@`."""
    return f"machine:{machine}"


def machine_heading(machine: ListedMachine, now: float, *, folded: bool) -> Row:
    """A machine's row above its sessions.

    Args:
        machine: Which.
        now: Epoch seconds.
        folded: Whether only its heading is shown.
    """
    there = machine.here or (machine.lease is not None and machine.lease.present)
    unknown = not machine.here and machine.lease is None
    tip = "No store on a server says whether it is there" if unknown else ""
    told = (
        (plural(machine.sessions, "session"), "dim"),
        (machine.presence(now), "dim" if there or unknown else "waiting"),
    )
    mark = FOLDED if folded else UNFOLDED
    return heading(heading_of(machine.name), mark, safe(machine.name, 60), told, tip)


def with_machine(row: Row, machine: str, name: str = "") -> Row:
    """A session's row with its machine in a column of its own.

    Args:
        row: The row.
        machine: Name of the machine.
        name: What to call the session beside it; by default what it is called anyway.
    """
    cells: dict[str, Cell] = {**row.cells, "host": ((safe(machine), "" if name else "dim"),)}
    if name:
        cells[brief("name")] = ((safe(name), "name"),)
    return replace(row, cells=cells)


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
        "age": ((age_of(each.at, now) or UNKNOWN_TEXT, "dim"),),
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
            "age": f"Shared {shared_words(each, now)}",
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
        ("Shared", shared_words(each, now)),
    ]


MACHINE_COLUMNS: Final = (
    Column("name", "Machine", 8, 24, keep=101, usual=18, middle=True),
    Column("lease", "Seen", 8, 20, keep=80, usual=16),
    Column("sessions", "Sessions", 11, 13, keep=90),
    Column("pushed", "Last", 4, 5, keep=70),
    Column("lag", "Lag", 4, 5, keep=40),
    Column("clock", "Clock", 5, 6, keep=60),
    Column("pdev", "pdev", 5, 9, keep=50),
    Column("ssh", "ssh", 6, 40, keep=35, usual=13),
)


def machine_row(each: KnownMachine, now: float) -> Row:
    """A machine as a row.

    Args:
        each: Which.
        now: Epoch seconds.
    """
    there = each.here or each.present or each.heard is None
    shares_some = each.sessions and not each.here
    what = "" if each.here else " · work" if each.uncommitted else " · commits"
    shares = f"{each.sessions}{what}" if each.sessions else "none"
    off = each.skew is not None and abs(each.skew) > SKEWED
    cells: dict[str, Cell] = {
        "name": ((safe(each.name), "name"),),
        "lease": ((_presence(each, now), "dim" if there else "waiting"),),
        "sessions": ((shares, "" if each.sessions else "dim"),),
        "pushed": ((age_of(each.pushed, now) or (UNKNOWN_TEXT if shares_some else ""), "dim"),),
        "lag": ((_seconds(each.lag), "dim"),),
        "clock": ((clock_words(each.skew), "bad" if off else "dim"),),
        "pdev": ((safe(each.pdev), ""),),
        "ssh": ((safe(each.ssh), "") if each.ssh else ("not asked yet", "dim"),),
    }
    if each.here:
        cells["ssh"] = ()
    return Row(f"machine {each.name}", cells)


def _presence(each: KnownMachine, now: float) -> str:
    if each.here:
        return HERE
    if each.heard is None:
        return UNKNOWN
    return presence_words(now - each.heard, now, present=each.present)


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
    if each.pushed is not None:
        lines.append(f"Shared something {ago(each.pushed, now)}.")
    elif each.sessions and not each.here:
        lines.append("When it shared something is not known: nobody has compared its clock.")
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
