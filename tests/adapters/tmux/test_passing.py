"""A sequence goes through tmux only where the user lets tmux pass it on."""

from __future__ import annotations

import pytest

from parallel_tui.adapters.tmux.passing import through
from tests.support.world import World

BELL = "\x1b]777;notify;a;b\x07"
WRAPPED = "\x1bPtmux;\x1b\x1b]777;notify;a;b\x07\x1b\\"


def test_outside_of_tmux_it_goes_as_it_is() -> None:
    assert through(BELL, {}, shown=False) == BELL
    assert through(BELL, {"STY": "1.tty"}, shown=True) == ""


@pytest.mark.tmux
def test_a_server_that_does_not_answer_passes_nothing_on(world: World) -> None:
    gone = {**world.env, "TMUX": f"{world.env['TMUX_TMPDIR']}/tmux-0/gone,1,0"}
    assert through(BELL, {**gone, "TMUX_PANE": "%0"}, shown=True) == ""
    assert through(BELL, gone, shown=True) == ""


@pytest.mark.tmux
def test_the_users_setting_decides(world: World) -> None:
    world.window("dash", world.repo)
    socket = world.tmux("display-message", "-p", "#{socket_path}").strip()
    pane = world.tmux("display-message", "-p", "#{pane_id}").strip()
    env = {**world.env, "TMUX": f"{socket},1,0", "TMUX_PANE": pane}
    if not world.tmux("show-options", "-Agqv", "allow-passthrough").strip():
        pytest.skip("this tmux has no such setting")
    for setting, hidden, shown in (("off", "", ""), ("on", "", WRAPPED)):
        world.tmux("set-option", "-g", "allow-passthrough", setting)
        assert through(BELL, env, shown=False) == hidden
        assert through(BELL, env, shown=True) == shown
