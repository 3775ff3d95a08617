"""Agents of sessions that pdev starts have hooks, and no file of the repository tells."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from parallel_tui.model.agent.hook_line import place_in
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from tests.hook.calling import Agent, evidence
from tests.services.conftest import OpenCore
from tests.support.waiting import eventually
from tests.support.world import World


@pytest.fixture
def claude(tmp_path: Path) -> Path:
    """A program called claude that writes down how it was started."""
    folder = tmp_path / "bin of it"
    folder.mkdir()
    program = folder / "claude"
    program.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" > "$0.tmp"\nmv "$0.tmp" "$0.args"\nexec sh\n'
    )
    program.chmod(0o755)
    (tmp_path / "claude").symlink_to(folder / "claude")
    return tmp_path / "claude"


def _started(claude: Path) -> list[str]:
    told = claude.with_name("claude.args")
    eventually(told.exists)
    return told.read_text().splitlines()


@pytest.mark.files
def test_a_claude_is_bound_without_a_file_of_the_repository(
    world: World, core_of: OpenCore, claude: Path
) -> None:
    core = core_of(agent=f"{claude} --model opus {{prompt}}")
    receipt = core.spawner.spawn(SpawnRequest("perf", prompt="make it 'fast'"))
    words = _started(claude)
    settings = world.repo / ".claude/pdev/claude-settings.json"
    assert words[:4] == ["--settings", str(settings), "-n", "perf"]
    assert words[4] == "--session-id"
    assert words[6:] == ["--model", "opus", "make it 'fast'"]
    assert world.git("status", "--porcelain", "--ignored=no") == ""
    assert world.git("status", "--porcelain", cwd=Path(receipt.directory)) == ""
    state = json.loads((world.repo / ".claude/parallel-state.json").read_bytes())
    record = state["sessions"]["perf"]
    assert (record["agent"], record["conversation"]) == ("claude", str(uuid.UUID(words[5])))
    line = json.loads(settings.read_bytes())["hooks"]["Stop"][0]["hooks"][0]["command"]
    agent = Agent(Path(receipt.directory), dict(world.env), session="perf")
    assert place_in(line) is not None
    agent.tell("Stop")
    assert [each["session"] for each in evidence(world.repo / ".claude")] == ["perf"]
    (found,) = (each for each in core.shared.registry.all() if each.name == "perf")
    assert found.conversation == words[5]
    core.shared.registry.register("perf", status="blocked")
    assert (
        json.loads((world.repo / ".claude/parallel-state.json").read_bytes())["sessions"]["perf"][
            "conversation"
        ]
        == words[5]
    ), "it is kept"


def test_a_second_session_leaves_the_settings_as_they_are(
    world: World, core_of: OpenCore, claude: Path
) -> None:
    core = core_of(agent=str(claude))
    core.spawner.spawn(SpawnRequest("one"))
    settings = world.repo / ".claude/pdev/claude-settings.json"
    before = settings.stat().st_mtime_ns, settings.stat().st_ino
    core.spawner.spawn(SpawnRequest("two"))
    assert (settings.stat().st_mtime_ns, settings.stat().st_ino) == before


def test_the_setting_turns_it_off(world: World, core_of: OpenCore, claude: Path) -> None:
    core = core_of(agent=f"{claude} --model opus", agent_hooks=False)
    core.spawner.spawn(SpawnRequest("perf"))
    assert _started(claude) == ["--model", "opus"]
    assert not (world.repo / ".claude/pdev/claude-settings.json").exists()


def test_two_panes_with_an_agent_share_no_conversation(
    world: World, core_of: OpenCore, claude: Path
) -> None:
    panes = ["{agent}", {"command": "{agent}", "split": "right"}]
    core = core_of(agent=str(claude), layouts={"pair": panes}, layout="pair")
    core.spawner.spawn(SpawnRequest("perf"))
    assert "--session-id" not in _started(claude)


def test_settings_that_cannot_be_written_stop_no_session(
    world: World, core_of: OpenCore, claude: Path
) -> None:
    (world.repo / ".claude/pdev/claude-settings.json").mkdir(parents=True)
    receipt = core_of(agent=f"{claude} x").spawner.spawn(SpawnRequest("perf"))
    assert any("the agent has no hooks" in each for each in receipt.warnings)
    assert _started(claude) == ["x"]
