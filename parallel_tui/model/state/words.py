"""Wording of what agents do and why that is believed, for dashboard and command line. Pure.

Texts are as they came, not made safe for a terminal: whoever lays them out does that.
"""

from __future__ import annotations

import time

from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.session.words import SOURCES
from parallel_tui.model.state.change import what_would_change
from parallel_tui.model.text.words import GLYPHS, ago, lasting, limit_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final

    from parallel_tui.model.agent.record import Agent
    from parallel_tui.model.session.session import Considered, Evidence, Session
    from parallel_tui.model.session.words import Line

WAITS: Final[Mapping[WaitsFor, str]] = {
    WaitsFor.PERMISSION: "permission to run a tool",
    WaitsFor.QUESTION: "an answer to a question",
    WaitsFor.PLAN: "approval of its plan",
    WaitsFor.SIGN_IN: "signing in",
    WaitsFor.TRUST: "trust in its directory",
    WaitsFor.DIALOG: "an answer to a dialog on its screen",
}

_NEEDS: Final[Mapping[WaitsFor, str]] = {
    WaitsFor.PERMISSION: "allow",
    WaitsFor.QUESTION: "answer",
    WaitsFor.PLAN: "plan",
    WaitsFor.SIGN_IN: "sign-in",
    WaitsFor.TRUST: "trust",
    WaitsFor.DIALOG: "dialog",
}

_LEADS: Final = (
    "it asks for permission to run ",
    "it asks for permission: ",
    "it asks for approval of its plan: ",
    "it asks: ",
)
"""How what hooks say of a question begins; what is asked for stands in its own word then."""
_ANY: Final = "a tool"
"""What is asked for where it is not known which tool."""

_BAR: Final = 20


def agent_facts(session: Session, now: float) -> Iterator[Line]:
    """What is known of a session's agent; nothing where none is known."""
    evidence, agent = session.evidence, session.agent
    if evidence.waits_for is not None:
        yield "Waits for", WAITS[evidence.waits_for]
    if evidence.until is not None:
        yield "Until", _moment(evidence.until, now)
    if agent is None:
        return
    version = f" {agent.version}" if agent.version else ""
    yield "Agent", f"{agent.kind.value}{version}, pid {agent.pid}"
    if agent.conversation:
        yield "", f"conversation {agent.conversation}"
    yield from use_facts(agent)


def use_facts(agent: Agent) -> Iterator[Line]:
    """Context and cost of an agent's conversation, as far as they are known."""
    use = agent.use
    if use is None:
        return
    if use.tokens is not None:
        yield "Context", context_words(use.tokens, use.context, use.room)
    if use.cost is not None:
        yield "Cost", f"${use.cost:.2f}"


def context_words(tokens: int, percent: int | None, room: int | None) -> str:
    """How full a context is, with a bar where it is known how much fits."""
    if percent is None or room is None:
        return f"{count(tokens)} tokens"
    full = round(_BAR * percent / 100)
    bar = "█" * full + "░" * (_BAR - full)
    return f"{bar} {percent}% ({count(tokens)} of {count(room)} tokens)"


def count(number: int) -> str:
    """A number of tokens: `850`, `6.5k`, `1M`."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f}".removesuffix(".0") + unit
    return str(number)


def needs(session: Session, now: float) -> str:
    """What a session needs somebody for, or until when it rests: a few words for a table.

    Args:
        session: Which.
        now: Epoch seconds.
    """
    evidence, state = session.evidence, session.state
    if state is SessionState.LIMITED and evidence.until is not None:
        return limit_words(evidence.until, now)
    if state in (SessionState.FAILED, SessionState.LIMITED):
        return evidence.detail
    if state is not SessionState.WAITING or evidence.waits_for is None:
        return ""
    # What decided may be exact about the state and say nothing of the question.
    seen = (evidence, *(item.evidence for item in session.considered))
    told = (
        _asked(each.detail)
        for each in seen
        if (each.state, each.waits_for) == (state, evidence.waits_for)
    )
    asked = next(filter(None, told), "")
    return _NEEDS[evidence.waits_for] + (f": {asked}" if asked else "")


def _asked(detail: str) -> str:
    """What is asked for, without the words that lead up to it; empty where that is not told."""
    lead = next((lead for lead in _LEADS if detail.startswith(lead)), None)
    asked = "" if lead is None else detail.removeprefix(lead)
    return "" if asked == _ANY else asked


def why_facts(session: Session, now: float) -> Iterator[Line]:
    """All that was seen of a session's state, what decided, and what would change it."""
    evidence = session.evidence
    since = "" if evidence.since is None else f", {lasting(evidence.since, now)}"
    yield "State", f"{GLYPHS[session.state]} {session.state.value}{since}"
    if evidence.waits_for is not None:
        yield "Waits for", WAITS[evidence.waits_for]
    if evidence.until is not None:
        yield "Until", _moment(evidence.until, now)
    change = what_would_change(evidence)
    if change:
        yield "Changes by", change
    for item in session.considered:
        yield "", ""
        yield from _considered(item, now)


def _considered(item: Considered, now: float) -> Iterator[Line]:
    seen = item.evidence
    mark = "▸" if item.decided else " "
    label = f"{mark} {seen.source}"
    yield label, f"{GLYPHS[seen.state]} {seen.state.value}: {seen.detail}"
    yield "", f"from {SOURCES.get(seen.source, seen.source)}{_times(seen, now)}"
    yield "", item.why


def _times(seen: Evidence, now: float) -> str:
    parts = [] if seen.since is None else [f"since {_clock(seen.since)} ({ago(seen.since, now)})"]
    if seen.seen_at is not None and seen.seen_at != seen.since:
        parts.append(f"first seen {_clock(seen.seen_at)}")
    return "".join(f", {part}" for part in parts)


def _moment(at: float, now: float) -> str:
    passed = " (that has passed)" if at <= now else ""
    return _clock(at, day=abs(at - now) > 12 * 3600) + passed


def _clock(at: float, *, day: bool = False) -> str:
    try:
        return time.strftime("%a %H:%M" if day else "%H:%M:%S", time.localtime(at))
    except (OverflowError, ValueError, OSError):
        return "a time that no clock has"
