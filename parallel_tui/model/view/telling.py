"""Decide what of the news to tell, and by which channel. Pure.

News is told on the transition only and once. What is so at the start is no news; a state that is
left and comes back within a moment is still the same; nobody is told what happens in the window
that is on the screen of a client. While muted nothing is told, in quiet hours nothing but kinds
that are set to `always`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from parallel_tui.model.session.session import Evidence, Session, SessionState, heir_of
from parallel_tui.model.settings.notify import Happening, Switch
from parallel_tui.model.view.changes import STATES, Attention, Change, ChangeKind
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.view.wishes import Channel, Held, Moment, Wishes, hush
from parallel_tui.record import dataclass, field, replace

SETTLING: Final = 5.0
"""Seconds after the first list of sessions in which what their windows show is no news."""

MOMENT: Final = 3.0
"""Seconds within which a state that comes back is the same as before."""

MOST: Final = 6
"""Notifications on the desktop, and bells, within `SPAN`."""

SPAN: Final = 60.0
"""Seconds."""

_KINDS: Final = {
    ChangeKind.WAITING: Happening.WAITING,
    ChangeKind.FAILED: Happening.FAILED,
    ChangeKind.CRASHED: Happening.CRASHED,
    ChangeKind.LIMITED: Happening.LIMITED,
    ChangeKind.DONE: Happening.DONE,
    ChangeKind.HANDOFF: Happening.HANDOFF,
}

_SEEN: Final = frozenset(
    {
        *(ChangeKind.WAITING, ChangeKind.FAILED, ChangeKind.CRASHED, ChangeKind.LIMITED),
        *(ChangeKind.DONE, ChangeKind.EXITED),
    }
)
"""What whoever looks at the window sees there."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One piece of news.

    Attributes:
        change: What happened.
        by: How it is told; empty where it is only noted.
        held: Why by no channel; `None` where it is told, or no channel is on.
    """

    change: Change
    by: frozenset[Channel] = frozenset()
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class _Stand:
    """A state that a session was in.

    Attributes:
        evidence: What it was.
        until: When it was last so; `None` while it is.
    """

    evidence: Evidence
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of the past.

    Attributes:
        began: When sessions were listed first; `None` before that.
        stands: Last time of each state of each session, by session key.
        rung: When the user was last called from elsewhere, oldest first.
    """

    began: float | None = None
    stands: Mapping[str, Mapping[SessionState, _Stand]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    rung: tuple[float, ...] = ()


def decide(
    memory: Remembered,
    happened: Sequence[Change],
    snapshot: Snapshot,
    wishes: Wishes,
    moment: Moment,
) -> tuple[Remembered, tuple[Telling, ...]]:
    """What to tell of what has happened.

    Args:
        memory: What was returned last time.
        happened: Changes since then.
        snapshot: What is so now.
        wishes: The user's.
        moment: When and where.

    Returns:
        What to remember, and the news in the order of `happened`, less what is none.
    """
    began = memory.began
    if began is None and snapshot.sessions:
        began = moment.at
    settling = began is None or moment.at - began < SETTLING
    told = []
    for change in happened:
        session = snapshot.session(change.session) if change.session is not None else None
        of_state = session is not None and change.kind is _kind_of(session)
        if of_state and (settling or _is_old(memory, session, snapshot, moment.at)):
            continue
        told.append(_channels(change, session, snapshot, wishes, moment))
    rung = tuple(at for at in memory.rung if 0 <= moment.at - at < SPAN)
    away = frozenset({Channel.BELL, Channel.DESKTOP})
    if any(each.by & away for each in told):
        if len(rung) < MOST:
            rung = (*rung, moment.at)
        else:
            told = [replace(each, by=each.by - away) for each in told]
    return Remembered(began, _stands(memory, snapshot, moment.at), rung), tuple(told)


def in_view(session: Session, snapshot: Snapshot) -> bool:
    """Whether a client shows one of a session's windows."""
    windows = (snapshot.window(each) for each in session.windows)
    return any(each is not None and each.active and each.attached > 0 for each in windows)


def _kind_of(session: Session) -> ChangeKind | None:
    found = STATES.get(session.state)
    return found[0] if found else None


def _is_old(memory: Remembered, session: Session | None, snapshot: Snapshot, now: float) -> bool:
    """Whether a session was in its state a moment ago, and wants the same as then."""
    if session is None:
        return False
    before = memory.stands.get(session.key)
    if before is None:
        before = _inherited(memory, session, snapshot)
    stand = before.get(session.state)
    if stand is None:
        return False
    if stand.until is None:  # it was not seen to end: one could not look in between
        return True
    return now - stand.until < MOMENT and not _other_wish(stand.evidence, session.evidence)


def _inherited(
    memory: Remembered, session: Session, snapshot: Snapshot
) -> Mapping[SessionState, _Stand]:
    """What is known of the window that became this session."""
    for key in memory.stands:
        heir = heir_of(key, snapshot.sessions) if snapshot.session(key) is None else None
        if heir is not None and heir.key == session.key:
            return memory.stands[key]
    return {}


def _other_wish(before: Evidence, now: Evidence) -> bool:
    """Whether an agent that waits again wants something else, by the word of the same witness."""
    if before.source != now.source or now.waits_for is None:
        return False
    return (before.waits_for, before.detail) != (now.waits_for, now.detail)


def _stands(
    memory: Remembered, snapshot: Snapshot, now: float
) -> Mapping[str, Mapping[SessionState, _Stand]]:
    after: dict[str, Mapping[SessionState, _Stand]] = {}
    for session in snapshot.sessions:
        known = memory.stands.get(session.key)
        before = dict(_inherited(memory, session, snapshot) if known is None else known)
        if session.state is not SessionState.UNKNOWN:
            before = _ended(before, now)
            before[session.state] = _Stand(session.evidence)
        after[session.key] = before
    for key, stands in memory.stands.items():  # one that is gone for a moment may come back
        if key not in after and (left := _ended(stands, now)):
            after[key] = left
    return MappingProxyType(after)


def _ended(stands: Mapping[SessionState, _Stand], now: float) -> dict[SessionState, _Stand]:
    """States that a session is not in any more, as far back as it matters."""
    ended = {
        state: replace(stand, until=now) if stand.until is None else stand
        for state, stand in stands.items()
    }
    return {
        state: stand
        for state, stand in ended.items()
        if stand.until is not None and now - stand.until < MOMENT
    }


def _channels(
    change: Change,
    session: Session | None,
    snapshot: Snapshot,
    wishes: Wishes,
    moment: Moment,
) -> Telling:
    kind = _KINDS.get(change.kind)
    if change.kind is ChangeKind.OVERLAP and change.severity is Attention.ATTENTION:
        kind = Happening.CONFLICT
    switch = wishes.switches.get(kind, Switch.ON) if kind is not None else Switch.ON
    if switch is Switch.OFF:
        return Telling(change, held=Held.OFF)
    if session is not None and change.kind in _SEEN and in_view(session, snapshot):
        return Telling(change, held=Held.IN_VIEW)
    held = hush(wishes, moment)
    if held is Held.MUTED or (held is not None and switch is not Switch.ALWAYS):
        return Telling(change, held=held)
    by = {Channel.TOAST} if wishes.toast else set()
    stood_before = kind is Happening.CONFLICT and moment.first_look
    if kind is not None and not moment.watched and not stood_before:
        by |= {Channel.DESKTOP} if wishes.desktop else set()
        by |= {Channel.BELL} if wishes.bell and moment.rings else set()
    return Telling(change, frozenset(by))
