"""Format sessions and windows as table rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from parallel_tui.model.fact import Fact, Pending, Unknown, known
from parallel_tui.model.pull_request import RequestChecks
from parallel_tui.model.pull_request import label as request_label
from parallel_tui.model.pull_request import words as request_words
from parallel_tui.model.session.freshness import Slice
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.tasks import TaskList
from parallel_tui.model.state.words import needs
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
    Column("number", "", 1, 1, keep=15),
    Column("state", "State", 11, 11, keep=99),
    Column("name", "Name", 12, 28, keep=100),
    Column("needs", "Needs", 16, 44, keep=92, always=False),
    Column("branch", "Branch", 15, 44, keep=90),
    Column("divergence", "Base", 5, 16, keep=80),
    Column("conflict", "", 1, 1, keep=95, always=False),
    Column("work", "Work", 6, 22, keep=85),
    Column("overlap", "", 6, 18, keep=82, always=False),
    Column("request", "Request", 7, 14, keep=58, always=False),
    Column("tasks", "Tasks", 5, 7, keep=55, right=True, always=False),
    Column("unread", "", 6, 6, keep=63, always=False),
    Column("command", "Runs", 5, 14, keep=62),
    Column("window", "Window", 12, 16, keep=30, always=False),
    Column("cpu", "CPU", 4, 4, keep=40, right=True),
    Column("memory", "Mem", 5, 5, keep=35, right=True),
    Column("age", "Age", 3, 3, keep=60, right=True),
)

WINDOW_COLUMNS: Final = (
    Column("place", "Window", 14, 40),
    Column("session", "Session", 7, 28, keep=80),
    Column("marks", "", 5, 10, keep=90, always=False),
    Column("command", "Runs", 4, 20, keep=70),
    Column("panes", "Panes", 5, 5, keep=30, right=True),
    Column("age", "Age", 3, 3, keep=60, right=True),
)

_REQUEST: Final = {
    RequestChecks.PASS: "good",
    RequestChecks.FAIL: "bad",
    RequestChecks.RUN: "accent",
    RequestChecks.NONE: "",
}

_RANK: Final = {state: place for place, state in enumerate(SessionState)}


def by_attention(sessions: tuple[Session, ...]) -> list[Session]:
    """Sessions by urgency; git's order among equals."""
    return sorted(sessions, key=lambda session: _RANK[session.state])


def matches(session: Session, text: str) -> bool:
    """Whether a session's name, branch, path or state contains every word of a filter."""
    tree = session.worktree
    where = f"{branch_label(tree)} {tree.own_branch} {tree.path}" if tree else ""
    hay = safe(f"{session.name} {where} {session.state} {session.command}", 6000).casefold()
    return all(word in hay for word in text.casefold().split())


def _remarks(tree: Worktree) -> list[str]:
    remarks = []
    if tree.locked is not None:
        remarks.append("locked")
    if tree.missing:
        remarks.append("missing")
    elif tree.prunable is not None:
        remarks.append("prunable")
    return remarks


def _branch(session: Session) -> Cell:
    tree = session.worktree
    if tree is None:
        return (("(no worktree)", "dim"),)
    plain = tree.branch is not None and tree.operation is None
    remarks = "".join(f" {word}" for word in _remarks(tree))
    label = (safe(branch_label(tree)), "" if plain else "note")
    return (label, (remarks, "bad" if tree.missing else "note")) if remarks else (label,)


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
    return "" if as_of is None else f"{before}As of {ago(as_of, now)}; it could not be seen since"


def _aged(cell: Cell, session: Session, part: Slice, now: float) -> Cell:
    """A cell with its age in front, when its value may be outdated.

    Before it, for a narrow column cuts off what stands behind.
    """
    as_of = session.as_of(part)
    return cell if as_of is None else ((f"{ago(as_of, now)}: ", "note"), *cell)


