"""What a session is doing, from evidence alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parallel_tui.model.session.session import Evidence, SessionState
from parallel_tui.model.session.state import changes_by_itself_at, evidence_of, is_shell
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.window.window import Pane, PaneEnd, Window

NOW = 1_750_000_000.0
TREE = Worktree("/w/app-a", "/w/app/.git/worktrees/a", "a" * 40, "a")


def window(command: str = "claude", *, silent: float = 0, number: int = 1, **facts: bool) -> Window:
    pane = Pane(f"%{number}", 1, command, TREE.path, dead=facts.get("dead", False))
    bell = facts.get("bell", False)
    made = Window(f"@{number}", "$1", "s", number, "win", (pane,), bell=bell)
    return replace(made, activity=int(NOW - silent))


@pytest.mark.parametrize(
    ("windows", "state"),
    [
        ((), SessionState.NO_WINDOW),
        ((window(),), SessionState.WORKING),
        ((window(silent=9),), SessionState.WORKING),
        ((window(silent=10),), SessionState.QUIET),
        ((window("bash"),), SessionState.IDLE),
        ((window("-zsh", silent=500),), SessionState.IDLE),
        ((window("sh", dead=True),), SessionState.EXITED),
        ((window(dead=True),), SessionState.EXITED),
        ((window("bash", bell=True),), SessionState.WAITING),
        ((window("bash"), window(number=2)), SessionState.WORKING),
        ((window(number=1), window("sh", number=2, bell=True)), SessionState.WAITING),
        ((window(silent=60), window(dead=True, number=2)), SessionState.EXITED),
    ],
)
def test_the_state_is_what_asks_for_attention_most(
    windows: tuple[Window, ...], state: SessionState
) -> None:
    assert evidence_of(TREE, windows, now=NOW).state is state


def test_an_agent_beside_a_shell_counts_whoever_has_the_input() -> None:
    shell = Pane("%1", 1, "bash", TREE.path, active=True)
    agent = Pane("%2", 2, "claude", TREE.path, active=False)
    both = replace(window(), panes=(shell, agent))
    assert evidence_of(TREE, (both,), now=NOW).state is SessionState.WORKING


def test_what_draws_the_view_is_nobodys_work() -> None:
    ours = window("pdev-tui").drawn_in("%1")
    assert evidence_of(TREE, (ours,), now=NOW).state is SessionState.IDLE
    beside = replace(ours, panes=(*ours.panes, *window("claude", number=2).panes))
    found = evidence_of(TREE, (beside,), now=NOW)
    assert (found.state, found.since) == (SessionState.QUIET, None)
    assert found.detail.startswith("claude runs beside this view")
    assert evidence_of(TREE, (ours, window(number=2)), now=NOW).state is SessionState.WORKING


def test_a_bell_in_a_window_that_only_we_draw_in_is_our_own() -> None:
    ours = window("pdev-tui", bell=True)
    assert evidence_of(TREE, (ours.drawn_in("%1"),), now=NOW).state is SessionState.IDLE
    beside = replace(ours, panes=(*ours.panes, *window("claude", number=2).panes))
    found = evidence_of(TREE, (beside.drawn_in("%1"),), now=NOW)
    assert (found.state, found.source) == (SessionState.WAITING, "bell")


def test_a_missing_directory_outweighs_its_window() -> None:
    gone = replace(TREE, missing=True)
    assert evidence_of(gone, (window(bell=True),), now=NOW).state is SessionState.MISSING


def test_windows_that_could_not_be_read_are_unknown_not_absent() -> None:
    found = evidence_of(TREE, (), now=NOW, unknown="tmux hangs")
    assert (found.state, found.detail) == (SessionState.UNKNOWN, "tmux hangs")


def test_an_observation_that_goes_on_says_the_same_at_any_time() -> None:
    # Anything else would be news every second.
    for shown in (window(silent=20), window("bash"), window(bell=True), window(dead=True)):
        first = evidence_of(TREE, (shown,), now=NOW)
        later = evidence_of(TREE, (shown,), now=NOW + 100, before=first)
        assert later == first


def test_since_is_when_it_began_and_silence_when_it_was_last_heard() -> None:
    idle = evidence_of(TREE, (window("sh"),), now=NOW)
    assert idle.since is None, "nobody saw it begin"
    waiting = evidence_of(TREE, (window("sh", bell=True),), now=NOW + 5, before=idle)
    assert waiting.since == NOW + 5
    again = evidence_of(TREE, (window("sh", bell=True),), now=NOW + 9, before=waiting)
    assert again.since == NOW + 5
    assert evidence_of(TREE, (window(silent=30),), now=NOW).since == NOW - 30


def test_only_a_program_that_prints_will_change_by_itself() -> None:
    assert changes_by_itself_at([window("bash"), window(silent=60)], NOW) is None
    assert changes_by_itself_at([window(silent=4), window(silent=7, number=2)], NOW) == NOW + 3


def test_shells() -> None:
    assert is_shell("-bash")
    assert not is_shell("claude")
    assert not is_shell("bash-language-server")


def test_evidence_names_the_program() -> None:
    found: Evidence = evidence_of(TREE, (window("aider", silent=60),), now=NOW)
    assert "aider" in found.detail


def ended(
    status: int, at: float = NOW - 60, command: str = "bash", *, seen: bool = False
) -> Window:
    pane = Pane("%1", 1, command, TREE.path, ended=PaneEnd(status, int(at)))
    made = Window("@1", "$1", "s", 1, "win", (pane,), activity=int(NOW - 60))
    return replace(made, active=seen, attached=int(seen))


@pytest.mark.parametrize(
    ("window", "looked", "state", "words"),
    [
        (ended(0), None, SessionState.EXITED, "ended well"),
        (ended(3), None, SessionState.FAILED, "with status 3"),
        (ended(137), None, SessionState.FAILED, "by the signal 9"),
        (ended(3), NOW - 90, SessionState.FAILED, "with status 3"),
        (ended(3), NOW - 10, SessionState.IDLE, "somebody has looked"),
        (ended(3, seen=True), None, SessionState.IDLE, "somebody has looked"),
        (ended(3, command="vim"), None, SessionState.QUIET, "vim"),
    ],
)
def test_how_a_command_ended_is_news_until_somebody_looks(
    window: Window, looked: float | None, state: SessionState, words: str
) -> None:
    found = evidence_of(TREE, (window,), now=NOW, looked=looked)
    assert found.state is state
    assert words in found.detail
