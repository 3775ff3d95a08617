"""Describe what changed between two snapshots, for logs and toasts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from parallel_tui.model.fact import known
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.sharing.coordination import Coordination, HandoffState
from parallel_tui.model.sharing.sentences import event_sentence, handoff_sentence
from parallel_tui.model.text.words import plural
from parallel_tui.model.view.happened import state_words
from parallel_tui.model.view.snapshot import Health, Level, Snapshot, Source
from parallel_tui.record import dataclass


class Attention(StrEnum):
    """How much a change asks for attention."""

    LOG = "log"
    """Worth a line in the log."""
    NOTICE = "notice"
    """Worth a toast."""
    ATTENTION = "attention"
    """Somebody has to do something."""


class ChangeKind(StrEnum):
    """What sort of thing happened."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    WAITING = "waiting"
    FAILED = "failed"
    CRASHED = "crashed"
    LIMITED = "limited"
    DONE = "done"
    EXITED = "exited"
    MISSING = "missing"
    COMMITS = "commits"
    BASE = "base"
    TROUBLE = "trouble"
    RECOVERED = "recovered"
    HANDOFF = "handoff"
    DECLINED = "declined"
    LOCK_TAKEN = "lock-taken"
    UNREADABLE = "unreadable"
    OVERLAP = "overlapping"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened.

    Attributes:
        kind: What sort of thing.
        severity: How much it asks for attention.
        message: One sentence, plain text with names from outside in it.
        session: Key of the session it is about; `None` when it is about none.
        about: Id of what it is about, where that has one.
    """

    kind: ChangeKind
    severity: Attention
    message: str
    session: str | None = None
    about: str = ""


STATES: Final[Mapping[SessionState, tuple[ChangeKind, Attention]]] = MappingProxyType(
    {
        SessionState.WAITING: (ChangeKind.WAITING, Attention.ATTENTION),
        SessionState.FAILED: (ChangeKind.FAILED, Attention.ATTENTION),
        SessionState.CRASHED: (ChangeKind.CRASHED, Attention.ATTENTION),
        SessionState.LIMITED: (ChangeKind.LIMITED, Attention.NOTICE),
        SessionState.DONE: (ChangeKind.DONE, Attention.NOTICE),
        SessionState.EXITED: (ChangeKind.EXITED, Attention.NOTICE),
        SessionState.MISSING: (ChangeKind.MISSING, Attention.ATTENTION),
    }
)
"""What it is when a session comes into a state; the others are no news."""


def gone(name: str) -> str:
    """What the end of a session is told about; the receipt of a removal tells of the same."""
    return f"gone {name}"


def changes(old: Snapshot, new: Snapshot) -> tuple[Change, ...]:
    """What happened from one snapshot to a later one of the same repository.

    The first snapshot with rows is the beginning, not news; sources in trouble are told even then.
    """
    if old == new:
        return ()
    first = not old.sessions
    told = [*_health(old, new)]
    if not first:
        told += [*_base(old, new), *_sessions(old, new)]
    was, now = known(old.coordination), known(new.coordination)
    if now is not None and now != was:
        told += _problems(was or Coordination(), now)
        if was is not None and not first:
            told += [*_handoffs(was, now), *_taken(was, now)]
    return tuple(told)


def _sessions(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    before = {session.key: session for session in old.sessions}
    after = {session.key: session for session in new.sessions}
    for key, session in after.items():
        was = before.get(key)
        if was is None:
            what = "Window" if session.worktree is None else "Session"
            yield Change(ChangeKind.APPEARED, Attention.LOG, f"{what} {session.name} appeared", key)
            yield from _state(None, session)
        else:
            yield from _state(was.state, session)
            yield from _commits(was, session, new.base if isinstance(new.base, Base) else None)
    for key, session in before.items():
        if key not in after:
            what = "Window" if session.worktree is None else "Session"
            words, about = f"{what} {session.name} is gone", gone(session.name)
            yield Change(ChangeKind.VANISHED, Attention.LOG, words, key, about)


def _state(was: SessionState | None, session: Session) -> Iterator[Change]:
    if session.state is was or session.state not in STATES:
        return
    kind, severity = STATES[session.state]
    yield Change(kind, severity, state_words(session), session.key)


def _commits(was: Session, now: Session, base: Base | None) -> Iterator[Change]:
    """Commits that landed on a session, as far as ahead of base tells them.

    The session that *is* base moves without getting ahead of itself; that is told as base's news.
    """
    if was.worktree is None or now.worktree is None or was.worktree.head == now.worktree.head:
        return
    if base is not None and now.worktree.branch == base.name:
        return
    before, after = known(was.divergence), known(now.divergence)
    same_branch = was.worktree.own_branch == now.worktree.own_branch
    if before is None or after is None or not same_branch or after.ahead <= before.ahead:
        return
    count = plural(after.ahead - before.ahead, "new commit")
    yield Change(ChangeKind.COMMITS, Attention.LOG, f"{count} in {now.name}", now.key)


def _base(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    was, now = old.base, new.base
    if not isinstance(was, Base) or not isinstance(now, Base):
        return
    if was.ref != now.ref:
        yield Change(
            ChangeKind.BASE, Attention.NOTICE, f"Base is {now.name} now, no longer {was.name}"
        )
    elif was.oid != now.oid:
        yield Change(ChangeKind.BASE, Attention.LOG, f"{now.name} moved to {now.oid[:8]}")


def _health(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    before = {_trouble(health): health for health in old.health}
    after = {_trouble(health): health for health in new.health}
    for key, health in after.items():
        if key not in before and health.level is Level.ERROR and not _explained(health, new):
            words = f"{health.source.words}: {health.message}"
            yield Change(ChangeKind.TROUBLE, Attention.NOTICE, words)
    failing = {health.source for health in new.health if health.level is Level.ERROR}
    recovered = {
        health.source
        for health in old.health
        if health.level is Level.ERROR and health.source not in failing
    }
    for source in sorted(recovered):
        yield Change(ChangeKind.RECOVERED, Attention.LOG, f"{source.words} can be read again")


def _explained(health: Health, snapshot: Snapshot) -> bool:
    """Whether a file's own news says it already, and what to do about it."""
    coordination = known(snapshot.coordination)
    problems = coordination.problems if coordination else ()
    return health.source is Source.STORE and any(p.reason == health.message for p in problems)


