"""Render a snapshot as plain text: a header, a table, or one session in full."""

from __future__ import annotations

from collections import Counter
from functools import partial

from parallel_tui.cli.render import schema
from parallel_tui.cli.render.output import one_line
from parallel_tui.cli.render.table import GAP, columns
from parallel_tui.model.fact import Pending, Unknown
from parallel_tui.model.session.freshness import Slice
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.session.words import facts
from parallel_tui.model.text import words
from parallel_tui.model.view.snapshot import by_attention
from parallel_tui.terminal_size import size_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.proving.proof import ProofMarks
    from parallel_tui.model.session.git_status import StatusEntry
    from parallel_tui.model.session.session import Session
    from parallel_tui.model.session.words import Line
    from parallel_tui.model.view.snapshot import Snapshot

COLOURS: Final = {
    SessionState.WAITING: "1;33",
    SessionState.FAILED: "1;31",
    SessionState.CRASHED: "1;31",
    SessionState.DONE: "32",
    SessionState.LIMITED: "33",
    SessionState.EXITED: "31",
    SessionState.WORKING: "32",
    SessionState.MISSING: "31",
    SessionState.NO_WINDOW: "2",
    SessionState.UNKNOWN: "35",
}
"""SGR codes of the 16 colours every terminal has; the word stands beside each."""

_TITLES: Final = ("", "NAME", "BRANCH", "±BASE", "WORK", "WINDOW", "PATH")
_AT_REST: Final = frozenset({SessionState.IDLE, SessionState.NO_WINDOW, SessionState.UNKNOWN})
_FILES_SHOWN: Final = 40
_LABEL: Final = 11


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
    work = snapshot.work()
    # Whoever sits in the main worktree counts as soon as there is anything to say of it.
    count = Counter(s.state for s in snapshot.sessions if s in work or s.state not in _AT_REST)
    parts = [words.plural(len(work), "session")]
    parts += [f"{count[state]} {_counted(state)}" for state in SessionState if count[state]]
    return one_line(f"{snapshot.repository.name}  {shown}  {' · '.join(parts)}")


def _counted(state: SessionState) -> str:
    return "without a window" if state is SessionState.NO_WINDOW else state.value


def _where(session: Session) -> str:
    """The session's branch, and anything unusual about it."""
    tree = session.worktree
    if tree is None:
        return "(no worktree)"
    odd = []
    if tree.being_made:
        odd.append("being made")
    elif tree.locked is not None:
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
    """One line per session below the headings, in the dashboard's order; cut to the terminal.

    Args:
        snapshot: The picture.
        output: Where it goes.
        now: Epoch seconds, for the ages of what could not be looked at again.
    """
    proofs = snapshot.proofs if snapshot.proofs and snapshot.proofs.tracked else None
    titles = [*_TITLES[:-1], *(["TESTS"] if proofs is not None else []), _TITLES[-1]]
    return _printed(titles, _rows(snapshot, now, proofs), output)


def table_of_all(seen: Sequence[tuple[str, Snapshot]], output: Output, now: float) -> Iterator[str]:
    """The same of several repositories, with the name of each before its sessions.

    Args:
        seen: Names and pictures.
        output: Where it goes.
        now: As for `table`.
    """
    rows = [
        (session, [cells[0], one_line(name), *cells[1:]])
        for name, snapshot in seen
        for session, cells in _rows(snapshot, now, None)
    ]
    return _printed([_TITLES[0], "REPOSITORY", *_TITLES[1:]], rows, output)


def _rows(
    snapshot: Snapshot, now: float, proofs: ProofMarks | None
) -> list[tuple[Session, list[str]]]:
    rows = []
    for session in by_attention(snapshot.sessions):
        tree = session.worktree
        bare = tree is None or tree.bare
        old = partial(_with_age, session, now)
        rows.append(
            (
                session,
                [
                    one_line(text)
                    for text in (
                        f"{words.GLYPHS[session.state]} {words.state_words(session.evidence, now)}",
                        session.name,
                        _where(session),
                        ""
                        if bare
                        else old(words.divergence_label(session.divergence), Slice.COMMITS),
                        "" if bare else old(words.work_label(session.status), Slice.WORK),
                        old(_window(session, snapshot), Slice.WINDOWS),
                        *([] if proofs is None else [_proved(session, proofs)]),
                        tree.path if tree else "",
                    )
                ],
            )
        )
    return rows


def _printed(
    titles: list[str], rows: Sequence[tuple[Session, list[str]]], output: Output
) -> Iterator[str]:
    width = size_of(output.out.fileno())[0] if output.out.isatty() else None
    padded = columns([titles, *(cells for _, cells in rows)], width=width)
    yield output.paint(GAP.join(padded[0]).rstrip(), "2")
    for (session, _), cells in zip(rows, padded[1:], strict=True):
        state = output.paint(cells[0], COLOURS.get(session.state, ""))
        yield GAP.join([state, *cells[1:]]).rstrip()


def pages(snapshot: Snapshot) -> Iterator[str]:
    """What sessions say of themselves in pages of their own, a line each."""
    for session in by_attention(snapshot.sessions):
        if session.page:
            yield one_line(f"{session.name} says: {session.page}")


def _proved(session: Session, proofs: ProofMarks) -> str:
    """The mark of a session that was ever tried."""
    return proofs.of(session.name).mark.glyph if session.name in proofs.tracked else "-"


def _change(entry: StatusEntry) -> str:
    letters = "??" if entry.kind.value == "untracked" else entry.index + entry.worktree
    came = f"  (was {entry.origin})" if entry.origin else ""
    return f"{letters} {entry.path}{came}"


def full(session: Session, snapshot: Snapshot, now: float) -> Iterator[str]:
    """All facts about one session, with their sources, and the files it changed.

    Args:
        session: Which.
        snapshot: The rest of the picture.
        now: Epoch seconds, for ages.
    """
    from parallel_tui.model.state.words import agent_facts, why_facts

    state = words.state_words(session.evidence, now)
    yield one_line(f"{session.name}  {words.GLYPHS[session.state]} {state}")
    known = facts(session, snapshot.windows, snapshot.base, now, agent_facts(session, now))
    why = (("", ""), ("Why", "all that was seen of its state"), *why_facts(session, now))
    for label, text in (*known, *_files(session), *why):
        if label or text:
            yield one_line(f"  {label:<{_LABEL}} {text or '–'}").rstrip()


def _files(session: Session) -> Iterator[Line]:
    status = session.status
    if isinstance(status, Pending | Unknown):
        return
    for number, entry in enumerate(status.entries[:_FILES_SHOWN]):
        yield "" if number else "Files", _change(entry)
    more = len(status.entries) - _FILES_SHOWN
    if more > 0:
        yield "", f"and {more} more"
