"""Isolation for every test, and the shared fixtures."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tests.support import names, scratch
from tests.support.isolation import SAFE_TMUX_DIRS, environment, install_guard
from tests.support.world import World

install_guard()

tempfile.tempdir = scratch.in_memory()  # of pytest's own folders, too; none is Python's own choice

# However slow the machine is, an example is only as slow as what it tests.
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")

# A job in the background (`make test &`, nohup) ignores Ctrl+C, and so would all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_make_parametrize_id(config: pytest.Config, val: object) -> str | None:
    """Name a test by the beginning of a long text, and by its length."""
    return names.short(val)


_LONG: Final = ("soak/", "lifecycle/", "stories/", "ui/test_album.py")
"""Where the tests are that take longest, below this folder."""

_MORE_WORKERS: Final = 1
"""Than cores: half of the time a test waits for a program that itself waits."""


def pytest_xdist_auto_num_workers() -> int:
    """Answer how many tests run at once with `-n auto`, unless somebody says another number."""
    said = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS", "")
    return int(said) if said.isdecimal() else (os.cpu_count() or 1) + _MORE_WORKERS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what looks at pictures, and begin with the long ones: the end waits for none of them."""
    for item in items:
        if "snap_compare" in getattr(item, "fixturenames", ()):
            item.add_marker("picture")
    here = Path(__file__).parent
    items.sort(key=lambda item: not str(item.path.relative_to(here)).startswith(_LONG))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays, and look less often at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Replace the whole environment by one that knows nothing of the developer."""
    home = tmp_path / "home"
    home.mkdir()
    # Directly below the temporary folder: a tmux socket's path must stay short.
    sockets = Path(tempfile.mkdtemp(prefix="pd-"))
    SAFE_TMUX_DIRS.add(str(sockets))
    env = environment(home, sockets)
    for name in list(os.environ):
        if not name.startswith(("PYTEST", "COV_", "TEXTUAL_SNAPSHOT_")):
            monkeypatch.delenv(name)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    time.tzset()  # the process has read the developer's time zone already
    yield env
    shutil.rmtree(sockets, ignore_errors=True)
    SAFE_TMUX_DIRS.discard(str(sockets))


@pytest.fixture
def world(tmp_path: Path, isolated: dict[str, str]) -> Iterator[World]:
    """A repository `myapp` with one commit on `main`; worktrees and windows are up to the test."""
    made = World(tmp_path / "w", isolated)
    made.init()
    yield made
    made.close()


@pytest.fixture
def empty_world(tmp_path: Path, isolated: dict[str, str]) -> Iterator[World]:
    """A folder without a repository yet."""
    made = World(tmp_path / "w", isolated)
    made.root.mkdir()
    yield made
    made.close()
