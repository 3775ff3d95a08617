"""Sessions have one order and one count."""

from __future__ import annotations

from dataclasses import replace

from parallel_tui.model.session.session import Evidence, Session, SessionState
from parallel_tui.model.view.snapshot import by_attention
from parallel_tui.model.window.window import DASHBOARD, Pane
from tests.ui import samples


def test_who_needs_somebody_comes_first_and_equals_stay_as_git_has_them() -> None:
    names = [session.name for session in by_attention(samples.typical().sessions)]
    assert names == ["auth", "api", "search", "tests", "main", "bisect", "old"]


def test_neither_the_main_worktree_nor_a_dashboard_is_a_session_of_work() -> None:
    snapshot = samples.typical()
    assert len(snapshot.work()) == len(snapshot.sessions) - 1
    idle = Evidence(SessionState.IDLE, "process", "only a dashboard runs there")
    view = Session("window:@9", "view", None, ("@9",), idle)
    panes = (Pane("%9", 1, DASHBOARD, "/work"), Pane("%10", 2, "zsh", "/work", own=True))
    window = samples.window(9, "view", "/work", panes=panes)
    more = replace(
        snapshot, sessions=(*snapshot.sessions, view), windows=(*snapshot.windows, window)
    )
    assert more.work() == snapshot.work()
    beside = replace(window, panes=(*panes, Pane("%11", 3, "claude", "/work")))
    assert view in replace(more, windows=(beside,)).work(), "somebody works beside it"
