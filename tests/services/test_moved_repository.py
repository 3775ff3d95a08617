"""A repository that was moved: what it holds is still its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.services.sharing.blocked import LockedError
from tests.support.world import World

OpenCore = Callable[..., Core]


def test_locks_are_held_still(world: World, core_of: OpenCore) -> None:
    """Where git knew the owner's worktree nothing is now, and that proves nothing."""
    world.worktree("a")
    core_of().shared.locks.acquire(["src/app.py"], session="a")
    moved = world.repo.rename(Path(f"{world.repo}-moved"))
    locks = core_of(moved).shared.locks
    with pytest.raises(LockedError, match="held by a"):
        locks.acquire(["src/app.py"], session="b")
    assert [lock.owner for lock in locks.all()] == ["a"]
