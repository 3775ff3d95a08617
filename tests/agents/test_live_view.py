"""What the live view says of a real Claude Code, from its first word to its end."""

from __future__ import annotations

import pytest

from parallel_tui.model.agent.record import AgentKind
from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.session.session import SessionState
from tests.agents.driver.claude import Home
from tests.agents.driver.model import Model, Say, Use
from tests.agents.driver.scripts import COLOURS, touch
from tests.agents.driver.seeing import until
from tests.engine.live import live
from tests.support.world import World

pytestmark = pytest.mark.tmux

State = SessionState


def test_a_session_is_followed_through_its_day(home: Home, world: World, model: Model) -> None:
    tree = world.worktree("perf")
    model.script("talk", Say("all fine", thinking="let me see"), held=True)
    model.script("run", touch("made"), Say("made"), held=True)
    model.script("colour", Use("AskUserQuestion", COLOURS), Say("thank you"), held=True)
    with live(world.repo, trees=False) as view:
        agent = home.start("perf", tree)
        found = until(view, State.IDLE)
        assert found.agent is not None
        assert (found.agent.kind, found.agent.pid) == (AgentKind.CLAUDE, agent.pid)
        assert found.agent.conversation == agent.conversation
        for marker, waits_for in (
            ("talk", None),
            ("run", WaitsFor.PERMISSION),
            ("colour", WaitsFor.QUESTION),
        ):
            agent.ask(f"please [[{marker}]]")
            until(view, State.WORKING)
            model.let(marker)
            if waits_for:
                assert until(view, State.WAITING, waits_for).evidence.source == "claude"
                agent.answer("Enter")
            until(view, State.DONE)


def test_a_killed_one_has_crashed(home: Home, world: World, model: Model) -> None:
    model.script("long", Say("too late"), held=True)
    tree = world.worktree("perf")
    world.window("shell", world.repo)  # the server outlives the agent's window
    with live(world.repo, trees=False) as view:
        agent = home.start("perf", tree, stays=True)
        agent.ask("please [[long]]")
        until(view, State.WORKING)
        agent.kill()
        assert until(view, State.CRASHED).evidence.source == "process"


def test_an_interrupted_one_rests(home: Home, world: World, model: Model) -> None:
    model.script("long", Say("too late"), held=True)
    with live(world.repo, trees=False) as view:
        agent = home.start("perf", world.worktree("perf"))
        agent.ask("please [[long]]")
        until(view, State.WORKING)
        agent.keys("Escape")
        until(view, State.IDLE)


def test_one_that_asks_for_trust_before_it_begins_waits(home: Home, world: World) -> None:
    home.answer_first_questions(trusts=False)
    tree = world.worktree("perf")
    with live(world.repo, trees=False) as view:
        window = world.window("perf", tree, f"exec {home.line()}")
        view.until(lambda now: (s := now.session("perf")) and s.state is State.WAITING)
        assert home.records() == []
        assert "Yes, I trust" in world.tmux("capture-pane", "-p", "-t", window)
        world.tmux("send-keys", "-t", window, "Down", "Enter")
        home.adopt(window)
        until(view, State.IDLE)
