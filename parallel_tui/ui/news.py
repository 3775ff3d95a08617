"""What deserves a toast between two snapshots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parallel_tui.model.session import SessionState
from parallel_tui.model.snapshot import Level, Snapshot, WatchMode
from parallel_tui.model.words import plural

_MANY = 3
"""More news than this at once is told as a number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One toast.

    Attributes:
        text: What happened.
        severity: How loud.
    """

    text: str
    severity: Literal["information", "warning", "error"] = "information"


class News:
    """Compares each snapshot with the one before; what was there at the start is no news."""

    def __init__(self) -> None:
        self._before: Snapshot | None = None

    def of(self, now: Snapshot) -> tuple[Line, ...]:
        """What happened since the last call."""
        before, self._before = self._before, now
        # Until the watch runs, snapshots fill in what has long been so.
        if before is None or before.watch is WatchMode.STARTING:
            return ()
        return (*_sessions(before, now), *_sources(before, now))


def _sessions(before: Snapshot, now: Snapshot) -> tuple[Line, ...]:
    old = {session.key: session for session in before.sessions}
    new = {session.key for session in now.sessions}
    waiting, missing = [], []
    for session in now.sessions:
        known = old.get(session.key)
        if known is None or known.state is session.state:
            continue
        if session.state is SessionState.WAITING:
            waiting.append(session.name)
        elif session.state is SessionState.MISSING:
            missing.append(session.name)
    gone = [s.name for s in before.sessions if s.key not in new and s.worktree is not None]
    lines = []
    if waiting:
        verb = "waits" if len(waiting) == 1 else "wait"
        lines.append(Line(f"{_names(waiting)} {verb} for you.", "warning"))
    if missing:
        lines.append(Line(f"The directory of {_names(missing)} is gone.", "error"))
    if gone:
        lines.append(Line(f"{_names(gone)} ended."))
    return tuple(lines)


def _sources(before: Snapshot, now: Snapshot) -> tuple[Line, ...]:
    old = {(health.source, health.level) for health in before.health}
    return tuple(
        Line(health.message, "error")
        for health in now.health
        if health.level is Level.ERROR and (health.source, health.level) not in old
    )


def _names(names: list[str]) -> str:
    if len(names) > _MANY:
        return plural(len(names), "session")
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
