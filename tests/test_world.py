"""The fixtures themselves: what every other test stands on."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.support import names
from tests.support.world import World


def test_a_world_has_a_repository_worktrees_and_windows(world: World) -> None:
    auth = world.worktree("auth")
    first = world.window("auth", auth)
    second = world.window("more", world.repo)
    assert first.startswith("@")
    assert first != second
    assert world.git("branch", "--show-current", cwd=auth).strip() == "feature/auth"


def test_a_foreign_tmux_server_is_refused() -> None:
    with pytest.raises(RuntimeError, match="not its own"):
        subprocess.run(["tmux", "ls"], env={"PATH": os.environ["PATH"]}, check=False)
    with pytest.raises(RuntimeError, match="not its own"):
        subprocess.run(["tmux", "-S", "/elsewhere/default", "ls"], check=False)


def test_the_name_of_every_test_fits_a_line_of_a_report(request: pytest.FixtureRequest) -> None:
    long = [item.nodeid[:300] for item in request.session.items if len(item.nodeid) > names.LONGEST]
    assert long == [], "give the parameters ids"


@pytest.mark.parametrize("value", ["x" * 9000, "é" * 150, "\udcff" * 99, b"\xff" * 500])
def test_a_long_parameter_is_named_by_its_beginning(value: str | bytes) -> None:
    name = names.short(value)
    assert name is not None
    assert name.isascii()
    assert len(name) < 50


@pytest.mark.parametrize("value", ["", "a: b", 7, None, ("x" * 500,)])
def test_a_short_parameter_and_what_is_no_text_is_named_by_pytest(value: object) -> None:
    assert names.short(value) is None
