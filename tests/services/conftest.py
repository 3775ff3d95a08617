"""A core on a real repository, a tmux server of its own, and a store of files or of memory.

`PDEV_TEST_STORE=memory` runs every test on the store in memory, but for those marked `files`, which
look at the files of the other.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.memory.store import MemoryStore
from parallel_tui.adapters.store.memory.upkeep import MemoryUpkeep
from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.model.sharing.lock import Liveness, Lock

OpenCore = Callable[..., Core]
IN_MEMORY = os.environ.get("PDEV_TEST_STORE") == "memory"


def _alive(lock: Lock) -> Liveness:
    return liveness.liveness(lock.holder, lock.worktree)


@pytest.fixture
def core_of(tmp_path: Path, isolated: dict[str, str], request: pytest.FixtureRequest) -> OpenCore:
    """Open the world's repository from any directory, with settings as on the command line."""
    if IN_MEMORY and request.node.get_closest_marker("files"):
        pytest.skip("looks at the files of the file store")
    store = MemoryStore(time.time, _alive)

    def build(at: Path | None = None, **settings: object) -> Core:
        given = {"tmux.socket": "world", "agent": "", **settings}
        where = Overrides(str(at or tmp_path / "w/myapp"), given)
        if IN_MEMORY:
            return open_core(where, isolated, shared_in=(store, MemoryUpkeep()))
        return open_core(where, isolated)

    return build
