"""Format sessions as table rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from parallel_tui.model.fact import Fact, Pending, Unknown, known
from parallel_tui.model.landing.standing import LandState, standing_words
from parallel_tui.model.pull_request import RequestChecks
from parallel_tui.model.pull_request import label as request_label
from parallel_tui.model.pull_request import words as request_words
from parallel_tui.model.session.freshness import Slice
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.state.doing import Does, From, doing
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import (
    GLYPHS,
    PENDING_TEXT,
    UNKNOWN_TEXT,
    age_of,
    ago,
    branch_label,
    divergence_label,
    plural,
    size,
    work_label,
)
from parallel_tui.model.window.window import Window
from parallel_tui.ui.present.beside import ALONE, Beside
from parallel_tui.ui.widgets.columns import Cell, Column, Row

TONES: Final[Mapping[SessionState, str]] = MappingProxyType(
    {
        SessionState.WAITING: "waiting",
        SessionState.FAILED: "bad",
        SessionState.CRASHED: "bad",
        SessionState.DONE: "good",
        SessionState.LIMITED: "note",
        SessionState.EXITED: "good",
        SessionState.STARTING: "accent",
        SessionState.WORKING: "accent",
        SessionState.QUIET: "",
        SessionState.IDLE: "dim",
        SessionState.NO_WINDOW: "dim",
        SessionState.MISSING: "bad",
        SessionState.UNKNOWN: "note",
    }
)

SESSION_COLUMNS: Final = (
    Column("number", "", 1, 1),
    Column("state", "State", 11, 11),
    Column("name", "Name", 10, 32, keep=102, usual=16, middle=True, beside="host"),
    Column("host", "Machine", 7, 16, keep=74, always=False, usual=9),
    Column("doing", "Doing", 14, 160, keep=101, usual=30),
    Column("lands", "Lands", 8, 13, keep=103, usual=13),
    Column("work", "Work", 6, 22, usual=8),
    Column("divergence", "Base", 5, 16, keep=85, usual=6),
    Column("age", "Age", 3, 3, keep=75, right=True),
    Column("tasks", "Tasks", 5, 7, keep=70, right=True),
    Column("unread", "New", 5, 6, keep=65),
    Column("command", "Runs", 5, 14, keep=60, usual=8),
    Column("request", "Request", 7, 14, keep=72, always=False, usual=10),
    Column("cpu", "CPU", 4, 4, keep=40, right=True),
    Column("memory", "Mem", 5, 5, keep=35, right=True),
    Column("window", "Window", 12, 16, keep=30),
)

_LANDS_TONES: Final[Mapping[LandState, str]] = MappingProxyType(
    {
        LandState.CONFLICT: "bad",
        LandState.MERGED: "dim",
        LandState.READY: "good",
        LandState.OUTSIDE: "bad",
        LandState.FAILING: "bad",
        LandState.UNTESTED: "accent",
        LandState.BEHIND: "note",
        LandState.UNDER_WAY: "",
    }
)

_REQUEST: Final = {
    RequestChecks.PASS: "good",
    RequestChecks.FAIL: "bad",
    RequestChecks.RUN: "accent",
    RequestChecks.NONE: "",
}


def matches(session: Session, text: str) -> bool:
    """Whether a session's name, branch, path or state contains every word of a filter."""
    tree = session.worktree
    where = f"{branch_label(tree)} {tree.own_branch} {tree.path}" if tree else ""
    hay = safe(f"{session.name} {where} {session.state} {session.command}", 6000).casefold()
    return all(word in hay for word in text.casefold().split())


def _shown(fact: Fact[object], text: str, tone: str) -> Cell:
    if isinstance(fact, Pending):
        return ((PENDING_TEXT, "dim"),)
    if isinstance(fact, Unknown):
        return ((UNKNOWN_TEXT, "note"),)
    return ((text, tone),)


def _reason(fact: Fact[object]) -> str:
    if isinstance(fact, Pending):
        return "Not read yet"
    return f"Unknown: {safe(fact.reason)}" if isinstance(fact, Unknown) else ""


def _old(session: Session, part: Slice, now: float, *, before: str = "") -> str:
    as_of = session.as_of(part)
    return "" if as_of is None else f"{before}As of {ago(as_of, now)}; it could not be read since"


def _aged(cell: Cell, session: Session, part: Slice, now: float) -> Cell:
    """A cell with its age in front, when its value may be outdated.

    Before it, for a narrow column cuts off what stands behind.
    """
    as_of = session.as_of(part)
    return cell if as_of is None else ((f"{ago(as_of, now)}: ", "note"), *cell)


