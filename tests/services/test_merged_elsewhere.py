"""Work that was squash-merged on the remote: cleanup finds it, and sync leaves it alone."""

from __future__ import annotations

import shutil

import pytest

from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.sync.sync import Skip
from tests.cli.running import pdev
from tests.services.conftest import OpenCore
from tests.services.test_sync import advance, origin, tip
from tests.support.world import World


def _squashed(world: World) -> None:
    """Session `done` was squash-merged on the remote, and worked on in a way no rebase knows."""
    origin(world)
    tree = world.worktree("done")
    world.commit("done.txt", "1\n", cwd=tree)
    world.commit("done.txt", "2\n", cwd=tree)
    advance(world, "done.txt", "2\n")


def test_what_a_squash_merge_brought_conflicts_in_a_rebase_and_is_left_alone(
    world: World, core_of: OpenCore
) -> None:
    _squashed(world)
    old = tip(world, "done")
    core = core_of()
    (row,) = [each for each in core.syncer.planner.plan(None).sessions if each.name == "done"]
    assert row.skip is Skip.MERGED
    assert row.detail.endswith("; cleanup removes it")
    tree = world.root / "myapp-done"
    world.commit("more.txt", "not merged\n", cwd=tree)
    (row,) = [each for each in core.syncer.planner.plan(None).sessions if each.name == "done"]
    assert row.skip is None
    assert row.conflicting
    assert tip(world, "done") != old


def test_cleanup_asks_the_remote_only_when_told_to(world: World, core_of: OpenCore) -> None:
    _squashed(world)
    cleaner = core_of().cleaner
    assert [each.ready for each in cleaner.candidates()] == [False]
    assert cleaner.fetcher.fetch() == "fetched origin/main"
    assert [each.ready for each in cleaner.candidates()] == [True]


def test_cleanup_fetches_on_the_command_line(world: World) -> None:
    _squashed(world)
    assert "[ ] done" in pdev("cleanup", "--dry-run", cwd=world.repo, env=world.env).out
    done = pdev("cleanup", "--fetch", "--dry-run", cwd=world.repo, env=world.env)
    assert done.status == 0, done
    assert "[x] done" in done.out


def test_a_remote_that_is_gone_is_said_and_changes_nothing(world: World, core_of: OpenCore) -> None:
    shutil.rmtree(origin(world))
    fetcher = core_of().cleaner.fetcher
    with pytest.raises(CouldNotLookError, match="origin could not be asked"):
        fetcher.fetch()
    world.git("remote", "remove", "origin")
    assert core_of().cleaner.fetcher.fetch() == "main has no remote; nothing was fetched"
