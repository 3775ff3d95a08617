"""Fetching, from remotes as people name them."""

from __future__ import annotations

from parallel_tui.adapters.git.simulate.sync_preview import SyncLook
from tests.adapters.git.support import Git
from tests.support.world import World


def test_a_remote_named_by_a_path_is_read_from_the_main_worktree(world: World) -> None:
    world.git("clone", "-q", "--bare", str(world.repo), "../origin.git")
    world.git("remote", "add", "origin", "../origin.git")
    git = Git(world.worktree("login"))
    look = SyncLook(git.runner)
    upstream = look.upstream(git.read.base(None))
    assert upstream is not None
    look.fetch(upstream, lambda line: None)
    assert look.commit_of("refs/remotes/origin/main") == world.git("rev-parse", "main").strip()
