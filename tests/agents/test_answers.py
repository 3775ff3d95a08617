"""A real agent's question for leave is answered from outside its window."""

from __future__ import annotations

import time

import pytest

from parallel_tui.adapters.agents.asks import PermissionAsks
from tests.agents.driver import pdev
from tests.agents.driver.claude import Home
from tests.agents.driver.model import Model, Say, Use
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

RUN = Use("Bash", {"command": "touch made.txt", "description": "make a file"})


@pytest.mark.parametrize("allow", [True, False])
def test_the_answer_of_the_dashboard_counts(
    home: Home, world: World, model: Model, allow: bool
) -> None:
    tree = world.worktree("perf")
    (world.repo / ".git/pdev").mkdir(exist_ok=True)
    model.script("run", RUN, Say("That was it."))
    agent = pdev.start(home, "perf")
    agent.ask("please [[run]]")
    agent.until("waiting", "permission")
    asks = PermissionAsks(str(world.repo / ".git/pdev"))
    (ask,) = eventually(lambda: asks.pending("perf", time.time()))
    assert (ask.tool, ask.given, ask.pid) == ("Bash", "touch made.txt", agent.pid)
    assert asks.answer(ask, allow=allow, reason="Use the script instead.")
    agent.shows("That was it.")
    agent.until("idle")
    assert (tree / "made.txt").exists() is allow
    results = home.service.turns("run")[-1].results
    assert ("Use the script instead." in results) is not allow


def test_the_agent_s_own_dialog_can_be_faster(home: Home, world: World, model: Model) -> None:
    tree = world.worktree("perf")
    (world.repo / ".git/pdev").mkdir(exist_ok=True)
    model.script("run", RUN, Say("That was it."))
    agent = pdev.start(home, "perf")
    agent.ask("please [[run]]")
    agent.until("waiting", "permission")
    asks = PermissionAsks(str(world.repo / ".git/pdev"))
    (ask,) = eventually(lambda: asks.pending("perf", time.time()))
    agent.answer("Enter")
    agent.shows("That was it.")
    assert (tree / "made.txt").exists()
    eventually(lambda: not asks.pending("perf", time.time()))
    assert not asks.answer(ask, allow=False)
