"""The fixtures themselves: what every other test stands on."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.support.world import World


def test_a_world_has_a_repository_worktrees_and_windows(world: World) -> None:
    auth = world.worktree("auth")
    first = world.window("auth", auth)
    second = world.window("more", world.repo)
    assert first.startswith("@")
    assert first != second
    assert world.git("branch", "--show-current", cwd=auth).strip() == "feature/auth"


def test_a_foreign_tmux_server_is_refused() -> None:
    with pytest.raises(RuntimeError, match="not its own"):
        subprocess.run(["tmux", "ls"], env={"PATH": os.environ["PATH"]}, check=False)
    with pytest.raises(RuntimeError, match="not its own"):
        subprocess.run(["tmux", "-S", "/elsewhere/default", "ls"], check=False)
