"""Attaching for real: clients run in the panes of a second, private tmux."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from parallel_tui.adapters.tmux.attachment import Client, client_showing, same_server
from parallel_tui.adapters.tmux.listing import Row
from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.errors import MuxError
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.model.window.window import Pane
from tests.adapters.tmux.conftest import Open, window_of
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux


@dataclass
class Desk:
    """Terminals to sit at: panes of an outer tmux."""

    world: World

    def outer(self, *args: str) -> str:
        """Run tmux on the outer server."""
        done = subprocess.run(
            ["tmux", "-L", "outer", "-f", "/dev/null", *args],
            env=dict(self.world.env),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def sit_down(self, argv: tuple[str, ...], env: Mapping[str, str]) -> str:
        """Run a command in a new terminal with exactly this environment; returns its pane."""
        line = shlex.join(["env", "-i", *(f"{k}={v}" for k, v in env.items()), *argv])
        return self.outer(
            *("new-session", "-d", "-x", "90", "-y", "20", "-P", "-F", "#{pane_id}"),
            f"{line}; echo back=$?; exec cat",
        )

    def screen(self, pane: str) -> str:
        """What a terminal shows."""
        return self.outer("capture-pane", "-p", "-t", pane)

    def press(self, pane: str, *keys: str) -> None:
        """Press keys in a terminal."""
        self.outer("send-keys", "-t", pane, *keys)

    def clients(self) -> dict[str, str]:
        """Window shown by each client of the world's server, by terminal."""
        text = self.world.tmux("list-clients", "-F", "#{client_tty} #{window_id}", check=False)
        return dict(line.split() for line in text.splitlines())


@pytest.fixture
def desk(world: World) -> Desk:
    """Terminals; the world ends them with its own server."""
    return Desk(world)


def inside(world: World, pane: str) -> dict[str, str]:
    """The environment of a program in a pane of the world's server."""
    path = world.tmux("display-message", "-p", "#{socket_path}").strip()
    return {**world.env, "TMUX": f"{path},1,0", "TMUX_PANE": pane}


def run(attachment: Attachment) -> None:
    """Carry out an attachment that needs no terminal."""
    assert not attachment.takes_terminal
    subprocess.run(attachment.argv, env=dict(attachment.env), check=True)


def test_outside_tmux_the_terminal_is_taken_until_detached(
    world: World, tmux: Tmux, open_window: Open, desk: Desk
) -> None:
    open_window("first", command="echo FIRST; exec cat")
    wanted = open_window("auth", command="echo WANTED; exec cat")
    attachment = tmux.attachment(wanted, world.env)
    assert attachment.takes_terminal
    assert attachment.way_back == "detach with Ctrl+b d"
    terminal = desk.sit_down((*attachment.argv, *attachment.telling), attachment.env)
    eventually(lambda: "WANTED" in desk.screen(terminal))
    eventually(lambda: "To the dashboard: detach with Ctrl+b d" in desk.screen(terminal))
    assert list(desk.clients().values()) == [wanted]
    # the outer tmux takes the first prefix
    desk.press(terminal, "C-b", "d")
    eventually(lambda: "back=0" in desk.screen(terminal))
    assert not desk.clients()
    assert window_of(tmux, wanted).ours


def test_a_window_in_another_tmux_session_is_attached_where_it_is(
    world: World, tmux: Tmux, open_window: Open, desk: Desk
) -> None:
    open_window("auth")
    theirs = world.window("by-hand", world.repo, "echo THEIRS; exec cat", session="a:b $(x)")
    attachment = tmux.attachment(theirs, world.env)
    terminal = desk.sit_down(attachment.argv, attachment.env)
    eventually(lambda: "THEIRS" in desk.screen(terminal))


def test_inside_the_same_server_the_client_that_shows_us_is_switched_and_no_other(
    world: World, tmux: Tmux, open_window: Open, desk: Desk
) -> None:
    wanted = open_window("auth", command="echo WANTED; exec cat")
    dashboard = world.window("dash", world.repo, "echo DASH; exec cat", session="mine")
    other = world.window("other", world.repo, "echo OTHER; exec cat", session="theirs")
    mine = desk.sit_down(tmux.attachment(dashboard, world.env).argv, world.env)
    eventually(lambda: "DASH" in desk.screen(mine))
    theirs = desk.sit_down(tmux.attachment(other, world.env).argv, world.env)
    eventually(lambda: "OTHER" in desk.screen(theirs))
    pane = window_of(tmux, dashboard).active_pane.id

    attachment = tmux.attachment(wanted, inside(world, pane))
    assert attachment.way_back == "come back with Ctrl+b L"
    assert "TMUX" not in attachment.env
    run(replace(attachment, argv=(*attachment.argv, *attachment.telling)))
    eventually(lambda: "WANTED" in desk.screen(mine))
    eventually(lambda: "To the dashboard: come back with Ctrl+b L" in desk.screen(mine))
    assert "OTHER" in desk.screen(theirs)
    assert sorted(desk.clients().values()) == sorted([wanted, other])
    desk.press(mine, "C-b", "L")
    eventually(lambda: "DASH" in desk.screen(mine))