def _where_tip(session: Session) -> str:
    tree = session.worktree
    if tree is None:
        return "A window that stands in no worktree of this repository"
    tip = f"{safe(branch_label(tree))}\n{safe(tree.path)}"
    if tree.locked:
        tip += f"\nlocked: {safe(tree.locked)}"
    if tree.prunable:
        tip += f"\nprunable: {safe(tree.prunable)}"
    return tip


def _doing(session: Session, does: Does, tone: str) -> Cell:
    """What it waits for in front, else where it stands, if that is unusual."""
    tones = {From.NEED: tone, From.COMMIT: "dim", From.PLACE: "dim"}
    what = (safe(does.what, 300), tones.get(does.source, ""))
    missing = session.worktree is not None and session.worktree.missing
    place = (safe(does.place, 120), "bad" if missing else "note")
    if not does.place:
        return (what,)
    if does.source is From.NEED or not does.what:
        return (what, (" · " if does.what else "", "dim"), place)
    return (place, (" · ", "dim"), what)


def session_row(
    session: Session,
    number: int,
    windows: Mapping[str, Window],
    now: float,
    beside: Beside = ALONE,
) -> Row:
    """A session as a row.

    Args:
        session: Which.
        number: Its position, counted from 1.
        windows: By id.
        now: Epoch seconds.
        beside: What is known of it besides itself.
    """
    tone = TONES[session.state]
    status, resources = known(session.status), known(session.resources)
    conflicted = status.conflicted if status else 0
    window = windows.get(session.windows[0]) if session.windows else None
    more = f" +{len(session.windows) - 1}" if len(session.windows) > 1 else ""
    label = work_label(session.status)
    work_tone = "bad" if conflicted else "dim" if label == "clean" else "note"
    does = doing(
        session,
        now,
        task=beside.in_hand,
        title=window.active_pane.title if window else "",
        dashboard=beside.dashboard,
    )
    stands = beside.standing(session)
    cells: dict[str, Cell] = {
        "number": ((str(number), "dim"),) if number <= 9 else (),
        "state": ((f"{GLYPHS[session.state]} {session.state}", tone),),
        "name": ((safe(session.name), "name"),),
        "doing": _doing(session, does, tone),
        "lands": ((standing_words(stands), _LANDS_TONES[stands.what]),),
        "divergence": _aged(
            _shown(session.divergence, divergence_label(session.divergence), ""),
            *(session, Slice.COMMITS, now),
        ),
        "work": _aged(_shown(session.status, label, work_tone), session, Slice.WORK, now),
        "window": ((safe(f"{window.session_name}:{window.index}{more}"), "dim"),) if window else (),
        "command": _aged(((safe(session.command), ""),), session, Slice.WINDOWS, now),
        "age": ((age_of(session.last_activity, now), "dim"),),
    }
    tasks = beside.tasks
    if tasks is not None and tasks.tasks:
        complete = tasks.done == len(tasks.tasks)
        cells["tasks"] = ((f"{tasks.done}/{len(tasks.tasks)}", "good" if complete else ""),)
    news = ((f"»{min(beside.queued, 99)}", "waiting"),) if beside.queued else ()
    if beside.unread or news:
        unread = ((f"•{min(beside.unread, 99)}", "note"),) if beside.unread else ()
        cells["unread"] = (*news, *unread)
    if session.request is not None:
        cells["request"] = (
            (safe(request_label(session.request)), _REQUEST[session.request.checks]),
        )
    if session.worktree is None:
        del cells["divergence"], cells["work"]
    if session.windows:
        used = isinstance(session.resources, Pending | Unknown)
        cells["cpu"] = _shown(session.resources, f"{resources.cpu if resources else 0}%", "")
        if not used and resources is not None:
            cells["memory"] = ((size(resources.memory), ""),)
    return Row(session.key, cells, _tips(session, does, beside, now))


def _tips(session: Session, does: Does, beside: Beside, now: float) -> Mapping[str, str]:
    status = known(session.status)
    unmerged = plural(status.conflicted, "unmerged file") if status and status.conflicted else ""
    return {
        "state": f"{session.evidence.source}: {safe(session.evidence.detail)}"
        + _old(session, Slice.WINDOWS, now, before="\n"),
        "name": _where_tip(session),
        "doing": safe(does.what, 1000),
        "lands": "Conflicts with " + safe(", ".join(beside.rivals)) if beside.rivals else "",
        "divergence": _reason(session.divergence) or _old(session, Slice.COMMITS, now),
        "work": _reason(session.status) or _old(session, Slice.WORK, now) or unmerged,
        "request": safe(request_words(session.request), 400) if session.request else "",
        "cpu": _reason(session.resources),
        "unread": "\n".join(
            plural(count, what)
            for count, what in ((beside.queued, "queued message"), (beside.unread, "unread event"))
            if count
        ),
    }
