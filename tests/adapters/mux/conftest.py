"""Each multiplexer, on sockets of the world's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from parallel_tui.adapters.screen.server import GnuScreen
from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.consent import ApprovedPane, ours
from parallel_tui.model.window.window import Window
from parallel_tui.ports.mux import Mux
from tests.support.screens import demand_screen
from tests.support.world import World


@dataclass
class Bench:
    """A multiplexer of the world's repository, and how a person would act on it.

    Attributes:
        world: The repository.
        kind: `tmux` or `screen`.
        mux: The adapter.
        again: Makes another adapter of the same repository.
    """

    world: World
    kind: str
    mux: Mux
    again: Callable[[], Mux]

    def opens(self, name: str = "auth", command: str = "", directory: str = "", **env: str) -> str:
        """Open a window with little said."""
        return self.mux.open_window(
            session=name,
            name=name,
            directory=directory or str(self.world.repo),
            panes=(ApprovedPane(ours(command)),),
            env=env,
        )

    def window(self, window_id: str) -> Window:
        """A window as it is listed now."""
        return next(each for each in self.mux.listing().windows if each.id == window_id)

    def shows(self, window_id: str) -> str:
        """What a window shows."""
        pane = self.window(window_id).active_pane.id
        return "\n".join(line.rstrip() for line in self.mux.listing([pane]).screens[0].lines)

    def presses(self, window_id: str, *keys: str) -> None:
        """Press keys in a window: a text, `C-c` or `Enter`."""
        window = self.window(window_id)
        for key in keys:
            if self.kind == "tmux":
                self.world.tmux("send-keys", "-t", window_id, key)
                continue
            named = {"Enter": "\\015", "C-c": "\\003", "C-z": "\\032", "C-d": "\\004"}
            at = ("-S", window.session_id, "-p", str(window.index))
            self.world.screen(*at, "-X", "stuff", named.get(key, key.replace("$", "\\044")))


@pytest.fixture(params=["tmux", "screen"])
def bench(request: pytest.FixtureRequest, world: World) -> Bench:
    """Each multiplexer in turn."""
    repository = Repository(
        name="myapp",
        common_dir=str(world.repo / ".git"),
        main_path=str(world.repo),
        bare=False,
        coordination_root=str(world.repo / ".claude"),
    )

    def make() -> Mux:
        if request.param == "tmux":
            return Tmux(repository, world.socket, None)
        return GnuScreen(repository)

    if request.param == "screen":
        demand_screen()
    return Bench(world, request.param, make(), make)
