"""Sessions whose agents call this program's hook, as it is installed for them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import parallel_tui
from parallel_tui.model.agent.claude_line import settings_text
from parallel_tui.model.agent.hook_line import HookPlace
from tests.agents.driver.claude import Agent, Home
from tests.cli.running import Ran, pdev
from tests.support.world import World

BIN = Path(sys.executable).parent
PLACE = HookPlace(
    os.path.realpath(sys.executable), str(Path(parallel_tui.__file__).parent), sys.executable
)


def settings(*allowed: str) -> str:
    """Settings of sessions that pdev starts, and commands that need no leave."""
    return settings_text(PLACE, [f"{each}:*" for each in allowed]).decode()


def path_with_us(world: World) -> str:
    """`PATH` with `pdev` in it."""
    return f"{BIN}{os.pathsep}{world.env['PATH']}"


def start(home: Home, session: str, *args: str, allowed: tuple[str, ...] = ()) -> Agent:
    """Start an agent with the hook in the worktree of a session, which is made if needed."""
    tree = home.world.root / f"myapp-{session}"
    if not tree.exists():
        home.world.worktree(session)
    env = {"PDEV_SESSION": session, "PATH": path_with_us(home.world)}
    return home.start(session, tree, "--settings", settings(*allowed), *args, env=env)


def run(world: World, *args: str, cwd: Path | None = None, status: int = 0) -> Ran:
    """Run `pdev` and look that it ends with a status."""
    done = pdev(*args, cwd=cwd or world.repo, env=world.env, PDEV_TMUX_SOCKET=world.socket)
    assert done.status == status, (args, done)
    return done


def window_of(world: World, name: str) -> str:
    """The id of the window with a name."""
    windows = world.tmux("list-windows", "-a", "-F", "#{window_name} #{window_id}").splitlines()
    return dict(each.split() for each in windows)[name]
