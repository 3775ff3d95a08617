"""Format what sessions use of the machine, and who runs in slots, as table rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from parallel_tui.model.fact import known, why_not
from parallel_tui.model.machine import load, ports
from parallel_tui.model.machine.slots import Line
from parallel_tui.model.machine.trend import spark
from parallel_tui.model.machine.usage import ProcessUse
from parallel_tui.model.machine.view import MachineView
from parallel_tui.model.session.session import Session
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import age_of, plural, size
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.widgets.columns import Cell, Column, Row

SESSION_COLUMNS: Final = (
    Column("name", "Session", 7, 28, keep=99, middle=True),
    Column("cpu", "CPU", 4, 5, keep=95, right=True),
    Column("trend", "Last 10 min", 11, 20, keep=40, right=True),
    Column("memory", "Mem", 5, 6, keep=90, right=True),
    Column("disk", "Disk/s", 6, 6, keep=60, right=True),
    Column("count", "Proc", 4, 4, keep=50, right=True),
    Column("slot", "Slot", 8, 24, keep=80, usual=14),
    Column("ports", "Ports", 8, 40, keep=70, usual=14),
)

PROCESS_COLUMNS: Final = (
    Column("pid", "PID", 7, 8, keep=95, right=True),
    Column("cpu", "CPU", 4, 5, keep=90, right=True),
    Column("memory", "Mem", 5, 6, keep=85, right=True),
    Column("disk", "Disk/s", 6, 6, keep=60, right=True),
    Column("command", "Command", 20, 400, keep=99, usual=40),
)

_FULL: Final = 100
"""Percent of one core: what a full bar stands for at least."""


def session_row(session: Session, view: MachineView | None) -> Row:
    """What one session uses and has."""
    used = known(session.resources)
    cells: dict[str, Cell] = {"name": ((safe(session.name), ""),)}
    if used is None:
        cells["cpu"] = (("–", "dim"),)
    else:
        cells["cpu"] = ((f"{used.cpu}%", "waiting" if used.cpu > _FULL else ""),)
        cells["trend"] = ((spark(used.cpu_trend, _FULL), "accent"),)
        cells["memory"] = ((size(used.memory), ""),)
        cells["disk"] = ((size(used.disk) if used.disk else "", ""),)
        cells["count"] = ((str(used.processes), "dim"),)
    cells["slot"] = ((safe(_slot(session, view)), ""),)
    grant = None if view is None else view.grant(session.key)
    cells["ports"] = ((safe(ports.words(grant)) if grant else "", ""),)
    why = "" if used is not None else why_not(session.resources)
    return Row(session.key, cells, {"cpu": safe(why)} if why else {})


def _slot(session: Session, view: MachineView | None) -> str:
    """Slots that a session runs in or waits for."""
    found = view.in_line() if view else ()
    mine = [each for each in found if each.ticket.session == session.name]
    return ", ".join(
        f"{each.ticket.slot} {f'waits {each.place}' if each.place else 'runs'}" for each in mine
    )


def machine_lines(snapshot: Snapshot, limit: int, now: float) -> Iterator[str]:
    """The machine, and every slot that is set or used.

    Args:
        snapshot: What is shown.
        limit: How many sessions are set to be enough.
        now: Epoch seconds.
    """
    view = snapshot.machine
    count = sum(each.worktree is not None for each in snapshot.work())
    parts = [] if view is None or view.machine is None else [load.words(view.machine)]
    yield " · ".join((*parts, f"{plural(count, 'session')}, of {limit} that are set to be enough"))
    if view is not None and view.lost:
        yield f"Slots and ports are not known: {view.lost}"
    for line in view.lines if view else ():
        yield slot_line(line, now)


def slot_line(line: Line, now: float) -> str:
    """A slot with those that run in it and those that wait: `test, 1 at once: auth pytest 3m`."""
    at_once = "" if line.limit is None else f", {line.limit} at once"
    if not line.tickets:
        return f"Slot {line.slot}{at_once}: free"
    running = "; ".join(
        f"{each.session or 'no session'} `{each.command}` {age_of(each.begun, now)}"
        for each in line.running
    )
    waiting = ", ".join(each.session or "no session" for each in line.waiting)
    parts = (running or "nobody yet", f"then {waiting}" if waiting else "")
    return f"Slot {line.slot}{at_once}: " + " · ".join(filter(None, parts))


def process_row(use: ProcessUse) -> Row:
    """One process."""
    return Row(
        f"{use.pid} {use.started}",
        {
            "pid": ((str(use.pid), "dim"),),
            "cpu": ((f"{use.cpu}%", "waiting" if use.cpu > _FULL else ""),),
            "memory": ((size(use.memory), ""),),
            "disk": ((size(use.disk) if use.disk else "", ""),),
            "command": ((safe(use.command, 400) or "?", ""),),
        },
    )
