"""Wording of a session's facts, shared by dashboard and command line. Pure.

Texts are as they came, not made safe for a terminal: whoever lays them out does that.
"""

from __future__ import annotations

from parallel_tui.model.fact import Pending, Unknown, why_not
from parallel_tui.model.text.words import GLYPHS, ago, branch_label, lasting, plural, size
from parallel_tui.model.window.window import MUX_SOURCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Final

    from parallel_tui.model.fact import Fact
    from parallel_tui.model.machine.view import MachineView
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.session.session import Session
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.window.window import Window

Line = tuple[str, str]
"""A label and a value; a line without a label goes on with the one above."""

SOURCES: Final[Mapping[str, str]] = {
    "claude": "Claude Code's own state file",
    "hook": "a hook of the agent",
    "process": "the process",
    "title": "the title of its pane",
    "pane": "its pane",
    "bell": "the bell",
    "exit": "the end of what its pane was opened for",
    "git": "git",
    MUX_SOURCE: "the multiplexer",
}
"""Where evidence was seen, for people."""


def facts(
    session: Session,
    windows: tuple[Window, ...],
    base: Fact[Base],
    now: float,
    agent: Iterable[Line] = (),
) -> Iterator[Line]:
    """All facts in reading order; an empty pair is an empty line.

    Args:
        session: Which.
        windows: All there are.
        base: What it is measured against.
        now: Epoch seconds.
        agent: What is known of its agent.
    """
    evidence = session.evidence
    yield "Session", session.name
    yield "Made by", "pdev" if session.managed else "somebody else; adopted as it is"
    yield "State", f"{GLYPHS[session.state]} {session.state.value}"
    since = "" if evidence.since is None else f", {lasting(evidence.since, now)}"
    source = SOURCES.get(evidence.source, evidence.source)
    yield "Because", f"{evidence.detail} (from {source}{since})"
    yield from agent
    for each in session.stale:
        yield "Old", f"{each.part} as of {ago(each.as_of, now)}: it could not be seen since"
    if session.page:
        yield "It says", f"{session.page} (in its .claude/status.md)"
    if session.last_activity is not None:
        yield "Last sign", ago(session.last_activity, now)
    yield "", ""
    if session.worktree is None:
        yield "Worktree", "none: its window stands in no worktree of this repository"
    else:
        yield from _worktree(session.worktree)
        yield from _work(session)
    yield from _base(session, base)
    if session.after:
        yield "Lands", f"after {', '.join(session.after)}"
    if session.page:
        yield "Says", f"{session.page} (its .claude/status.md)"
    if session.request is not None:
        from parallel_tui.model.pull_request import words  # most sessions have none

        yield "Request", f"{words(session.request)} (seen {ago(session.request.seen, now)})"
    yield "", ""
    yield from _windows(session, windows)
    yield from use_facts(session)
    yield "Key", session.key


def _worktree(tree: Worktree) -> Iterator[Line]:
    kind = (
        "bare repository" if tree.bare else "main worktree" if tree.is_main else "linked worktree"
    )
    yield "Worktree", tree.path
    yield "", kind + (", its directory is gone" if tree.missing else "")
    yield "Git dir", tree.git_dir
    yield "Branch", branch_label(tree)
    if not tree.bare:
        yield "HEAD", tree.head or "no commit yet"
    operation = tree.operation
    if operation is not None:
        step = f", step {operation.step} of {operation.total}" if operation.step else ""
        returns = f", returns to {operation.branch}" if operation.branch else ""
        yield "Under way", f"{operation.kind.value}{step}{returns}"
    if tree.locked is not None:
        yield "Locked", tree.locked or "yes, without a reason"
    if tree.prunable is not None:
        yield "Prunable", tree.prunable


def _work(session: Session) -> Iterator[Line]:
    status = session.status
    if isinstance(status, Pending | Unknown):
        yield "Work", _missing(status)
        return
    counts = (
        ("conflicted", status.conflicted),
        ("staged", status.staged),
        ("modified", status.modified),
        ("untracked", status.untracked),
    )
    yield "Work", ", ".join(f"{count} {word}" for word, count in counts if count) or "clean"


def _base(session: Session, base: Fact[Base]) -> Iterator[Line]:
    if isinstance(base, Pending | Unknown):
        yield "Base", _missing(base)
    else:
        yield "Base", f"{base.name} at {base.oid[:8]}, from {base.source}"
    divergence = session.divergence
    if session.worktree is None:
        return
    if isinstance(divergence, Pending | Unknown):
        yield "Commits", _missing(divergence)
    else:
        yield "Commits", f"{divergence.ahead} ahead of base, {divergence.behind} behind"


def _windows(session: Session, windows: tuple[Window, ...]) -> Iterator[Line]:
    by_id = {window.id: window for window in windows}
    if not session.windows:
        yield "Windows", "none"
    for number, window_id in enumerate(session.windows):
        window = by_id.get(window_id)
        label = "Windows" if number == 0 else ""
        if window is None:
            yield label, f"{window_id} (closed)"
            continue
        mine = window.owner == session.name
        marks = [window.id, "made for this session" if mine else "found by its directory"]
        marks += [] if window.ours else ["in another multiplexer session"]
        marks += ["bell"] if window.bell else []
        marks += [plural(window.attached, "client")] if window.attached else []
        yield label, f"{window.session_name}:{window.index} {window.name} ({', '.join(marks)})"
        for pane in window.panes:
            ended = " ended" if pane.dead else ""
            room = f"{pane.width}×{pane.height}"
            yield "", f"  {pane.id} {pane.command or '?'}{ended}, pid {pane.pid}, {room}"
            yield "", f"  in {pane.path or 'unknown directory'}"


def use_facts(session: Session) -> Iterator[Line]:
    """What the programs in a session's windows use, now and over the last minutes."""
    used = session.resources
    if isinstance(used, Pending | Unknown):
        yield "Uses", _missing(used)
        return
    processes = plural(used.processes, "process", "processes")
    disk = f", {size(used.disk)}/s to and from disks" if used.disk else ""
    yield "Uses", f"{used.cpu}% CPU, {size(used.memory)} memory, {processes}{disk}"
    from parallel_tui.model.machine.trend import spark

    for values, words in ((used.cpu_trend, "{}% CPU"), (used.memory_trend, "{} MiB memory")):
        if any(values):
            minutes = f"{len(values) / 2:g} min"
            yield "", f"{spark(values)}  {minutes}, up to {words.format(max(values))}"


def machine_facts(session: Session, view: MachineView | None) -> Iterator[Line]:
    """What a session has of the machine for itself, and what it runs in slots.

    Args:
        session: Which.
        view: How the machine is shared out; `None` where that is not known.
    """
    if view is None:
        return
    for each in view.in_line():
        if each.ticket.session == session.name:
            doing = f"waits, place {each.place}" if each.place else "runs"
            yield "Slot", f"{each.ticket.slot}: {doing}: {each.ticket.command}"
    grant = view.grant(session.key)
    if grant is not None:
        from parallel_tui.model.machine.ports import words  # most sessions have none

        yield "Ports", words(grant)
        yield "", f"compose project {grant.compose}, database {grant.database}"


def _missing(fact: Pending | Unknown) -> str:
    return f"unknown: {why_not(fact)}"
