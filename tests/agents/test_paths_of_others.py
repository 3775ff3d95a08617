"""Boundaries that base sets bind a real agent at its edit; what a shell wrote is found after it."""

from __future__ import annotations

import pytest

from tests.agents.driver import pdev
from tests.agents.driver.claude import Home
from tests.agents.driver.model import Model, Say, Use
from tests.agents.driver.scripts import edit
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

BOUNDS = """\
sessions:
  api:
    owns: ["src/**"]
  perf:
    owns: ["bench/**"]
"""


@pytest.fixture
def bounds(world: World) -> None:
    """Paths of two sessions, as base has them, and compiled for the hook."""
    world.commit("bench/run.py", "x = 1\n")
    world.write(".claude/parallel-config.yml", BOUNDS)
    world.git("add", "-f", ".claude/parallel-config.yml")
    world.git("commit", "-q", "-m", "whose is what")
    world.worktree("api")
    world.worktree("perf")
    pdev.run(world, "check", "--boundaries")


@pytest.mark.usefixtures("bounds")
def test_only_what_is_the_sessions_own_is_edited(home: Home, world: World, model: Model) -> None:
    tree = world.root / "myapp-perf"
    agent = pdev.start(home, "perf", "--permission-mode", "acceptEdits")
    model.script("own", *edit(tree / "bench/run.py"), Say("I changed it."))
    agent.ask("please [[own]]")
    agent.shows("I changed it.")
    assert (tree / "bench/run.py").read_text() == "x = 2\n"
    agent.until("idle")
    model.script("foreign", *edit(tree / "src/app.py"), Say("I was kept from it."))
    agent.ask("please [[foreign]]")
    agent.shows("I was kept from it.")
    assert "src/app.py belongs to api" in home.service.turns("foreign")[-1].results
    assert (tree / "src/app.py").read_text() == "x = 1\n"


@pytest.mark.usefixtures("bounds")
def test_what_a_shell_wrote_is_found_by_the_check(home: Home, world: World, model: Model) -> None:
    tree = world.root / "myapp-perf"
    agent = pdev.start(home, "perf", allowed=("sed",))
    sed = {"command": "sed -i s/1/2/ src/app.py", "description": "change"}
    model.script("sed", Use("Bash", sed), Say("I changed it."))
    agent.ask("please [[sed]]")
    agent.shows("I changed it.")
    assert (tree / "src/app.py").read_text() == "x = 2\n"
    done = pdev.run(world, "check", "--boundaries", cwd=tree, status=1)
    assert "src/app.py belongs to api" in done.out


@pytest.mark.usefixtures("bounds")
def test_what_a_shell_wrote_is_told_the_agent_with_its_next_prompt(
    home: Home, world: World, model: Model
) -> None:
    sed = {"command": "sed -i s/1/2/ src/app.py", "description": "change"}
    model.script("sed", Use("Bash", sed), Say("I changed it."))
    model.script("more", Say("I take it back."))
    agent = pdev.start(home, "perf", allowed=("sed",))
    agent.ask("please [[sed]]")
    agent.shows("I changed it.")
    agent.until("idle")
    box = world.repo / ".claude/pdev/outbox/perf"
    eventually(lambda: list(box.glob("*.json")), what="the look at what it changed")
    agent.ask("and [[more]]")
    agent.shows("I take it back.")
    text = home.service.turns("more")[-1].text
    assert "You have changed what is not yours" in text
    assert "src/app.py belongs to api" in text
