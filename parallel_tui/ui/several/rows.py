"""What the list of sessions shows of each repository, and its heading among the rows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from parallel_tui.model.fact import known
from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.overlap.words import conflicting
from parallel_tui.model.session.session import Session
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.model.view.snapshot import Level, Snapshot, Source, WatchMode
from parallel_tui.model.window.window import Window
from parallel_tui.record import dataclass, field
from parallel_tui.ui.present.beside import NOTHING, Beside, besides, ready
from parallel_tui.ui.present.elsewhere import machines_of
from parallel_tui.ui.widgets import columns
from parallel_tui.ui.widgets.columns import Row, Span

_BETWEEN = "\n"
"""Ends a repository's key in the key of a row; it is a number and holds none."""

OF: Final = "repo:"
"""Begins the name of a repository in a filter."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One repository in the list. Compared by value.

    Attributes:
        key: Tells it from the others.
        label: What people call it, unlike all others.
        sessions: Its sessions; `windows` and `beside` are as panes know them.
        elsewhere: Its sessions on other machines.
        machine: What this machine is called there; empty where no other one is known.
        work: How many sessions it has, as headers count them.
        conflicts: How many of their pairs conflict.
        ready: How many can land, as far as a list knows.
        problem: Why it cannot be shown, or be looked at now; empty when it can.
        busy: What is being done in it; empty when nothing is.
        folded: Whether only its heading is shown.
        complete: Whether all is known that decides the order of rows.
    """

    key: str
    label: str
    sessions: tuple[Session, ...] = ()
    elsewhere: tuple[SharedSession, ...] = ()
    machine: str = ""
    windows: tuple[Window, ...] = ()
    beside: Mapping[str, Beside] = field(default_factory=lambda: NOTHING)
    work: int = 0
    conflicts: int = 0
    ready: int = 0
    problem: str = ""
    busy: str = ""
    folded: bool = False
    complete: bool = False


def listing(key: str, label: str, now: Snapshot) -> Listing:
    """What a list shows of a repository that can be looked at."""
    beside, machines = besides(now), machines_of(now)
    failed = (
        each.message
        for each in now.health
        if each.source is Source.GIT and each.level is Level.ERROR
    )
    return Listing(
        key,
        label,
        now.sessions,
        now.hosts.sessions if now.hosts is not None else (),
        machines[0].name if machines else "",
        now.windows,
        beside,
        work=len(now.work()),
        conflicts=len(conflicting(known(now.overlaps) or ())),
        ready=ready(now, beside),
        problem=next(failed, ""),
        complete=now.watch is not WatchMode.STARTING,
    )


def row_of(group: str, session: str = "") -> str:
    """The key of a session's row, or of its repository's heading."""
    return f"{group}{_BETWEEN}{session}"


def apart(row: str) -> tuple[str, str]:
    """The keys of a row's repository and session; the latter is empty for a heading."""
    group, _, session = row.partition(_BETWEEN)
    return group, session


def filtered(text: str) -> tuple[tuple[str, ...], str]:
    """What a filter says of repositories, each as `repo:NAME`, and what it says of sessions."""
    words = text.split()
    of = tuple(word[len(OF) :].casefold() for word in words if word.casefold().startswith(OF))
    return of, " ".join(word for word in words if not word.casefold().startswith(OF))


def is_of(label: str, wanted: Sequence[str]) -> bool:
    """Whether a repository is one of those that a filter names; all are where it names none."""
    return not wanted or any(each in label.casefold() for each in wanted)


def heading(group: Listing) -> Row:
    """A repository's row, which has its own counts."""
    mark = "✕" if group.problem else columns.FOLDED if group.folded else columns.UNFOLDED
    tip, name = safe(group.problem, 1000), safe(group.label, 60)
    return columns.heading(row_of(group.key), mark, name, _told(group), tip)


def _told(group: Listing) -> Iterator[Span]:
    needy = sum(session.needs_somebody for session in group.sessions)
    if group.problem:
        yield safe(group.problem, 300), "bad"
    if group.sessions or not group.problem:
        yield plural(group.work, "session"), "dim"
    if needy:
        yield f"{needy} needs you" if needy == 1 else f"{needy} need you", "waiting"
    if group.conflicts:
        yield plural(group.conflicts, "conflict"), "bad"
    if group.ready:
        yield f"{group.ready} ready", "good"
    if group.busy:
        yield safe(group.busy, 80), "accent"
