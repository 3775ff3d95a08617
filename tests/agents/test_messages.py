"""What waits for a session reaches its real agent as context, once."""

from __future__ import annotations

import json
import time

import pytest

from tests.agents import pdev
from tests.agents.claude import Home
from tests.agents.model import Model, Say
from tests.agents.scripts import touch
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux


def _queue(world: World, session: str, number: int, text: str, kind: str = "handoff") -> None:
    folder = world.repo / ".claude/pdev/outbox" / session
    folder.mkdir(parents=True, exist_ok=True)
    message = {"schema": 1, "id": f"{number}", "kind": kind, "from": "api", "text": text}
    draft = folder / ".draft"
    draft.write_text(json.dumps({**message, "at": time.time()}))
    draft.replace(folder / f"{number:08}.json")


def test_it_comes_with_the_next_prompt_and_only_once(
    home: Home, world: World, model: Model
) -> None:
    model.script("talk", Say("I have heard."))
    model.script("more", Say("Nothing new."))
    agent = pdev.start(home, "perf")
    _queue(world, "perf", 1, "the tests of src/app.py fail")
    agent.ask("please [[talk]]")
    agent.shows("I have heard.")
    text = home.service.turns("talk")[-1].text
    assert "A handoff from api (another session or person" in text
    assert text.count("the tests of src/app.py fail") == 1
    agent.until("idle")
    agent.ask("and [[more]]")
    agent.shows("Nothing new.")
    assert home.service.turns("more")[-1].text.count("the tests of src/app.py fail") == 1


def test_it_comes_in_the_middle_of_a_turn_after_a_tool(
    home: Home, world: World, model: Model
) -> None:
    model.script("run", touch("made"), Say("I have heard."), held=True)
    agent = pdev.start(home, "perf", allowed=("touch",))
    agent.ask("please [[run]]")
    agent.until("busy")
    eventually(lambda: home.service.turns("run"))
    _queue(world, "perf", 1, "stop rewriting the parser")
    model.let("run")
    agent.shows("I have heard.")
    first, *_, last = home.service.turns("run")
    assert "stop rewriting the parser" not in first.text + first.results
    assert "stop rewriting the parser" in last.text + last.results


def test_it_comes_at_the_start(home: Home, world: World, model: Model) -> None:
    model.script("talk", Say("I have heard."))
    world.worktree("perf")
    _queue(world, "perf", 1, "finish the parser")
    agent = pdev.start(home, "perf")
    agent.ask("please [[talk]]")
    agent.shows("I have heard.")
    assert "finish the parser" in home.service.turns("talk")[-1].text
