"""Wording of facts, shared by the dashboard, `pdev status` and messages.

Plain text without colour or markup. Glyphs are single-width and without variation selectors, for
terminals and tmux disagree about the width of emoji.
"""

from __future__ import annotations

import time
from types import MappingProxyType

from parallel_tui.model.fact import Pending, Unknown
from parallel_tui.model.session.session import SessionState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.fact import Fact
    from parallel_tui.model.session.git_status import WorkStatus
    from parallel_tui.model.session.repository import Divergence
    from parallel_tui.model.session.session import Evidence
    from parallel_tui.model.session.worktree import Worktree

PENDING_TEXT: Final = "…"
UNKNOWN_TEXT: Final = "?"

GLYPHS: Final[Mapping[SessionState, str]] = MappingProxyType(
    {
        SessionState.WAITING: "◐",
        SessionState.FAILED: "✖",
        SessionState.CRASHED: "✖",
        SessionState.DONE: "✔",
        SessionState.LIMITED: "◷",
        SessionState.EXITED: "■",
        SessionState.STARTING: "◍",
        SessionState.WORKING: "●",
        SessionState.QUIET: "◌",
        SessionState.IDLE: "○",
        SessionState.NO_WINDOW: "·",
        SessionState.MISSING: "✕",
        SessionState.UNKNOWN: "?",
    }
)

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400


def age(seconds: float) -> str:
    """A duration in the largest unit that fits: `now`, `5m`, `3h`, `12d`, `9w`.

    Coarse on purpose: a text that changed every second would repaint every second.
    """
    if seconds < _MINUTE:
        return "now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)}m"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)}h"
    days = int(seconds // _DAY)
    return f"{days}d" if days < 70 else f"{days // 7}w"


def age_of(moment: float | None, now: float) -> str:
    """How old something is, for a column; empty when nobody knows.

    Args:
        moment: When it was, in epoch seconds; `None` when that is not known.
        now: Epoch seconds; by a clock that was set back nothing is younger than now.
    """
    return "" if moment is None else age(max(0.0, now - moment))


def ago(moment: float, now: float) -> str:
    """How long ago something was: `just now`, `3m ago`.

    Args:
        moment: When it was, in epoch seconds.
        now: Epoch seconds; by a clock that was set back nothing is younger than now.
    """
    span = age(max(0.0, now - moment))
    return "just now" if span == "now" else f"{span} ago"


def lasting(since: float, now: float) -> str:
    """For how long something has been so: `just now`, `for 3m`.

    Args:
        since: When it began, in epoch seconds.
        now: As for `ago`.
    """
    span = age(max(0.0, now - since))
    return "just now" if span == "now" else f"for {span}"


def clock(at: float, now: float) -> str:
    """A time on this machine's clock, with its day where that is not near: `15:00`.

    Args:
        at: The time, in epoch seconds.
        now: Epoch seconds.
    """
    away = abs(at - now)
    day = "" if away < 12 * _HOUR else "%a " if away < 6 * _DAY else "%Y-%m-%d "
    try:
        return time.strftime(f"{day}%H:%M", time.localtime(at))
    except (OverflowError, ValueError, OSError):
        return "a time that no clock has"


def limit_words(until: float, now: float) -> str:
    """When a limit ends: `until 15:00`; `ended 15:00` once that has passed.

    Args:
        until: When, in epoch seconds.
        now: Epoch seconds.
    """
    return f"{'until' if now < until else 'ended'} {clock(until, now)}"


def state_words(evidence: Evidence, now: float) -> str:
    """A state, and until when it lasts where that is known: `limited until 15:00`.

    Args:
        evidence: The state.
        now: Epoch seconds.
    """
    if evidence.state is not SessionState.LIMITED or evidence.until is None:
        return evidence.state.value
    until = limit_words(evidence.until, now)
    return f"{evidence.state.value}{' ' if now < evidence.until else ', '}{until}"


def size(count: float) -> str:
    """Bytes with a binary unit, at most four characters and the unit: `512B`, `1.4M`, `2.1G`."""
    if count < 1024:
        return f"{int(count)}B"
    for unit in ("K", "M", "G", "T"):
        count /= 1024
        if count < 1024 or unit == "T":
            return f"{count:.1f}{unit}" if count < 10 else f"{count:.0f}{unit}"
    raise AssertionError("unreachable")


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: `1 file`, `3 files`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def branch_label(worktree: Worktree) -> str:
    """What a worktree stands on: its branch, what is half done in it, or where it is detached."""
    if worktree.bare:
        return "(bare)"
    operation = worktree.operation
    if operation is not None:
        name = worktree.own_branch or (worktree.head or "?")[:8]
        step = f" {operation.step}/{operation.total}" if operation.step and operation.total else ""
        return f"{name} ({operation.kind.value}{step})"
    if worktree.branch is not None:
        return worktree.branch
    return f"({(worktree.head or '?')[:8]} detached)"


def divergence_label(divergence: Fact[Divergence]) -> str:
    """`↑3 ↓1`, an empty text when level with base, `…` or `?` when not known."""
    if isinstance(divergence, Pending):
        return PENDING_TEXT
    if isinstance(divergence, Unknown):
        return UNKNOWN_TEXT
    parts = []
    if divergence.ahead:
        parts.append(f"↑{divergence.ahead}")
    if divergence.behind:
        parts.append(f"↓{divergence.behind}")
    return " ".join(parts)


def work_label(status: Fact[WorkStatus]) -> str:
    """`+1 ~2 ?3 !4` for staged, modified, untracked, conflicted; `clean`; `…` or `?`."""
    if isinstance(status, Pending):
        return PENDING_TEXT
    if isinstance(status, Unknown):
        return UNKNOWN_TEXT
    counts = (
        ("!", status.conflicted),
        ("+", status.staged),
        ("~", status.modified),
        ("?", status.untracked),
    )
    return " ".join(f"{sign}{count}" for sign, count in counts if count) or "clean"


def shown_host(host: str) -> str:
    """A machine's name without what tells it apart from another of the same name."""
    name, _, machine = host.rpartition(".")
    plain = len(machine) == 8 and all(each in "0123456789abcdef" for each in machine)
    return name if name and plain else host
