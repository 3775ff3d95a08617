"""What the tests of the tmux adapter share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.consent import ApprovedPane, ours
from parallel_tui.model.window.window import Window
from tests.support.world import World


@pytest.fixture
def repository(world: World) -> Repository:
    """The world's repository, as the git adapter would describe it."""
    return Repository(
        name="myapp",
        common_dir=str(world.repo / ".git"),
        main_path=str(world.repo),
        bare=False,
        coordination_root=str(world.repo / ".claude"),
    )


@pytest.fixture
def tmux(world: World, repository: Repository) -> Tmux:
    """The adapter on the world's own socket."""
    return Tmux(repository, socket=world.socket, session=None)


Open = Callable[..., str]


@pytest.fixture
def open_window(world: World, tmux: Tmux) -> Open:
    """Open a window with little said: `open_window("auth", command="cat")`."""

    def opened(
        name: str = "auth", *, command: str = "", directory: str | None = None, **env: str
    ) -> str:
        return tmux.open_window(
            session=name,
            name=name,
            directory=directory or str(world.repo),
            panes=(ApprovedPane(ours(command)),),
            env=env,
        )

    return opened


def window_of(tmux: Tmux, window_id: str) -> Window:
    """A window as it is listed now."""
    return next(window for window in tmux.listing().windows if window.id == window_id)
