"""`pdev hooks install`, and real sessions that people start by hand."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest

from tests.agents.driver import pdev
from tests.agents.driver.claude import Agent, Home
from tests.agents.driver.model import Model, Say
from tests.agents.driver.scripts import edit
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

_NUMBERS = count(1)


def _record(world: World, agent: Agent) -> dict[str, Any]:
    """What the hook wrote down of an agent; empty for nothing."""
    path = world.repo / f".claude/pdev/agents/perf--{agent.pid}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _until(bound: bool, world: World, model: Model, agent: Agent) -> None:
    """Prompt until the hook is called, or is no longer: settings are read again soon."""

    def is_so() -> bool:
        marker = f"talk{next(_NUMBERS)}"
        model.script(marker, Say(f"{marker} is over"))
        before = _record(world, agent).get("at")
        agent.until("idle")
        agent.ask(f"go [[{marker}]]")
        agent.shows(f"{marker} is over")
        agent.until("idle")
        return (_record(world, agent).get("at") != before) is bound

    eventually(is_so)


def _by_hand(home: Home, *args: str) -> Agent:
    """A session that somebody starts in a worktree: nothing tells it of pdev."""
    path = {"PATH": pdev.path_with_us(home.world)}
    accepting = ("--permission-mode", "acceptEdits")
    return home.start("perf", home.world.root / "myapp-perf", *accepting, *args, env=path)


def test_they_bind_a_session_in_a_linked_worktree_and_leave_no_trace(
    home: Home, world: World, model: Model
) -> None:
    tree = world.worktree("perf")
    pdev.run(world, "hooks", "install")
    pdev.run(world, "lock", "src/app.py", "--session", "api")
    assert world.git("status", "--porcelain", cwd=tree) == ""
    model.script("edit", *edit(tree / "src/app.py"), Say("I was kept from it."))
    agent = _by_hand(home)
    agent.ask("please [[edit]]")
    agent.shows("I was kept from it.")
    assert "src/app.py is locked by api" in home.service.turns("edit")[-1].results
    assert (tree / "src/app.py").read_text() == "x = 1\n"
    eventually(lambda: _record(world, agent)["event"] == "Stop")

    pdev.run(world, "hooks", "uninstall")
    assert not (world.repo / ".claude/settings.local.json").exists()
    _until(False, world, model, agent)
    model.script("again", *edit(tree / "src/app.py"), Say("I changed it."))
    agent.ask("please [[again]]")
    agent.shows("I changed it.")
    assert (tree / "src/app.py").read_text() == "x = 2\n"


def test_a_session_that_runs_already_is_bound_soon(home: Home, world: World, model: Model) -> None:
    tree = world.worktree("perf")
    agent = _by_hand(home)
    pdev.run(world, "lock", "src/app.py", "--session", "api")
    pdev.run(world, "hooks", "install")
    _until(True, world, model, agent)
    model.script("edit", *edit(tree / "src/app.py"), Say("I was kept from it."))
    agent.ask("please [[edit]]")
    agent.shows("I was kept from it.")
    assert (tree / "src/app.py").read_text() == "x = 1\n"


def test_told_twice_they_are_called_once(home: Home, world: World, model: Model) -> None:
    world.worktree("perf")
    pdev.run(world, "hooks", "install")
    folder = world.repo / ".claude/pdev/outbox/perf"
    folder.mkdir(parents=True)
    for number in range(2):
        message = {"schema": 1, "id": f"{number}", "kind": "event", "from": "api", "at": 0}
        text = f"{number} " + "long " * 300  # one call delivers one of this length
        (folder / f"{number}.json").write_text(json.dumps({**message, "text": text}))
    model.script("talk", Say("I have heard."))
    agent = _by_hand(home, "--settings", pdev.settings())
    assert [each.name for each in folder.glob("*.json")] == ["1.json"]
    agent.ask("please [[talk]]")
    agent.shows("I have heard.")
    assert home.service.turns("talk")[-1].text.count("event from api") == 2
