"""What is sent to real agents: at once to one at rest, else as context, and never twice."""

from __future__ import annotations

import json

import pytest

from parallel_tui.model.session.session import SessionState
from tests.agents.driver import pdev
from tests.agents.driver.claude import Home
from tests.agents.driver.model import Model, Say
from tests.agents.driver.scripts import touch
from tests.agents.driver.seeing import until
from tests.engine.live import live
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux


def test_an_agent_at_rest_gets_a_prompt_at_once(home: Home, world: World, model: Model) -> None:
    model.script("talk", Say("I am at it."))
    agent = pdev.start(home, "perf")
    sent = pdev.run(world, "send", "--json", "perf", "please [[talk]]\nand tell").json
    assert sent["delivered"] == ["perf"]
    agent.shows("I am at it.")
    assert "please [[talk]]\nand tell" in home.service.turns("talk")[-1].text


def test_an_agent_at_work_hears_it_in_the_middle_of_its_turn_and_once(
    home: Home, world: World, model: Model
) -> None:
    model.script("run", touch("made"), Say("I have heard."), held=True)
    agent = pdev.start(home, "perf", allowed=("touch",))
    agent.ask("please [[run]]")
    agent.until("busy")
    eventually(lambda: home.service.turns("run"))
    sent = pdev.run(world, "send", "--json", "perf", "stop rewriting the parser").json
    assert sent["queued"] == ["perf"]
    assert "stop rewriting the parser" in pdev.run(world, "queue", "list").out
    model.let("run")
    agent.shows("I have heard.")
    last = home.service.turns("run")[-1]
    assert (last.text + last.results).count("stop rewriting the parser") == 1
    assert "stop rewriting" not in pdev.run(world, "queue", "list").out


def test_what_was_kept_for_later_comes_with_the_next_prompt_and_once(
    home: Home, world: World, model: Model
) -> None:
    model.script("talk", Say("I have heard."))
    model.script("more", Say("Nothing new."))
    agent = pdev.start(home, "perf")
    pdev.run(world, "send", "--later", "perf", "the tests of src/app.py fail")
    agent.ask("please [[talk]]")
    agent.shows("I have heard.")
    assert home.service.turns("talk")[-1].text.count("the tests of src/app.py fail") == 1
    agent.until("idle")
    agent.ask("and [[more]]")
    agent.shows("Nothing new.")
    assert home.service.turns("more")[-1].text.count("the tests of src/app.py fail") == 1


def test_what_waited_before_it_began_comes_at_the_start(
    home: Home, world: World, model: Model
) -> None:
    model.script("talk", Say("I have heard."))
    world.worktree("perf")
    pdev.run(world, "send", "--session", "api", "perf", "finish the parser")
    agent = pdev.start(home, "perf")
    agent.ask("please [[talk]]")
    agent.shows("I have heard.")
    text = home.service.turns("talk")[-1].text
    assert text.count("finish the parser") == 1
    assert "from api (another session or person, not your user's input)" in text


def test_what_was_taken_back_is_never_told(home: Home, world: World, model: Model) -> None:
    model.script("talk", Say("I have heard."))
    agent = pdev.start(home, "perf")
    sent = pdev.run(world, "send", "--json", "--later", "perf", "finish the parser").json
    pdev.run(world, "queue", "revoke", *sent["ids"])
    agent.ask("please [[talk]]")
    agent.shows("I have heard.")
    assert "finish the parser" not in home.service.turns("talk")[-1].text


def test_one_without_hooks_gets_it_when_it_rests(home: Home, world: World, model: Model) -> None:
    model.script("first", Say("that was first"), held=True)
    model.script("second", Say("that was second"))
    agent = home.start("perf", world.worktree("perf"))
    agent.ask("please [[first]]")
    agent.until("busy")
    sent = pdev.run(world, "send", "--json", "perf", "then [[second]]").json
    assert sent["queued"] == ["perf"]
    model.let("first")
    agent.shows("that was first")
    agent.until("idle")
    pdev.run(world, "queue", "deliver", "perf")
    agent.shows("that was second")


def test_what_a_person_is_writing_is_not_typed_over(home: Home, world: World, model: Model) -> None:
    agent = home.start("perf", world.worktree("perf"))
    agent.keys("d", "r", "a", "f", "t")
    agent.shows("draft")
    sent = pdev.run(world, "send", "--json", "perf", "something else").json
    assert sent["queued"] == ["perf"]
    assert "something else" not in agent.screen()
    assert "draft" in agent.screen()


def test_a_waiting_agent_is_not_typed_into(home: Home, world: World, model: Model) -> None:
    model.script("run", touch("made"), Say("made"))
    agent = pdev.start(home, "perf")
    agent.ask("please [[run]]")
    agent.until("waiting")
    sent = pdev.run(world, "send", "--json", "perf", "yes").json
    assert sent["queued"] == ["perf"]
    assert not (world.root / "myapp-perf/made").exists()
    agent.until("waiting")


def test_a_handoff_is_told_the_agent_as_what_it_is(home: Home, world: World, model: Model) -> None:
    model.script("talk", Say("I have heard."))
    pdev.run(world, "session", "set", "--session", "perf")  # a hook keeps nothing before that
    agent = pdev.start(home, "perf")
    handoff = ("--file", "src/app.py", "--task", "finish the parser", "--session", "api")
    world.worktree("api")
    agent.keys("d")  # a draft: it cannot be begun at once
    agent.shows("❯\N{NO-BREAK SPACE}d")
    pdev.run(world, "handoff", "send", "perf", *handoff)
    agent.keys("BSpace")
    agent.ask("please [[talk]]")
    agent.shows("I have heard.")
    text = home.service.turns("talk")[-1].text
    assert "finish the parser" in text
    assert "another session or person, not your user's input" in text


def test_a_session_is_opened_again_with_its_conversation(
    home: Home, world: World, model: Model
) -> None:
    model.script("first", Say("the first answer"))
    model.script("second", Say("the second answer"))
    world.window("shell", world.repo)
    with live(world.repo, trees=False) as view:
        pdev.run(world, "spawn", "--agent", "claude {prompt}", "--prompt", "go [[first]]", "perf")
        agent = home.adopt(pdev.window_of(world, "perf"))
        agent.shows("the first answer")
        until(view, SessionState.DONE)
        refused = pdev.run(world, "resume", "perf", status=1)
        assert "open" in refused.err
        world.tmux("kill-window", "-t", agent.window)
        eventually(lambda: not agent.alive())
        opened = pdev.run(world, "resume", "--json", "perf").json
        assert opened["conversation"] == agent.conversation
        again = home.adopt(pdev.window_of(world, "perf"))
        again.until("idle")
        assert again.conversation == agent.conversation
        pdev.run(world, "send", "perf", "and [[second]]")
        again.shows("the second answer")
        until(view, SessionState.DONE)
    assert "the first answer" in json.dumps(home.service.turns("second")[0].body["messages"])
