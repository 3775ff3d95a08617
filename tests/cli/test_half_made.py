"""A worktree that git is still writing, told as such and not as one whose files are gone."""

from __future__ import annotations

from tests.cli.running import pdev
from tests.support.half_made import half_made
from tests.support.world import World

WRITING = "git is still writing its files"


def test_every_command_says_that_it_is_being_made(world: World) -> None:
    with half_made(world, "slow") as (_, finish):
        row = pdev("list", cwd=world.repo, env=world.env).out.splitlines()[-1]
        assert "slow [being made]" in row
        assert "?" in row.split()
        assert WRITING in pdev("status", "slow", cwd=world.repo, env=world.env).out
        check = pdev("check", cwd=world.repo, env=world.env).out.splitlines()
        assert f"unknown    main × slow: {WRITING}" in check
        plan = pdev("merge", "plan", cwd=world.repo, env=world.env).out
        assert f"it cannot be seen: {WRITING}" in plan
        assert "commit it" not in plan
        finish()
    row = pdev("list", cwd=world.repo, env=world.env).out.splitlines()[-1]
    assert "clean" in row.split()
    assert "being made" not in row
