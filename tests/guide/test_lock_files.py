"""The guide's `lock-files.sh`, unmodified, and ours on the same files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.model.sharing.granting import decide
from parallel_tui.model.sharing.lock import Liveness, Lock, LockState

SCRIPT = Path(__file__).parent / "lock-files.sh"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    where = tmp_path / "repo"
    where.mkdir()
    return where


def guide(root: Path, session: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(SCRIPT), *args],
        cwd=root,
        env={**os.environ, "CLAUDE_SESSION_ID": session},
        capture_output=True,
        text=True,
        check=False,
    )


def judge(lock: Lock) -> LockState:
    return lock.state(0.0, Liveness.UNKNOWN)


def test_a_lock_of_the_script_blocks_us_until_it_unlocks(root: Path) -> None:
    store = FileStore(str(root / ".claude"))
    assert guide(root, "auth", "lock", "src/app.py").returncode == 0
    (blocker,) = decide(["src/app.py"], "api", store.locks.all(), judge=judge).blockers
    assert blocker.lock.owner == "auth"
    assert blocker.state is LockState.FOREIGN
    assert guide(root, "auth", "unlock", "src/app.py").stdout.startswith("Unlocked")
    assert decide(["src/app.py"], "api", store.locks.all(), judge=judge).grants


def test_our_lock_blocks_the_script_and_its_owner_can_unlock_it_there(root: Path) -> None:
    store = FileStore(str(root / ".claude"))
    assert store.locks.create(Lock("src_app.py", "src/app.py", "api", generation=1))
    refused = guide(root, "auth", "lock", "src/app.py")
    assert refused.returncode == 1
    assert "File locked by session: api" in refused.stdout
    assert "src/app.py (session: api)" in guide(root, "auth", "list").stdout
    assert "Cannot unlock: owned by api" in guide(root, "auth", "unlock", "src/app.py").stdout
    assert guide(root, "api", "unlock", "src/app.py").returncode == 0
    assert store.locks.all() == ()
    assert store.locks.generation("src_app.py") == 1