def _branch_tip(session: Session) -> str:
    tree = session.worktree
    if tree is None:
        return "A window that stands in no worktree of this repository"
    tip = safe(tree.path)
    if tree.locked:
        tip += f"\nlocked: {safe(tree.locked)}"
    if tree.prunable:
        tip += f"\nprunable: {safe(tree.prunable)}"
    return tip


def session_row(
    session: Session,
    number: int,
    windows: Mapping[str, Window],
    now: float,
    tasks: TaskList | None = None,
    unread: int = 0,
    queued: int = 0,
    rivals: Sequence[str] = (),
) -> Row:
    """A session as a row.

    Args:
        session: Which.
        number: Its position, counted from 1.
        windows: By id.
        now: Epoch seconds.
        tasks: What it has to do.
        unread: Number of events it has not seen.
        queued: Number of messages that wait for its agent.
        rivals: Names of those it conflicts with, the worst first.
    """
    tone = TONES[session.state]
    status, resources = known(session.status), known(session.resources)
    conflicted = status.conflicted if status else 0
    window = windows.get(session.windows[0]) if session.windows else None
    more = f" +{len(session.windows) - 1}" if len(session.windows) > 1 else ""
    label = work_label(session.status)
    work_tone = "bad" if conflicted else "dim" if label == "clean" else "note"
    cells: dict[str, Cell] = {
        "number": ((str(number), "dim"),) if number <= 9 else (),
        "state": ((f"{GLYPHS[session.state]} {session.state}", tone),),
        "name": ((safe(session.name), "name"),),
        "branch": _branch(session),
        "divergence": _aged(
            _shown(session.divergence, divergence_label(session.divergence), ""),
            *(session, Slice.COMMITS, now),
        ),
        "conflict": (("⚠", "bad"),) if conflicted else (),
        "work": _aged(_shown(session.status, label, work_tone), session, Slice.WORK, now),
        "window": ((safe(f"{window.session_name}:{window.index}{more}"), "dim"),) if window else (),
        "command": _aged(((safe(session.command), ""),), session, Slice.WINDOWS, now),
        "age": ((age_of(session.last_activity, now), "dim"),),
    }
    asked = needs(session, now)
    if asked:
        cells["needs"] = ((safe(asked, 200), tone),)
    if tasks is not None and tasks.tasks:
        complete = tasks.done == len(tasks.tasks)
        cells["tasks"] = ((f"{tasks.done}/{len(tasks.tasks)}", "good" if complete else ""),)
    if rivals:
        others = f" +{len(rivals) - 1}" if len(rivals) > 1 else ""
        cells["overlap"] = (("⚠ ", "bad"), (safe(rivals[0], 60), "bad"), (others, "bad"))
    news = ((f"»{min(queued, 99)}", "waiting"),) if queued else ()
    if unread or news:
        cells["unread"] = (*news, *(((f"•{min(unread, 99)}", "note"),) if unread else ()))
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
    tips = {
        "state": f"{session.evidence.source}: {safe(session.evidence.detail)}"
        + _old(session, Slice.WINDOWS, now, before="\n"),
        "branch": _branch_tip(session),
        "divergence": _reason(session.divergence) or _old(session, Slice.COMMITS, now),
        "work": _reason(session.status) or _old(session, Slice.WORK, now),
        "conflict": plural(conflicted, "unmerged file") if conflicted else "",
        "request": safe(request_words(session.request), 400) if session.request else "",
        "cpu": _reason(session.resources),
        "overlap": "Conflicts with " + safe(", ".join(rivals)) if rivals else "",
        "unread": "\n".join(
            plural(count, what)
            for count, what in ((queued, "queued message"), (unread, "unread event"))
            if count
        ),
    }
    return Row(session.key, cells, tips)


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
        "session": ((safe(owner.name), ""),) if owner else (("–", "dim"),),
        "marks": tuple(marks),
        "command": ((safe(pane.command), ""),),
        "panes": ((str(len(window.panes)), "dim"),),
        "age": ((age_of(float(window.activity) or None, now), "dim"),),
    }
    return Row(window.id, cells, {"place": safe(pane.path), "command": safe(pane.title)})
