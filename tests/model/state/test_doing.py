"""What a row says that a session does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from parallel_tui.model.agent.record import Agent, AgentKind
from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.session.session import Considered, Evidence, Session, SessionState
from parallel_tui.model.session.worktree import Operation, OperationKind
from parallel_tui.model.state.doing import From, doing, names_branch, place_words
from tests.ui import samples

NOW = samples.NOW
AGENT = Agent(AgentKind.CLAUDE, 7)


def at(state: SessionState, detail: str = "seen", said: str = "", **tree: Any) -> Session:
    home = replace(samples.tree("auth", "feature/auth", subject="Add login"), **tree)
    made = samples.session(home, "auth", state)
    return replace(made, evidence=Evidence(state, "hook", detail, said=said), agent=AGENT)


def test_the_question_comes_first_in_its_own_words() -> None:
    asks = Evidence(
        SessionState.WAITING, "hook", "it asks: Which port?", waits_for=WaitsFor.QUESTION
    )
    less = replace(asks, source="claude", detail="it has asked a question")
    session = replace(at(SessionState.WAITING), evidence=less)
    session = replace(session, considered=(Considered(less, True, ""), Considered(asks, False, "")))
    does = doing(session, NOW, task="Do it")
    assert (does.what, does.source) == ("answer: Which port?", From.NEED)
    other = replace(asks, waits_for=WaitsFor.PLAN)
    older = replace(session, considered=(Considered(other, False, ""),))
    assert doing(older, NOW).what == "answer", "what was asked before is not what is asked now"
    rung = replace(session, evidence=Evidence(SessionState.WAITING, "bell", "a bell rang"))
    assert doing(rung, NOW, task="Do it").what == "a bell rang"


def test_then_its_task_then_what_its_agent_does_then_its_last_commit() -> None:
    works = at(SessionState.WORKING, "it runs Edit: src/a.py")
    assert doing(works, NOW, task="Do it", title="t").what == "Do it"
    assert doing(works, NOW, title="t").what == "Edit: src/a.py"
    assert doing(at(SessionState.WORKING), NOW, title="Add login").what == "Add login"
    assert doing(at(SessionState.IDLE), NOW).what == "Add login"
    assert doing(at(SessionState.IDLE), NOW).source is From.COMMIT
    assert doing(at(SessionState.IDLE, subject=None), NOW).what == ""


def test_what_an_agent_said_last_counts_once_it_rests() -> None:
    assert doing(at(SessionState.DONE, said="All done."), NOW, task="Do it").what == "All done."
    assert doing(at(SessionState.WORKING, said="All done."), NOW, task="Do it").what == "Do it"


def test_a_title_of_a_shell_says_nothing_of_work() -> None:
    shell = replace(at(SessionState.IDLE, subject=None), agent=None)
    assert doing(shell, NOW, title="host.example").what == ""


def test_a_dashboard_is_named_as_such() -> None:
    assert doing(at(SessionState.IDLE), NOW, dashboard=True).what == "this dashboard"
    busy = at(SessionState.WORKING)
    assert doing(busy, NOW, task="Do it", dashboard=True).what == "Do it", "an agent runs beside it"


@pytest.mark.parametrize(
    ("name", "branch", "told"),
    [
        ("auth", "feature/auth", True),
        ("auth", "auth", True),
        ("fix-parser", "fix/Fix_Parser", True),
        ("a-b", "feature/a/b", True),
        ("b", "feature/a/b", True),
        ("auth", "feature/authority", False),
        ("auth", "main", False),
        ("x", "", False),
    ],
)
def test_a_name_tells_the_branch(name: str, branch: str, told: bool) -> None:
    assert names_branch(name, branch) is told


def test_only_what_is_unusual_about_the_place_is_said() -> None:
    assert place_words(at(SessionState.IDLE)) == ""
    assert place_words(at(SessionState.IDLE, branch="fix/x", locked="")) == "on fix/x, locked"
    rebase = Operation(OperationKind.REBASE, "feature/auth", 2, 5)
    stopped = at(SessionState.IDLE, branch=None, operation=rebase)
    assert place_words(stopped) == "feature/auth (rebase 2/5)"
    assert place_words(at(SessionState.IDLE, branch=None)) == "(c0ffee00 detached)"
    assert place_words(replace(at(SessionState.IDLE), worktree=None)) == "in no worktree"
