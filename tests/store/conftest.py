"""Each engine, opened in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parallel_tui.ports.store import Store
from tests.store.engines import ENGINES, OPENED, Engine, World


@pytest.fixture
def world() -> World:
    """Time and life."""
    return World()


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    """One kind of store."""
    found: Engine = request.param
    return found


@pytest.fixture
def again(engine: Engine, world: World, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the store as another process would."""
    yield lambda: engine.open(tmp_path / "store", world)
    while OPENED:
        OPENED.pop()()


@pytest.fixture
def store(again: Callable[[], Store]) -> Store:
    """The store."""
    return again()
