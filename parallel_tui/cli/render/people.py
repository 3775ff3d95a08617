"""How a snapshot reads on a plain terminal: a header, a table, one session in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

from parallel_tui.cli.render import schema
from parallel_tui.cli.render.output import Output, one_line
from parallel_tui.cli.render.table import GAP, columns
from parallel_tui.model.fact import Pending, Unknown
from parallel_tui.model.session.freshness import Slice
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.session.window import Window
from parallel_tui.model.text import words
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.terminal_size import size_of

COLOURS: Final = {
    SessionState.WAITING: "1;33",
    SessionState.EXITED: "31",
    SessionState.WORKING: "32",
    SessionState.MISSING: "31",
    SessionState.NO_WINDOW: "2",
    SessionState.UNKNOWN: "35",
}
"""SGR codes of the 16 colours every terminal has; the word stands beside each."""

_FILES_SHOWN: Final = 40


def header(snapshot: Snapshot) -> str:
    """`myapp  main ↓2  4 sessions · 1 waiting · 2 working`."""
    base = snapshot.base
    if isinstance(base, Pending):
        shown = words.PENDING_TEXT
    elif isinstance(base, Unknown):
        shown = f"no base: {base.reason}"
    else:
        upstream = words.divergence_label(base.upstream) if base.upstream else ""
        shown = f"{base.name} {upstream}".rstrip()
    count = Counter(session.state for session in snapshot.sessions)
    parts = [words.plural(len(snapshot.sessions), "session")]
    parts += [f"{count[state]} {_counted(state)}" for state in SessionState if count[state]]
    return one_line(f"{snapshot.repository.name}  {shown}  {' · '.join(parts)}")


def _counted(state: SessionState) -> str:
    return "without a window" if state is SessionState.NO_WINDOW else state.value


def _where(session: Session) -> str:
    """What it stands on, with what is odd about it."""
    tree = session.worktree
    if tree is None:
        return "(no worktree)"
    odd = []
    if tree.locked is not None:
        odd.append("locked")
    if tree.missing:
        odd.append("missing")
    elif tree.prunable is not None:
        odd.append("prunable")
    label = words.branch_label(tree)
    return f"{label} [{', '.join(odd)}]" if odd else label


def _window(session: Session, snapshot: Snapshot) -> str:
    window = snapshot.window(session.windows[0]) if session.windows else None
    if window is None:
        return "-" if schema.no_window(session) == schema.NO_WINDOW else words.UNKNOWN_TEXT
    more = f" +{len(session.windows) - 1}" if len(session.windows) > 1 else ""
    place = f"{window.session_name}:{window.index}{more}"
    return f"{place} {session.command}".rstrip()


def _with_age(session: Session, now: float, text: str, part: Slice) -> str:
    as_of = session.as_of(part)
    return text if as_of is None else f"{words.ago(as_of, now)}: {text}"


def table(snapshot: Snapshot, output: Output, now: float) -> Iterator[str]:
    """One line a session, under a line of titles; cut to the terminal where there is one.

    Args:
        snapshot: The picture.
        output: Where it goes.
        now: Epoch seconds, for the ages of what could not be looked at again.
    """
    titles = ["", "NAME", "BRANCH", "±BASE", "WORK", "WINDOW", "PATH"]
    rows = [titles]
    for session in snapshot.sessions:
        tree = session.worktree
        bare = tree is None or tree.bare
        old = partial(_with_age, session, now)
        rows.append(
            [
                one_line(text)
                for text in (
                    f"{words.GLYPHS[session.state]} {session.state.value}",
                    session.name,
                    _where(session),
                    "" if bare else old(words.divergence_label(session.divergence), Slice.COMMITS),
                    "" if bare else old(words.work_label(session.status), Slice.WORK),
                    old(_window(session, snapshot), Slice.WINDOWS),
                    tree.path if tree else "",
                )
            ]
        )
    width = size_of(output.out.fileno())[0] if output.out.isatty() else None
    padded = columns(rows, width=width)
    yield output.paint(GAP.join(padded[0]).rstrip(), "2")
    for session, cells in zip(snapshot.sessions, padded[1:], strict=True):
        state = output.paint(cells[0], COLOURS.get(session.state, ""))
        yield GAP.join([state, *cells[1:]]).rstrip()


def _change(entry: StatusEntry) -> str:
    letters = "??" if entry.kind.value == "untracked" else entry.index + entry.worktree
    came = f"  (was {entry.origin})" if entry.origin else ""
    return f"{letters} {entry.path}{came}"


def _windows(session: Session, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for number, window_id in enumerate(session.windows):
        window: Window | None = snapshot.window(window_id)
        if window is None:
            continue
        made = "made for this session" if window.owner == session.name else "found by its directory"
        place = f"{window.id} {window.session_name}:{window.index} {window.name}"
        yield ("" if number else "window"), f"{place} ({made})"
        for pane in window.panes:
            note = " (ended)" if pane.dead else ""
            yield "", f"  {pane.id} pid {pane.pid} {pane.command}{note} in {pane.path or '?'}"


def full(session: Session, snapshot: Snapshot, now: float) -> Iterator[str]:
    """Everything known about one session, with its sources.

    Args:
        session: Which.
        snapshot: The rest of the picture.
        now: Epoch seconds, for ages.
    """
    yield one_line(f"{session.name}  {words.GLYPHS[session.state]} {session.state.value}")
    for label, text in _facts(session, snapshot, now):
        yield one_line(f"  {label:<9}  {text}").rstrip()


def _facts(session: Session, snapshot: Snapshot, now: float) -> Iterator[tuple[str, str]]:
    evidence = session.evidence
    since = "" if evidence.since is None else f", for {words.age(now - evidence.since)}"
    since = since.replace("for now", "just now")
    yield "why", f"{evidence.detail} (seen by: {evidence.source}{since})"
    tree = session.worktree
    if tree is not None:
        yield "path", tree.path + (" (its directory is gone)" if tree.missing else "")
        yield "branch", words.branch_label(tree)
        yield "head", tree.head or "no commit is checked out"
        yield "base", _against_base(session, snapshot)
        yield from _work(session)
        for each in session.stale:
            yield "old", f"{each.part} as of {words.ago(each.as_of, now)}: not seen since"
        if tree.locked is not None:
            yield "locked", tree.locked or "without a reason"
        if tree.prunable is not None:
            yield "prunable", tree.prunable
    yield from _windows(session, snapshot)
    if session.windows:
        used = session.resources
        if isinstance(used, Pending | Unknown):
            reason = used.reason if isinstance(used, Unknown) else "not looked yet"
            yield "use", f"unknown: {reason}"
        else:
            yield (
                "use",
                f"{used.cpu}% cpu, {words.size(used.memory)} memory, "
                f"{words.plural(used.processes, 'process', 'processes')}",
            )
    if session.last_activity is not None:
        yield "activity", f"{words.age(now - session.last_activity)} ago".replace("now ago", "now")
    yield "made by", "pdev" if session.managed else "someone else"


def _against_base(session: Session, snapshot: Snapshot) -> str:
    base, divergence = snapshot.base, session.divergence
    for fact in (base, divergence):
        if isinstance(fact, Unknown):
            return f"unknown: {fact.reason}"
    if isinstance(base, Pending | Unknown) or isinstance(divergence, Pending | Unknown):
        return "not looked yet"
    return (
        f"{divergence.ahead} ahead of and {divergence.behind} behind {base.name}"
        f" (base by {base.source})"
    )


def _work(session: Session) -> Iterator[tuple[str, str]]:
    status = session.status
    if session.worktree is not None and session.worktree.bare:
        return
    if isinstance(status, Pending | Unknown):
        reason = status.reason if isinstance(status, Unknown) else "not looked yet"
        yield "work", f"unknown: {reason}"
        return
    yield "work", words.work_label(status)
    for entry in status.entries[:_FILES_SHOWN]:
        yield "", _change(entry)
    more = len(status.entries) - _FILES_SHOWN
    if more > 0:
        yield "", f"and {more} more"
