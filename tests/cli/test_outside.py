"""`pdev` in odd surroundings: started by git, inside a tmux that ended, on an odd repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.running import PDEV, pdev
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux


def _tmux(world: World, *args: str) -> str:
    """Ask the default server of the test's own socket folder."""
    world.socket = "default"
    return world.tmux(*args, check=False).strip()


def test_started_by_git_an_agent_works_on_its_own_branch_and_the_server_stands_nowhere(
    world: World,
) -> None:
    place = world.worktree("w1")
    agent = 'git commit -q --allow-empty -m done; echo x > "$PDEV_OUT"'
    world.git(
        "config", "alias.sp", f"!PDEV_OUT={world.root}/out {PDEV} spawn one --agent '{agent}'"
    )
    world.git("sp", cwd=place)
    eventually((world.root / "out").exists, what="the agent committed")
    assert world.git("log", "-1", "--format=%s", "feature/one").strip() == "done"
    assert world.git("log", "-1", "--format=%s", "feature/w1").strip() == "first"
    shown = _tmux(world, "show-environment", "-g")
    assert "GIT_DIR" not in shown
    assert "GIT_EXEC_PATH" not in shown
    if Path("/proc/self/cwd").exists():
        pid = _tmux(world, "display-message", "-p", "#{pid}")
        assert str(Path(f"/proc/{pid}/cwd").readlink()) == "/"


def test_inside_a_tmux_that_ended_one_server_is_used_for_everything_and_that_is_told(
    world: World,
) -> None:
    env = dict(world.env)
    pdev("spawn", "two", "--agent", "sleep 300", cwd=world.repo, env=env)
    gone = f"{world.env['TMUX_TMPDIR']}/work,123,0"

    def names() -> list[str]:
        return _tmux(world, "list-windows", "-a", "-F", "#{window_name}").split()

    assert names() == ["two"]
    spawned = pdev("spawn", "three", "--agent", "sleep 300", cwd=world.repo, env=env, TMUX=gone)
    assert spawned.status == 0
    assert "has ended" in spawned.err
    assert sorted(names()) == ["three", "two"]
    yes = ("--yes", "--discard", "all")
    removed = pdev("remove", "two", *yes, cwd=world.repo, env=env, TMUX=gone)
    assert removed.status == 0
    assert "still running" not in removed.err
    assert names() == ["three"]
    assert pdev("close", "three", cwd=world.repo, env=env, TMUX=gone).status == 0
    eventually(lambda: names() == [])


def test_a_path_is_locked_once_whatever_git_says_of_the_main_worktree(world: World) -> None:
    place = world.worktree("w1")
    env = {**world.env, "PDEV_TMUX_SOCKET": "none"}
    assert pdev("lock", "src/app.py", "--session", "main", cwd=world.repo, env=env).status == 0
    for setting, value in (("core.bare", "true"), ("core.worktree", os.fspath(world.root))):
        world.git("config", setting, value)
        for where in (world.repo, place):
            refused = pdev("lock", "src/app.py", "--session", "w1", cwd=where, env=env)
            assert refused.status == 1
            assert "held by main" in refused.err
        told = pdev("doctor", "--json", cwd=place, env=env)
        assert told.status == 1
        assert setting in told.out
        world.git("config", "--unset", setting)
    assert "core." not in pdev("doctor", cwd=place, env=env).out
