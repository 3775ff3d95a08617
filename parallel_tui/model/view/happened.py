"""What has happened to a session that came into a state, in one sentence. Pure."""

from __future__ import annotations

import time
from typing import Final

from parallel_tui.model.session.session import Evidence, Session, SessionState

_DETAIL: Final = 160
"""Characters of what an agent says that a sentence can bear."""

_LONG: Final = 12 * 3600.0
"""Seconds from which on a time of the day alone would not say which day."""

_TOLD: Final = {
    SessionState.FAILED: "The agent of {} gave up",
    SessionState.CRASHED: "The agent of {} died",
    SessionState.DONE: "{} is done",
    SessionState.EXITED: "The program in {} ended",
    SessionState.MISSING: "The directory of {} is gone",
}


def state_words(session: Session) -> str:
    """What to say of a session that came into its state; plain text with names from outside."""
    evidence, name = session.evidence, session.name
    if evidence.state is SessionState.WAITING:
        words = f"{name} waits for you"
        return words if evidence.waits_for is None else _with_detail(words, evidence)
    if evidence.state is SessionState.LIMITED:
        until = _clock(evidence)
        return f"{name} has reached its limit{f' until {until}' if until else ''}"
    if evidence.state in (SessionState.FAILED, SessionState.CRASHED):
        return _with_detail(_TOLD[evidence.state].format(name), evidence)
    return _TOLD.get(evidence.state, "{} is " + evidence.state.value).format(name)


def _with_detail(words: str, evidence: Evidence) -> str:
    detail = " ".join(evidence.detail.split())
    if len(detail) > _DETAIL:
        detail = detail[: _DETAIL - 1] + "…"
    return f"{words}: {detail}" if detail else words


def _clock(evidence: Evidence) -> str:
    """When a limit ends, by the local clock; with the day where it lasts long; empty if unknown."""
    if evidence.until is None:
        return ""
    soon = evidence.since is not None and evidence.until - evidence.since < _LONG
    try:
        return time.strftime("%H:%M" if soon else "%Y-%m-%d %H:%M", time.localtime(evidence.until))
    except (OverflowError, ValueError, OSError):
        return ""
