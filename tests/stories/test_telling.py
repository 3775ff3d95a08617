"""Somebody who looks elsewhere is called by the desktop; somebody who looks is not."""

from __future__ import annotations

import shlex
import stat
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from parallel_tui.adapters.disk import segment
from tests.stories.user import BIN, User
from tests.support import fake_agent
from tests.support.waiting import Deadline, eventually
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


class Agents:
    """Stand-ins for agents, each in a window that a client can show."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.config = Path(world.env["HOME"]) / ".claude"
        self._wishes: dict[str, Iterator[str]] = {}

    def begins(self, name: str) -> None:
        """An agent begins in a worktree of its own."""
        self._wishes[name] = cycle(("permission prompt", "input needed"))
        command = shlex.join([sys.executable, fake_agent.__file__, str(self.config)])
        self.world.window(name, self.world.worktree(name), command, session="home")
        self._says(name, "busy", "now busy")

    def waits(self, name: str) -> None:
        """It works, and then wants something other than the last time."""
        before = self._counts().get("waiting", 0)
        self._says(name, f"waiting: {next(self._wishes[name])}", "now waiting")
        eventually(lambda: self._counts().get("waiting", 0) > before)

    def works(self, name: str) -> None:
        """It goes on, and the dashboard has seen it."""
        before = self._counts().get("waiting", 0)
        self._says(name, "busy", "now busy")
        eventually(lambda: self._counts().get("waiting", 0) < before)

    def _says(self, name: str, line: str, answer: str) -> None:
        place = f"=home:={name}"
        count = self._screen(place).count(answer)
        self.world.tmux("send-keys", "-t", place, line, "Enter")
        eventually(lambda: self._screen(place).count(answer) > count)

    def _screen(self, place: str) -> str:
        return self.world.tmux("capture-pane", "-p", "-S", "-", "-t", place)

    def _counts(self) -> dict[str, int]:
        return dict(segment.read(str(self.world.repo / ".git")) or {})


def test_a_call_reaches_the_desktop_unless_the_window_is_in_view(world: World) -> None:
    bin_ = world.root / "desktop"
    bin_.mkdir()
    program, said = bin_ / "notify-send", world.root / "said"
    program.write_text(f"#!/bin/sh\nfor last; do :; done\nprintf '%s\\n' \"$last\" >> {said}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    path = f"{bin_}:{BIN}:{world.env['PATH']}"
    user, agents = User(world, settings={"PATH": path}), Agents(world)
    try:
        user.opens_dashboard_inside_tmux()
        for name in ("auth", "api"):
            agents.begins(name)
        user.sees_row("auth", "working").sees_row("api", "working")
        world.window("elsewhere", world.root, session="home")
        world.tmux("select-window", "-t", "=home:=elsewhere")

        # What comes in the first seconds is no news.
        late = Deadline()
        agents.waits("auth")
        while not said.exists():
            assert not late
            agents.works("auth")
            agents.waits("auth")
        assert said.read_text(encoding="utf-8").startswith("auth waits for you")

        agents.works("auth")
        agents.waits("api")  # told after all that was told of the other
        eventually(lambda: "api waits for you" in said.read_text(encoding="utf-8"))
        agents.works("api")
        world.tmux("select-window", "-t", "=home:=auth")
        before = len(said.read_text(encoding="utf-8").splitlines())
        agents.waits("auth")
        agents.waits("api")
        eventually(lambda: len(said.read_text(encoding="utf-8").splitlines()) > before)
        after = said.read_text(encoding="utf-8").splitlines()[before:]
        assert [line.partition(" waits")[0] for line in after] == ["api"]
    finally:
        user.leaves()
