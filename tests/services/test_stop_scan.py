"""What an agent changed through a shell is found when it stops, and told it once."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.model.agent import hook_line
from parallel_tui.model.agent.hook_state import HookScope
from tests.hook.calling import Agent
from tests.support.waiting import eventually
from tests.support.world import World


@pytest.fixture
def agent(world: World) -> Agent:
    """A Claude in `mine`, while `theirs` holds `src`."""
    world.worktree("theirs")
    tree = world.worktree("mine")
    _core(world, tree).shared.locks.acquire(("src",), session="theirs")
    return Agent(tree, dict(world.env))


def _core(world: World, where: Path) -> Core:
    return open_core(Overrides(directory=str(where)), dict(world.env))


def _scan(world: World, agent: Agent) -> list[str]:
    core = _core(world, agent.cwd)
    return [each.path for each in core.hooks.scan(core.boundaries.checker).scan()]


def test_what_a_shell_wrote_is_told_with_the_next_prompt(world: World, agent: Agent) -> None:
    assert _scan(world, agent) == []
    assert agent.tell("UserPromptSubmit").said == {}
    subprocess.run(["sed", "-i", "s/1/2/", "src/app.py"], cwd=agent.cwd, check=True)
    world.write("src/new $(touch x).py", "y\n", cwd=agent.cwd)
    assert _scan(world, agent) == ["src/app.py", "src/new $(touch x).py"]
    told = agent.tell("UserPromptSubmit").context
    assert "An event from the boundaries of this repository" in told
    assert "- src/app.py is locked by theirs" in told
    assert _scan(world, agent) == ["src/app.py", "src/new $(touch x).py"]
    assert agent.tell("UserPromptSubmit").said == {}, "it was told"
    world.git("checkout", "-q", "--", "src/app.py", cwd=agent.cwd)
    (agent.cwd / "src/new $(touch x).py").unlink()
    assert _scan(world, agent) == []
    assert agent.tell("UserPromptSubmit").said == {}
    subprocess.run(["sed", "-i", "s/1/2/", "src/app.py"], cwd=agent.cwd, check=True)
    _scan(world, agent)
    assert "src/app.py" in agent.tell("UserPromptSubmit").context, "it is news again"


def test_that_a_lock_is_held_for_longer_by_now_is_no_news(
    world: World, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["sed", "-i", "s/1/2/", "src/app.py"], cwd=agent.cwd, check=True)
    core = _core(world, agent.cwd)
    scan, store = core.hooks.scan(core.boundaries.checker), type(core.shared.store)
    (before,), now = scan.scan(), core.shared.store.now()
    monkeypatch.setattr(store, "now", lambda _: now + 999)
    (after,) = scan.scan()
    assert before.sentence != after.sentence
    assert len(list((world.repo / ".claude/pdev/outbox").rglob("*-scan.json"))) == 1


def test_what_was_told_long_ago_is_deleted(world: World, agent: Agent) -> None:
    pdev = world.repo / ".claude/pdev"
    agent.tell("Stop")
    old = [pdev / "agents/x--1.json", pdev / "outbox/x/delivered/1.json"]
    kept = pdev / "outbox/x/2.json"
    for path in (*old, kept):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
        os.utime(path, (1, 1))
    _scan(world, agent)
    assert not [path for path in old if path.exists()]
    assert kept.exists(), "it waits still"
    assert len(list((pdev / "agents").iterdir())) == 1


def test_what_is_installed_for_a_stop_scans(world: World, agent: Agent) -> None:
    core = _core(world, agent.cwd)
    core.hooks.installer.install("claude", HookScope.LOCAL)
    settings = json.loads((world.repo / ".claude/settings.local.json").read_bytes())
    first, beside = settings["hooks"]["Stop"][0]["hooks"]
    assert "async" not in first
    assert beside["async"] is True
    assert hook_line.is_ours(beside)
    world.write("src/app.py", "x = 2\n", cwd=agent.cwd)
    done = subprocess.run(
        ["/bin/sh", "-c", beside["command"]], cwd=agent.cwd, env=agent.env, capture_output=True,
        input=b"{}", check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (b"", b"")
    box = world.repo / ".claude/pdev/outbox/mine"
    eventually(lambda: list(box.glob("*.json")))
    assert "src/app.py is locked by theirs" in agent.tell("UserPromptSubmit").context
    gone = beside["command"].replace(core.hooks.files.here().program, "/gone/python")
    assert subprocess.run(["/bin/sh", "-c", gone], cwd=agent.cwd, check=False).returncode == 0
