"""A question for leave waits where a dashboard sees it, and takes the answer of a person."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parallel_tui.adapters.agents.asks import PermissionAsks
from parallel_tui.model.agent import hook_line
from parallel_tui.model.agent.asked import PermissionAsk
from parallel_tui.model.agent.hook_line import command
from tests.hook.calling import PLACE
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

NASTY = "rm -rf build; echo '[b]' #{x} $(touch pwned)\nsecond line\x1b[31m"


@pytest.fixture
def asks(world: World) -> PermissionAsks:
    """The questions of the world's repository."""
    return PermissionAsks(str(world.repo / ".git/pdev"))


@contextmanager
def asking(world: World, tool: str = "Bash", **given: object) -> Iterator[subprocess.Popen[bytes]]:
    """An agent whose hook waits for an answer."""
    tree = world.root / "myapp-auth"
    if not tree.exists():
        world.worktree("auth")
    told = {
        "session_id": "c",
        "cwd": str(tree),
        "hook_event_name": "PermissionRequest",
        "tool_name": tool,
        "tool_input": given or {"command": NASTY, "description": "clean"},
    }
    env = {**world.env, "PDEV_SESSION": "auth", "CLAUDE_PID": str(os.getpid())}
    line = command(PLACE, "claude", hook_line.ANSWER)
    with subprocess.Popen(["/bin/sh", "-c", line], stdin=-1, stdout=-1, env=env, cwd=tree) as hook:
        assert hook.stdin is not None
        hook.stdin.write(json.dumps(told).encode())
        hook.stdin.close()
        try:
            yield hook
        finally:
            hook.kill()


def one(asks: PermissionAsks) -> PermissionAsk:
    """The question that waits."""
    (found,) = eventually(lambda: asks.pending("auth", 0.0))
    return found


def said(hook: subprocess.Popen[bytes]) -> object:
    """What the agent is answered."""
    assert hook.stdout is not None
    text = hook.stdout.read()
    assert hook.wait(PATIENCE) == 0
    return json.loads(text)["hookSpecificOutput"]["decision"] if text else None


def test_a_yes_and_a_no_reach_the_agent(world: World, asks: PermissionAsks) -> None:
    with asking(world) as hook:
        ask = one(asks)
        assert (ask.tool, ask.given, ask.session) == ("Bash", NASTY, "auth")
        assert asks.answer(ask, allow=True)
        assert said(hook) == {"behavior": "allow"}
    with asking(world) as hook:
        assert asks.answer(one(asks), allow=False, reason="not on my machine")
        assert said(hook) == {"behavior": "deny", "message": "not on my machine"}
    assert list((world.repo / ".git/pdev/asks").iterdir()) == []
    assert asks.pending("auth", 0.0) == ()


def test_what_is_shown_is_all_of_it(world: World, asks: PermissionAsks) -> None:
    given = {"file_path": "/etc/x", "content": "y" * 5000, "last": [1, None, True]}
    with asking(world, "Write", **given):
        assert json.loads(one(asks).given) == given


def test_a_question_ends_with_its_agent_s_dialog(world: World, asks: PermissionAsks) -> None:
    with asking(world) as hook:
        ask = one(asks)
        hook.terminate()
        hook.wait(PATIENCE)
        assert asks.pending("auth", 0.0) == (), "the agent ended the hook: it has its answer"
        assert not asks.answer(ask, allow=True)
    with asking(world):
        assert one(asks).id != ask.id
        left = {path.name for path in (world.repo / ".git/pdev/asks").iterdir()}
        assert left == {f"{one(asks).id}.ask.json"}, "what the first left is forgotten"


def test_only_what_was_shown_can_be_answered_and_once(world: World, asks: PermissionAsks) -> None:
    with asking(world) as hook:
        ask = one(asks)
        path = world.repo / f".git/pdev/asks/{ask.id}.ask.json"
        shown = json.loads(path.read_text())
        path.write_text(json.dumps({**shown, "given": "something else"}))
        assert not asks.answer(ask, allow=True), "it is another question now"
        path.write_text(json.dumps(shown))
        again = one(asks)
        assert asks.answer(again, allow=False)
        assert said(hook) == {"behavior": "deny", "message": "The user said no."}
        assert not asks.answer(again, allow=True)


def test_questions_are_private(world: World, asks: PermissionAsks) -> None:
    with asking(world):
        ask = one(asks)
        folder = world.repo / ".git/pdev/asks"
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / f"{ask.id}.ask.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("tool", ["AskUserQuestion", "ExitPlanMode"])
def test_what_is_no_question_for_leave_is_left_to_its_dialog(world: World, tool: str) -> None:
    with asking(world, tool) as hook:
        assert said(hook) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 1}', '{"schema": 9, "pid": 1}'])
def test_junk_is_no_question(world: World, asks: PermissionAsks, text: str) -> None:
    folder = Path(world.repo, ".git/pdev/asks")
    folder.mkdir(parents=True)
    (folder / "x.ask.json").write_text(text)
    assert asks.pending("auth", 1e12) == ()
