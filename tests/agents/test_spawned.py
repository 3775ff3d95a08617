"""Real sessions that pdev starts: bound from the first word, and remembered beyond the last."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parallel_tui.model.session.session import SessionState
from tests.agents.driver import pdev
from tests.agents.driver.claude import Agent, Home
from tests.agents.driver.model import Model, Say
from tests.agents.driver.scripts import edit
from tests.agents.driver.seeing import until
from tests.engine.live import live
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux


def _spawn(home: Home, *args: str) -> Agent:
    """Start the session `perf` as a person does, and find its agent."""
    world = home.world
    pdev.run(world, "spawn", *args, "--agent", "claude {prompt}", "perf")
    return home.adopt(pdev.window_of(world, "perf"))


def _registered(world: World) -> dict[str, Any]:
    state = json.loads((world.repo / ".claude/parallel-state.json").read_text())
    found: dict[str, Any] = state["sessions"]["perf"]
    return found


def test_it_works_on_its_first_prompt_and_is_bound(home: Home, world: World, model: Model) -> None:
    tree = world.root / "myapp-perf"
    model.script("edit", *edit(tree / "src/app.py"), Say("I was kept from it."))
    pdev.run(world, "lock", "src/app.py", "--session", "api")
    with live(world.repo, trees=False) as view:
        agent = _spawn(home, "--prompt", "please [[edit]]")
        agent.shows("I was kept from it.")
        found = until(view, SessionState.DONE)
    assert "src/app.py is locked by api" in home.service.turns("edit")[-1].results
    assert (tree / "src/app.py").read_text() == "x = 1\n"
    assert found.agent is not None
    assert found.agent.pid == agent.pid
    assert found.agent.conversation == agent.conversation == _registered(world)["conversation"]
    assert world.git("status", "--porcelain") == world.git("status", "--porcelain", cwd=tree) == ""


def test_its_conversation_goes_on_after_its_window_closed(
    home: Home, world: World, model: Model
) -> None:
    model.script("first", Say("the first answer"))
    model.script("second", Say("the second answer"))
    world.window("shell", world.repo)
    agent = _spawn(home, "--prompt", "please [[first]]")
    agent.shows("the first answer")
    agent.until("idle")
    world.tmux("kill-window", "-t", agent.window)
    eventually(lambda: not agent.alive())
    again = home.start(
        "perf", world.root / "myapp-perf", "--resume", _registered(world)["conversation"]
    )
    again.ask("and [[second]]")
    again.shows("the second answer")
    assert "the first answer" in json.dumps(home.service.turns("second")[0].body["messages"])
