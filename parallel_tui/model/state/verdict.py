"""The state of a session in which agents are known, from all that is seen of it. Pure."""

from __future__ import annotations

from parallel_tui.model.agent.record import Doing
from parallel_tui.model.session.session import Considered, Evidence, SessionState
from parallel_tui.model.session.state import evidence_of_window
from parallel_tui.model.state.decision import decide
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Final

    from parallel_tui.model.agent.record import Agent, AgentRecord, AgentSign
    from parallel_tui.model.state.decision import Believed
    from parallel_tui.model.window.window import Window

_STATES: Final = {
    Doing.STARTING: SessionState.STARTING,
    Doing.WORKING: SessionState.WORKING,
    Doing.WAITING: SessionState.WAITING,
    Doing.BACKGROUND: SessionState.QUIET,
    Doing.RESTING: SessionState.IDLE,
    Doing.DONE: SessionState.DONE,
    Doing.FAILED: SessionState.FAILED,
    Doing.LIMITED: SessionState.LIMITED,
    Doing.ENDED: SessionState.IDLE,
    Doing.CRASHED: SessionState.CRASHED,
}

_AT_REST: Final = frozenset(
    {Doing.RESTING, Doing.DONE, Doing.FAILED, Doing.LIMITED, Doing.ENDED, Doing.CRASHED}
)

_ORDER: Final = {state: place for place, state in enumerate(SessionState)}


@dataclass(frozen=True, slots=True)
class Judged:
    """The state of a session with its agent.

    Attributes:
        evidence: The state, and what decided it.
        agent: The agent that it is of.
        considered: All that was seen.
        at_rest: Whether no agent of it works, waits or has left anything running.
        panes: Those in which an agent is known.
        changes_at: When the state changes without news, in epoch seconds; `None` for never.
    """

    evidence: Evidence
    agent: Agent
    considered: tuple[Considered, ...]
    at_rest: bool
    panes: frozenset[str]
    changes_at: float | None = None


@dataclass(frozen=True, slots=True)
class _Heard:
    record: AgentRecord
    decision: Believed
    evidence: Evidence


def judge(
    records: Sequence[AgentRecord],
    windows: Sequence[Window],
    now: float,
    looked: float | None = None,
) -> Judged | None:
    """The state of a session by its agents; `None` when they say nothing of it.

    Args:
        records: Its agents.
        windows: Its windows.
        now: Epoch seconds.
        looked: When somebody last looked at the session, in epoch seconds; `None` for never.
    """
    if any(window.active and window.attached for window in windows):
        looked = now
    living = {each.pane for each in records if not each.crashed}
    heard = [_hear(each, now, looked) for each in records if not _past(each, windows, living)]
    if not heard:
        return None
    best = min(heard, key=lambda each: (_ORDER[each.evidence.state], each.record.agent.pid))
    with_agents = {each.record.pane for each in heard}
    elsewhere: list[Considered] = []
    rung: Evidence | None = None
    for window in windows:
        seen = evidence_of_window(window, now)
        apart = not any(pane.id in with_agents for pane in window.panes)
        rings = seen.source == "bell" and apart
        if rings and _ORDER[seen.state] < _ORDER[best.evidence.state]:
            rung = rung or seen
        why = "its agent says more" if not apart else "no agent is known to run there"
        elsewhere.append(Considered(seen, seen is rung, _RUNG if seen is rung else why))
    less = _RINGS if rung is not None else _NEEDS_LESS
    decisive = None if rung is not None else best
    considered = [
        item
        for each in heard
        for item in _considered(each, looked, "" if each is decisive else less)
    ]
    everything = [*considered, *elsewhere]
    everything.sort(key=lambda item: not item.decided)
    times = [each.decision.changes_at for each in heard]
    return Judged(
        evidence=rung or best.evidence,
        agent=best.record.agent,
        considered=tuple(everything),
        at_rest=all(each.decision.sign.doing in _AT_REST for each in heard),
        panes=frozenset(pane for pane in with_agents if pane is not None),
        changes_at=min((at for at in times if at is not None), default=None),
    )


_RUNG: Final = "decides: it asks for somebody, and the session's agents do not"
_RINGS: Final = "another window of the session asks for somebody"
_NEEDS_LESS: Final = "another agent of the session needs somebody more"

_NOTHING_RUNS: Final = frozenset(
    {SessionState.IDLE, SessionState.EXITED, SessionState.FAILED, SessionState.WAITING}
)
"""What a window shows in which an agent ended, and nothing has been started since."""


def _past(record: AgentRecord, windows: Sequence[Window], living: Collection[str | None]) -> bool:
    """Whether an agent crashed in a pane where something else runs by now."""
    if not record.crashed or record.pane is None:
        return False
    if record.pane in living:
        return True
    for window in windows:
        if any(pane.id == record.pane for pane in window.panes):
            return evidence_of_window(window, 0.0).state not in _NOTHING_RUNS
    return True


def _hear(record: AgentRecord, now: float, looked: float | None) -> _Heard:
    decision = decide(record.signs, now)
    return _Heard(record, decision, _evidence(decision.sign, record, looked))


def _evidence(sign: AgentSign, record: AgentRecord, looked: float | None) -> Evidence:
    state, detail = _STATES[sign.doing], sign.detail
    finished = sign.doing in (Doing.DONE, Doing.BACKGROUND) or (
        sign.doing is Doing.RESTING and _has_replied(record)
    )
    if finished:
        seen = looked is not None and (sign.since is None or looked >= sign.since)
        if not seen:
            state = SessionState.DONE
        elif sign.doing is Doing.DONE:
            state = SessionState.IDLE
        detail += ", and somebody has looked since" if seen else ", and nobody has looked since"
    return Evidence(
        state,
        sign.source,
        detail,
        since=sign.since,
        waits_for=sign.waits_for,
        until=sign.until,
        seen_at=sign.seen_at,
        said=sign.said or next((each.said for each in record.signs if each.said), ""),
    )


def _has_replied(record: AgentRecord) -> bool:
    """Whether an agent at rest has done something since it began."""
    used = record.agent.use
    if used is None or used.replied is None:
        return False
    return record.started is None or used.replied >= record.started


def _considered(heard: _Heard, looked: float | None, less: str) -> list[Considered]:
    """What was seen of one agent; `less` says why it did not decide, empty where it did."""
    found = []
    signs = sorted(
        zip(heard.record.signs, heard.decision.reasons, strict=True),
        key=lambda pair: pair[0].strength,
    )
    chosen = heard.record.signs[heard.decision.place]
    for sign, why in signs:
        decided = sign is chosen and not less
        alone = heard.evidence if sign is chosen else _evidence(sign, heard.record, looked)
        found.append(Considered(alone, decided, less if sign is chosen and less else why))
    return found
