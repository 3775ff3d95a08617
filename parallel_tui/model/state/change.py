"""Say what would change a session's state. Pure."""

from __future__ import annotations

from parallel_tui.model.session.session import SessionState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.session.session import Evidence

_BY_STATE: Final[Mapping[SessionState, str]] = {
    SessionState.WAITING: "An answer in its window: the agent then writes down that it works.",
    SessionState.FAILED: "A new prompt, or the agent's end.",
    SessionState.CRASHED: "Another program in its pane, or the end of its window.",
    SessionState.DONE: "A look at its window, or a new prompt.",
    SessionState.LIMITED: "A new prompt when the limit has ended.",
    SessionState.EXITED: "Another program in its pane, or the end of its window.",
    SessionState.STARTING: "The agent's first word of what it does.",
    SessionState.WORKING: "The end of its turn, a question, or the end of its process.",
    SessionState.QUIET: "The end of what runs on, or a new prompt.",
    SessionState.IDLE: "A new prompt, or the agent's end.",
}

_BY_WINDOW: Final[Mapping[SessionState, str]] = {
    SessionState.WAITING: "A look at the window in which the bell rang.",
    SessionState.WORKING: "Ten seconds without output, or the end of the program.",
    SessionState.QUIET: "Output, a bell, or the end of the program.",
    SessionState.IDLE: "A program that is started there.",
    SessionState.EXITED: "A look at its window, or a program that is started there.",
    SessionState.FAILED: "A look at its window, or a program that is started there.",
}

_OF_WINDOWS: Final = frozenset({"bell", "pane", "exit"})


def what_would_change(evidence: Evidence) -> str:
    """What would change a state, in one sentence; empty where nothing can be said."""
    if evidence.source in _OF_WINDOWS and evidence.state in _BY_WINDOW:
        return _BY_WINDOW[evidence.state]
    if evidence.source == "process" and evidence.state is SessionState.IDLE:
        return _BY_WINDOW[SessionState.IDLE]
    return {
        SessionState.NO_WINDOW: "A window that opens in its directory.",
        SessionState.MISSING: "A directory at its path.",
        SessionState.UNKNOWN: "An answer of the terminal multiplexer.",
        **_BY_STATE,
    }.get(evidence.state, "")
