"""Order of sessions, and which of them count as work: the same for every list and header. Pure."""

from __future__ import annotations

from parallel_tui.model.session.session import SessionState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from parallel_tui.model.session.session import Session
    from parallel_tui.model.window.window import Window

_RANK: Final = {state: place for place, state in enumerate(SessionState)}


def by_attention(sessions: Iterable[Session]) -> list[Session]:
    """Sessions by urgency; git's order among equals."""
    return sorted(sessions, key=lambda session: _RANK[session.state])


def counted(sessions: Iterable[Session], windows: Iterable[Window]) -> tuple[Session, ...]:
    """The sessions that are work: neither the main worktree nor the window of a dashboard.

    Args:
        sessions: All.
        windows: All; whose panes show nothing but dashboards, those are no work.
    """
    ours = {window.id for window in windows if all(pane.dashboard for pane in window.panes)}

    def is_work(session: Session) -> bool:
        if session.worktree is not None:
            return not session.worktree.is_main
        return not session.windows or not ours.issuperset(session.windows)

    return tuple(session for session in sessions if is_work(session))


def shows_dashboard(session: Session, windows: Iterable[Window]) -> bool:
    """Whether a dashboard is on the screen of one of a session's windows."""
    return any(
        window.id in session.windows and any(pane.dashboard for pane in window.panes)
        for window in windows
    )
