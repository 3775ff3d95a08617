"""Whose terminal shows us, when we run inside a multiplexer."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from parallel_tui.bootstrap.windows.multiplexers import environment_around
from tests.adapters.mux.conftest import Bench
from tests.support.waiting import eventually

pytestmark = pytest.mark.tmux


def test_the_environment_of_the_terminal_that_shows_us(bench: Bench) -> None:
    opened = bench.opens("auth", command="env >seen.new; mv seen.new seen; cat")
    seen = bench.world.repo / "seen"
    eventually(seen.exists)
    pairs = (line.partition("=") for line in seen.read_text().splitlines())
    env = {name: value for name, _, value in pairs}
    assert environment_around(env) is None, "nobody looks"
    shown = bench.mux.attachment(opened, {**bench.world.env, "WEZTERM_PANE": "7"})
    line = shlex.join(["env", "WEZTERM_PANE=7", *shown.argv])
    outer = ["tmux", "-L", "outer", "-f", "/dev/null", "new-session", "-d", "-x", "90", "-y", "20"]
    subprocess.run([*outer, line], env=dict(shown.env), check=True)
    eventually(lambda: (environment_around(env) or {}).get("WEZTERM_PANE") == "7")
    assert environment_around({}) is None
    nowhere = f"{bench.world.env['TMUX_TMPDIR']}/nowhere,1,0"
    assert environment_around({"TMUX": nowhere, "TMUX_PANE": "%0"}) is None
    assert environment_around({"STY": "x.y"}) is None
