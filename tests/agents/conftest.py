"""What runs only on request: `make test-agents` sets `PDEV_TEST_AGENTS`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agents.driver.claude import Home
from tests.agents.driver.figures import Figures
from tests.agents.driver.install import install
from tests.agents.driver.model import Model
from tests.agents.driver.service import Service
from tests.support.world import World

WANTED = bool(os.environ.get("PDEV_TEST_AGENTS"))
_OWN = dict(os.environ)
_FIGURES: list[Figures] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was measured."""
    for each in _FIGURES:
        for line in each.lines:
            terminalreporter.write_line(line)


@pytest.fixture
def figures() -> Figures:
    """Told at the end of the run."""
    _FIGURES.append(Figures())
    return _FIGURES[-1]


@pytest.fixture(scope="session")
def program() -> Path:
    """The real Claude Code."""
    if not WANTED:
        pytest.skip("real agents: run `make test-agents`")
    return install(env=_OWN)


@pytest.fixture
def model() -> Model:
    """What the model says."""
    return Model()


@pytest.fixture
def service(model: Model) -> Iterator[Service]:
    """The service of the model."""
    made = Service(model)
    yield made
    made.close()


@pytest.fixture
def world(isolated: dict[str, str]) -> Iterator[World]:
    """The world of `tests/conftest.py` at a short path, which fits onto a screen."""
    made = World(Path(isolated["TMUX_TMPDIR"]) / "w", isolated)
    made.init()
    yield made
    made.close()


@pytest.fixture
def home(program: Path, world: World, service: Service, isolated: dict[str, str]) -> Iterator[Home]:
    """A home in which agents can be started without a question, also by others than the tests."""
    made = Home(world, service, program)
    made.answer_first_questions()
    isolated.update(made.env)  # the environment of the world, and of all that is started in it
    yield made
    made.close()
