"""A conversation outlives its window, and a service that fails."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path

from tests.agents.driver.claude import Home
from tests.agents.driver.model import Fail, Model, Say
from tests.support.waiting import eventually
from tests.support.world import World

NO_RETRY = {"retry-after": "1", "x-should-retry": "false"}


def _recorder(path: Path, *events: str) -> str:
    """Settings with a hook that writes what it is told, one line each."""
    command = f"{sys.executable} -I -S -c 'import sys; print(sys.stdin.read())' >> '{path}'"
    hook = [{"hooks": [{"type": "command", "command": command}]}]
    return json.dumps({"hooks": dict.fromkeys(events, hook)})


def _told(path: Path) -> list[dict[str, object]]:
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.strip()]


def test_a_closed_one_goes_on_where_it_stood(home: Home, world: World, model: Model) -> None:
    model.script("first", Say("the first answer"))
    model.script("second", Say("the second answer"))
    tree, name = world.worktree("perf"), str(uuid.uuid4())
    agent = home.start("perf", tree, "--session-id", name)
    assert agent.conversation == name
    agent.ask("please [[first]]")
    agent.shows("the first answer")
    agent.until("idle")
    world.tmux("kill-window", "-t", agent.window)
    eventually(lambda: not agent.alive())

    again = home.start("perf", tree, "--resume", name)
    assert again.conversation == name
    again.ask("and [[second]]")
    again.shows("the second answer")
    (turn,) = home.service.turns("second")
    said = [each for each in turn.body["messages"] if each["role"] == "assistant"]
    assert "the first answer" in json.dumps(said)


def test_a_limit_ends_the_turn_and_is_told_to_hooks(
    home: Home, world: World, model: Model, tmp_path: Path
) -> None:
    model.script("much", Fail(429, "rate_limit_error", "too much for today", NO_RETRY))
    told = tmp_path / "told"
    settings = _recorder(told, "Stop", "StopFailure")
    agent = home.start("perf", world.worktree("perf"), "--settings", settings)
    agent.ask("please [[much]]")
    (failure,) = eventually(lambda: _told(told))
    assert (failure["hook_event_name"], failure["error"]) == ("StopFailure", "rate_limit")
    agent.until("idle")


def test_a_short_fault_is_tried_again_without_a_word(
    home: Home, world: World, model: Model
) -> None:
    model.script("shaky", Fail(529, "overloaded_error", headers={"retry-after": "1"}), held=True)
    agent = home.start("perf", world.worktree("perf"))
    with agent.watched() as seen:
        agent.ask("please [[shaky]]")
        agent.until("busy")
        eventually(lambda: home.service.turns("shaky"))
        model.let("shaky")
        model.script("shaky", Say("there again"))
        agent.shows("there again")
        agent.until("idle")
    assert len(home.service.turns("shaky")) > 1
    assert [each.status for each in seen.values] == ["idle", "busy", "idle"]