def _problems(old: Coordination, new: Coordination) -> Iterator[Change]:
    before = {(problem.path, problem.reason) for problem in old.problems}
    for problem in new.problems:
        if (problem.path, problem.reason) not in before:
            remedy = f" Try: {problem.remedy}" if problem.remedy else ""
            words = f"{problem.path}: {problem.reason}.{remedy}"
            yield Change(ChangeKind.UNREADABLE, Attention.ATTENTION, words)


def _handoffs(old: Coordination, new: Coordination) -> Iterator[Change]:
    before = {handoff.id: handoff.state for handoff in old.handoffs}
    for handoff in new.handoffs:
        was = before.get(handoff.id)
        if was is None and handoff.state is HandoffState.PENDING:
            words = handoff_sentence(handoff)
            yield Change(ChangeKind.HANDOFF, Attention.ATTENTION, words, about=handoff.id)
        elif was is not handoff.state and handoff.state is HandoffState.DECLINED:
            words = f"{handoff.receiver} declined “{handoff.task}”: {handoff.why}"
            about = f"{handoff.id} declined"
            yield Change(ChangeKind.DECLINED, Attention.NOTICE, words, about=about)


def _taken(old: Coordination, new: Coordination) -> Iterator[Change]:
    """Locks that changed hands; the notice to the old owner is the proof."""
    before = {event.id for event in old.events}
    for event in reversed(new.events):
        if event.type in ("lock_taken", "lock_clash") and event.id not in before:
            yield Change(ChangeKind.LOCK_TAKEN, Attention.NOTICE, event_sentence(event))


def _trouble(health: Health) -> tuple[str, str, str]:
    return (health.source.value, health.level.value, health.message)
