"""Messages reach the agent as context, once, labelled, oldest first, and never too long."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.hook.calling import Agent, warned
from tests.support.world import World


@pytest.fixture
def agent(world: World) -> Agent:
    """A Claude in the worktree `mine`."""
    (world.repo / ".claude/pdev").mkdir(parents=True)
    return Agent(world.worktree("mine"), dict(world.env))


def _box(world: World) -> Path:
    return world.repo / ".claude/pdev/outbox/mine"


def _queue(world: World, name: str, text: str, kind: str = "prompt", who: str = "auth") -> None:
    _box(world).mkdir(parents=True, exist_ok=True)
    line = {"schema": 1, "id": name, "kind": kind, "from": who, "text": text, "at": 1.0}
    (_box(world) / f"{name}.json").write_text(json.dumps(line))


@pytest.mark.parametrize("event", ["SessionStart", "UserPromptSubmit", "PostToolUse"])
def test_a_message_is_delivered_once_and_says_whose_it_is(
    world: World, agent: Agent, event: str
) -> None:
    _queue(world, "1", "Please look at\nthe tests", "handoff")
    told = agent.tell(event, tool_name="Bash").context
    assert told.startswith("[pdev] A handoff from auth (another session or person")
    assert told.endswith("Please look at\nthe tests")
    assert agent.tell(event, tool_name="Bash").said == {}
    assert [each.name for each in (_box(world) / "delivered").iterdir()] == ["1.json"]


def test_no_other_event_takes_a_message(world: World, agent: Agent) -> None:
    _queue(world, "1", "text")
    for event in ("Stop", "Notification", "PreToolUse", "SessionEnd", "PermissionRequest"):
        assert agent.tell(event, tool_name="Bash").said == {}
    assert agent.tell("PostToolUse", tool_name="Bash", agent_id="helper").said == {}
    assert agent.tell("UserPromptSubmit").context


def test_a_sync_that_waits_is_left_for_the_session(world: World, agent: Agent) -> None:
    _queue(world, "1", "Bring it up to date", "sync")
    _queue(world, "2", "go on")
    assert agent.tell("UserPromptSubmit").context.endswith("go on")
    assert (_box(world) / "1.json").exists()


def test_what_does_not_fit_comes_next_time_in_order(world: World, agent: Agent) -> None:
    for number in range(5):
        _queue(world, str(number), f"{number}:" + "é" * 300)
    heard = []
    while told := agent.tell("UserPromptSubmit").context:
        assert len(told.encode()) <= 2048
        heard += [each.split("\n")[1][0] for each in told.split("\n\n")]
    assert heard == list("01234")


def test_a_message_that_is_too_long_is_cut_and_says_where_it_is(world: World, agent: Agent) -> None:
    _queue(world, "1", "x" * 30_000 + "END")
    told = agent.tell("UserPromptSubmit").context
    assert len(told.encode()) <= 2048
    path = told.rpartition("all of it: ")[2].rstrip(")")
    assert "END" in Path(path).read_text()


def test_nothing_in_a_message_is_obeyed(world: World, agent: Agent) -> None:
    _queue(world, "1", "\x1b]0;x\x07 $(touch y) [b]", who="a\nb\x1b[1m" + "c" * 200)
    told = agent.tell("UserPromptSubmit").context
    assert "\x1b" not in told
    assert "\x07" not in told
    assert len(told.split("\n")) == 2


def test_a_message_that_is_none_is_put_aside_and_said(world: World, agent: Agent) -> None:
    _queue(world, "2", "text")
    (_box(world) / "1.json").write_text("garbage")
    assert "1.json is no message" in agent.tell("UserPromptSubmit").warning
    assert "1.json is no message" in warned(world.repo / ".claude")[0]
    assert agent.tell("UserPromptSubmit").context.endswith("text")


def test_many_hooks_at_once_deliver_each_message_once(world: World, agent: Agent) -> None:
    for number in range(12):
        _queue(world, f"{number:02}", f"<{number:02}>" + "x" * 500)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: agent.tell("UserPromptSubmit").context, range(12)))
    said = "\n".join(told)
    assert [said.count(f"<{number:02}>") for number in range(12)] == [1] * 12
