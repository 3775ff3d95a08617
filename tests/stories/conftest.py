"""Who takes part in a story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.user import User
from tests.support.world import World


@pytest.fixture
def world(isolated: dict[str, str]) -> Iterator[World]:
    """The world of `tests/conftest.py` at a short path, which fits onto a screen."""
    made = World(Path(isolated["TMUX_TMPDIR"]) / "w", isolated)
    made.init()
    yield made
    made.close()


@pytest.fixture
def user(world: World) -> Iterator[User]:
    """Somebody at a terminal of 120×40, in the repository."""
    person = User(world)
    yield person
    person.leaves()


@pytest.fixture
def other(world: World) -> Iterator[User]:
    """Somebody else at a terminal of his own, in the same repository."""
    person = User(world)
    yield person
    person.leaves()
