"""Attaching on a real tmux: a session always has a window to show."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from parallel_tui.command_lines import hint_of
from parallel_tui.errors import MuxError, RefusedError, UsageError
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from tests.services.conftest import OpenCore
from tests.support.waiting import eventually
from tests.support.world import World


@dataclass
class Desktop:
    """Terminals of a desktop that only remember what they were told to open."""

    opened: list[tuple[Sequence[str], str, str]] = field(default_factory=list)

    def check(self) -> None:
        """There is one."""

    def open(self, argv: Sequence[str], *, title: str, directory: str) -> str:
        """Remember the request."""
        self.opened.append((argv, title, directory))
        return "xterm"


def test_a_session_without_a_window_gets_a_shell_in_its_directory(
    world: World, core_of: OpenCore
) -> None:
    place = world.worktree("auth")
    core = core_of()
    attachment = core.attacher.attach("auth")
    window = core.sessions.find("auth").windows[0]
    assert window.owner == "auth"
    assert window.id in " ".join(attachment.argv)
    assert attachment.takes_terminal
    assert world.tmux("list-panes", "-t", window.id, "-F", "#{pane_start_path}").strip() == str(
        place
    )
    world.tmux("send-keys", "-t", window.id, "echo is:$PDEV_SESSION:$CLAUDE_SESSION", "Enter")
    eventually(lambda: "is:auth:auth" in world.tmux("capture-pane", "-p", "-t", window.id))
    core.attacher.attach("auth")
    assert len(core.sessions.find("auth").windows) == 1, "a second attach shows the same window"


def test_its_own_window_comes_before_others_that_stand_there(
    world: World, core_of: OpenCore
) -> None:
    core = core_of()
    own = str(core.spawner.spawn(SpawnRequest("auth")).window)
    by_hand = world.window("hand", world.root / "myapp-auth", session="aaa")
    eventually(lambda: len(core.sessions.find("auth").windows) == 2)
    assert own in " ".join(core.attacher.attach("auth").argv)
    assert by_hand in " ".join(core.attacher.attach_window(by_hand).argv)


def test_where_no_window_can_open(world: World, core_of: OpenCore) -> None:
    shutil.rmtree(world.worktree("gone"))
    core = core_of()
    with pytest.raises(RefusedError, match="directory of gone is gone") as failure:
        core.attacher.attach("gone")
    assert "pdev remove gone" in hint_of(failure.value)
    with pytest.raises(UsageError):
        core.attacher.attach("gon")
    bare = world.root / "store.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    in_bare = core_of(bare)
    with pytest.raises(RefusedError, match="bare repository"):
        in_bare.attacher.attach(in_bare.sessions.all()[0].name)


def test_a_new_terminal_is_outside_tmux(world: World, core_of: OpenCore) -> None:
    world.worktree("auth")
    core = core_of()
    desktop = Desktop()
    inside = {**world.env, "TMUX": "/tmp/nowhere,1,0", "TMUX_PANE": "%0"}  # noqa: S108
    receipt = replace(core.attacher, terminals=desktop, env=inside).open_terminal("auth")
    argv, title, directory = desktop.opened[0]
    assert argv[:5] == ("env", "-u", "TMUX", "-u", "TMUX_PANE")
    assert "attach-session" in argv
    assert (title, directory) == ("auth", str(world.repo))
    assert receipt.terminal == "xterm"


def test_without_a_terminal_nothing_is_opened(world: World, core_of: OpenCore) -> None:
    world.worktree("auth")
    core = core_of()
    with pytest.raises(RefusedError, match="No terminal"):
        core.attacher.open_terminal("auth")
    assert core.sessions.find("auth").windows == ()


def test_closing_a_window(world: World, core_of: OpenCore) -> None:
    first, second = world.window("one", world.repo), world.window("two", world.repo)
    core = core_of()
    assert core.attacher.close_window(first).message == "Closed the window one"
    assert world.tmux("list-windows", "-a", "-F", "#{window_id}").split() == [second]
    core.attacher.close_window(first)
    with pytest.raises(MuxError):
        core.attacher.attach_window(first)
