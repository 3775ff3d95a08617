"""Derive a session's state from git and the multiplexer. Pure.

Evidence only: nothing here reads a clock or guesses what an agent thinks. A program that is silent
may be thinking or waiting, and is called quiet, not waiting; a bell is the one sign by which a
program itself asks for its user.
"""

from __future__ import annotations

from parallel_tui.model.session.session import Considered, Evidence, SessionState
from parallel_tui.model.window.window import MUX_SOURCE
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.window.window import Window

QUIET_AFTER: Final = 10.0
"""Seconds without output after which a running program counts as quiet."""

SHELLS: Final = frozenset(
    {"sh", "bash", "rbash", "zsh", "fish", "dash", "ash", "ksh", "mksh", "yash", "tcsh", "csh"}
    | {"nu", "xonsh", "elvish", "pwsh", "login"}
)
"""Programs that, in the foreground, mean that nothing runs."""

_ORDER: Final = {state: place for place, state in enumerate(SessionState)}


def is_shell(command: str) -> bool:
    """Whether a foreground command is a shell at its prompt; login shells are `-bash`."""
    return command.removeprefix("-") in SHELLS


def evidence_of_window(window: Window, now: float) -> Evidence:
    """The state that one window shows.

    Args:
        window: As the multiplexer listed it.
        now: Epoch seconds.
    """
    if window.bell:
        return Evidence(
            SessionState.WAITING, "bell", f"a bell rang in window {window.name}, not seen yet"
        )
    pane = window.active_pane
    # An agent beside a shell counts, whichever of the two has the input.
    running = [p for p in window.others if not p.dead and not is_shell(p.command)]
    if not running and pane.dashboard:
        return Evidence(SessionState.IDLE, "process", "only a dashboard runs there")
    if not running:
        if pane.dead:
            return Evidence(SessionState.EXITED, "pane", f"{pane.command or 'its program'} ended")
        ends = [each.ended for each in window.others if each.ended is not None]
        if ends:
            last = max(ends, key=lambda end: end.at)
            state = SessionState.FAILED if last.status else SessionState.EXITED
            return Evidence(state, "exit", _how(last.status), since=float(last.at))
        return Evidence(SessionState.IDLE, "process", f"{pane.command} is at its prompt")
    command = (pane if pane in running else running[0]).command
    if window.others != window.panes:
        beside = f"{command} runs beside this view: what it prints is not told apart"
        return Evidence(SessionState.QUIET, "pane", beside)
    if now - window.activity < QUIET_AFTER:
        return Evidence(SessionState.WORKING, "pane", f"{command} is printing")
    return Evidence(
        SessionState.QUIET,
        "pane",
        f"no output from {command}: it may be thinking, or waiting for an answer",
        since=float(window.activity) or None,
    )


def _how(status: int) -> str:
    if status > 128:
        return f"what was started there was ended by the signal {status - 128}"
    return "what was started there has ended" + (f" with status {status}" if status else " well")


def seen_since(found: Evidence, windows: Sequence[Window], looked: float | None) -> Evidence:
    """An observation, or what is left of it when somebody has looked since: an end is no news then.

    Args:
        found: The observation.
        windows: Of the session; one that somebody has before them is being looked at.
        looked: When somebody last looked at the session, in epoch seconds; `None` for never.
    """
    if found.source != "exit" or found.since is None:
        return found
    before_somebody = any(window.active and window.attached for window in windows)
    if not before_somebody and (looked is None or looked < found.since):
        return found
    detail = f"{found.detail}, and somebody has looked since"
    return replace(found, state=SessionState.IDLE, detail=detail)


def evidence_of(
    worktree: Worktree | None,
    windows: Sequence[Window],
    *,
    now: float,
    unknown: str | None = None,
    before: Evidence | None = None,
    looked: float | None = None,
) -> Evidence:
    """The state of a session.

    Args:
        worktree: Where it works, if anywhere.
        windows: Its windows; of several the one that most asks for attention speaks.
        now: Epoch seconds.
        unknown: Why the windows are not known; `None` when they are.
        before: What was said last time; an observation that goes on keeps its beginning.
        looked: When somebody last looked at the session, in epoch seconds; `None` for never.
    """
    if worktree is not None and worktree.missing:
        found = Evidence(SessionState.MISSING, "git", f"the directory {worktree.path} is gone")
    elif unknown is not None and not windows:
        found = Evidence(SessionState.UNKNOWN, MUX_SOURCE, unknown)
    elif not windows:
        found = Evidence(SessionState.NO_WINDOW, MUX_SOURCE, "no window stands in its directory")
    else:
        each = [seen_since(evidence_of_window(window, now), windows, looked) for window in windows]
        found = min(each, key=lambda evidence: _ORDER[evidence.state])
    if found.since is not None:
        return found
    if before is not None and (before.state, before.source) == (found.state, found.source):
        return replace(found, since=before.since)
    return replace(found, since=now if before is not None else None)


def considered_of(windows: Sequence[Window], found: Evidence, now: float) -> tuple[Considered, ...]:
    """All that was seen of a session without a known agent, what decided first.

    Args:
        windows: Its windows.
        found: What `evidence_of` said.
        now: Epoch seconds.
    """
    each = [evidence_of_window(window, now) for window in windows]
    said = (found.state, found.source, found.detail)
    others = [one for one in each if (one.state, one.source, one.detail) != said]
    why = (
        "decides: of all windows this one asks for most"
        if others
        else "decides: it is all there is"
    )
    less = "another window of the session asks for more"
    rest = [Considered(one, False, less) for one in others]
    return (Considered(found, True, f"decides: {why}"), *rest)


def changes_by_itself_at(windows: Sequence[Window], now: float) -> float | None:
    """When silence alone will change a state; `None` when only news can."""
    ends = [window.activity + QUIET_AFTER for window in windows if _prints(window, now)]
    return min(ends, default=None)


def _prints(window: Window, now: float) -> bool:
    return evidence_of_window(window, now).state is SessionState.WORKING
