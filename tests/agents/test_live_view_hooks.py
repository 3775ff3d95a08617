"""What the live view says of a real Claude Code that calls our hook."""

from __future__ import annotations

import pytest

from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.session.session import SessionState
from tests.agents.driver import pdev
from tests.agents.driver.claude import Home
from tests.agents.driver.model import Fail, Model, Say, Use
from tests.agents.driver.scripts import COLOURS, touch
from tests.agents.driver.seeing import until
from tests.engine.live import live
from tests.support.world import World

pytestmark = pytest.mark.tmux

State = SessionState
NO_RETRY = {"retry-after": "1", "x-should-retry": "false"}


def test_it_tells_what_leave_is_asked_for(home: Home, world: World, model: Model) -> None:
    model.script("run", touch("made"), Say("made"), held=True)
    model.script("colour", Use("AskUserQuestion", COLOURS), Say("thank you"), held=True)
    with live(world.repo, trees=False) as view:
        agent = pdev.start(home, "perf")
        agent.ask("please [[run]]")
        until(view, State.WORKING)
        model.let("run")
        asks = until(view, State.WAITING, WaitsFor.PERMISSION).evidence
        assert "touch made" in asks.detail
        agent.answer("Enter")
        until(view, State.DONE)
        agent.ask("please [[colour]]")
        until(view, State.WORKING)
        model.let("colour")
        asks = until(view, State.WAITING, WaitsFor.QUESTION).evidence
        assert "Which colour?" in asks.detail
        agent.answer("Enter")
        until(view, State.DONE)


def test_a_refusal_by_esc_is_seen_although_no_hook_tells(
    home: Home, world: World, model: Model
) -> None:
    model.script("run", touch("made"), Say("made"), held=True)
    with live(world.repo, trees=False) as view:
        agent = pdev.start(home, "perf")
        agent.ask("please [[run]]")
        until(view, State.WORKING)
        model.let("run")
        until(view, State.WAITING, WaitsFor.PERMISSION)
        agent.answer("Escape")
        view.until(lambda now: (s := now.session("perf")) and s.state in (State.IDLE, State.DONE))


@pytest.mark.parametrize(
    ("status", "kind", "state"),
    [(429, "rate_limit_error", State.LIMITED), (500, "api_error", State.FAILED)],
)
def test_a_turn_that_the_service_refused(
    home: Home, world: World, model: Model, status: int, kind: str, state: SessionState
) -> None:
    model.script("much", Fail(status, kind, headers=NO_RETRY))
    with live(world.repo, trees=False) as view:
        agent = pdev.start(home, "perf")
        agent.ask("please [[much]]")
        until(view, state)
        model.script("talk", Say("there again"), held=True)
        agent.ask("please [[talk]]")
        until(view, State.WORKING)
        model.let("talk")
        until(view, State.DONE)


def test_a_conversation_that_begins_anew_is_followed(
    home: Home, world: World, model: Model
) -> None:
    model.script("talk", Say("all fine"))
    with live(world.repo, trees=False) as view:
        agent = pdev.start(home, "perf")
        agent.ask("please [[talk]]")
        agent.shows("all fine")
        until(view, State.DONE)
        agent.ask("/clear")
        view.until(
            lambda now: (
                (s := now.session("perf"))
                and s.agent
                and s.agent.pid == agent.pid
                and s.agent.conversation not in ("", agent.conversation)
            )
        )


def test_one_whose_shell_runs_on_in_the_background_is_not_at_work(
    home: Home, world: World, model: Model
) -> None:
    command = {"command": "sleep 600", "description": "wait", "run_in_background": True}
    model.script("wait", Use("Bash", command), Say("it runs"))
    with live(world.repo, trees=False) as view:
        agent = pdev.start(home, "perf", allowed=("sleep",))
        agent.ask("please [[wait]]")
        agent.until("shell")
        # Its hook told first that the turn has ended; its file tells that something runs on.
        view.until(
            lambda now: (s := now.session("perf")) and "background shell" in s.evidence.detail
        )
        until(view, State.DONE)