def test_inside_the_very_session_only_the_window_changes(
    world: World, tmux: Tmux, open_window: Open, desk: Desk
) -> None:
    dashboard = open_window("dash", command="echo DASH; exec cat")
    wanted = open_window("auth", command="echo WANTED; exec cat")
    world.tmux("set-option", "-t", "=myapp:", "prefix", "M-a")
    mine = desk.sit_down(tmux.attachment(dashboard, world.env).argv, world.env)
    eventually(lambda: "DASH" in desk.screen(mine))
    attachment = tmux.attachment(wanted, inside(world, window_of(tmux, dashboard).active_pane.id))
    assert attachment.way_back == "come back with Alt+a l"
    run(attachment)
    eventually(lambda: "WANTED" in desk.screen(mine))
    desk.press(mine, "M-a", "l")
    eventually(lambda: "DASH" in desk.screen(mine))


def test_with_two_clients_on_our_session_the_one_on_our_window_is_switched(
    world: World, tmux: Tmux, open_window: Open, desk: Desk
) -> None:
    wanted = open_window("auth")
    dashboard = world.window("dash", world.repo, session="mine")
    world.tmux("new-session", "-d", "-t", "=mine", "-s", "grouped")
    elsewhere = world.window("more", world.repo, session="mine")
    first = desk.sit_down(("tmux", "-L", "world", "attach-session", "-t", "=grouped"), world.env)
    eventually(lambda: len(desk.clients()) == 1)
    desk.sit_down(("tmux", "-L", "world", "attach-session", "-t", f"mine:{elsewhere}"), world.env)
    eventually(lambda: sorted(desk.clients().values()) == sorted([dashboard, elsewhere]))
    run(tmux.attachment(wanted, inside(world, window_of(tmux, dashboard).active_pane.id)))
    eventually(lambda: sorted(desk.clients().values()) == sorted([wanted, elsewhere]))
    assert desk.screen(first)


def test_a_terminal_that_only_inherited_its_variables_is_attached(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    wanted = open_window("auth")
    dashboard = world.window("dash", world.repo, session="mine")
    for pane in (window_of(tmux, dashboard).active_pane.id, "%99", ""):
        attachment = tmux.attachment(wanted, inside(world, pane))
        assert attachment.takes_terminal
        assert not {"TMUX", "TMUX_PANE"} & set(attachment.env)


def test_from_another_server_the_client_is_nested(
    world: World, tmux: Tmux, open_window: Open, desk: Desk
) -> None:
    wanted = open_window("auth", command="echo WANTED; exec cat")
    somewhere = desk.sit_down(("cat",), world.env)
    path = desk.outer("display-message", "-p", "-t", somewhere, "#{socket_path}")
    env = {**world.env, "TMUX": f"{path},1,0", "TMUX_PANE": somewhere}
    attachment = tmux.attachment(wanted, env)
    assert attachment.takes_terminal
    assert "Ctrl+b Ctrl+b d" in attachment.way_back
    terminal = desk.sit_down(attachment.argv, attachment.env)
    eventually(lambda: "WANTED" in desk.screen(terminal))


def test_a_control_client_is_no_screen_to_switch(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    wanted = open_window("auth")
    dashboard = world.window("dash", world.repo, session="mine")
    control = subprocess.Popen(
        ["tmux", "-L", "world", "-C", "attach-session", "-t", "=mine"],
        env=dict(world.env),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: world.tmux("list-clients"))
        pane = window_of(tmux, dashboard).active_pane.id
        assert tmux.attachment(wanted, inside(world, pane)).takes_terminal
    finally:
        control.communicate()


def test_a_window_that_is_gone_is_told(world: World, tmux: Tmux, open_window: Open) -> None:
    open_window("auth")
    with pytest.raises(MuxError, match="no window @77 any more"):
        tmux.attachment("@77", world.env)


def test_the_client_on_our_window_comes_before_a_more_recent_one() -> None:
    def row(pane: str, window: str, session: str) -> Row:
        return Row(
            Pane(pane, 1, "sh", "/"), window, session, "s", 0, "w", True, 1, 0, False, None, "", 1
        )

    rows = [row("%1", "@1", "$1"), row("%1", "@1", "$2"), row("%2", "@2", "$1")]
    there = Client("/dev/a", "$2", "@1", 10)
    recent = Client("/dev/b", "$1", "@2", 99)
    foreign = Client("/dev/c", "$7", "@9", 999)
    assert client_showing("%1", rows, [recent, there, foreign]) == there
    assert client_showing("%1", rows, [recent, foreign]) == recent
    assert client_showing("%1", rows, [foreign]) is None
    later = replace(there, tty="/dev/d", activity=11)
    assert client_showing("%1", rows, [there, later]) == later


def test_one_server_is_known_by_any_name(tmp_path: Path) -> None:
    socket, link = tmp_path / "a,b", tmp_path / "link"
    socket.touch()
    link.symlink_to(socket)
    assert same_server(str(link), f"{tmp_path}/../{tmp_path.name}/a,b")
    assert not same_server(str(tmp_path / "gone"), str(socket))
    assert not same_server(None, str(socket))
