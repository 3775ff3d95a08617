"""However the program ends, the shell it was started from can be worked with."""

from __future__ import annotations

import signal
from functools import partial

import pytest

from tests.stories.user import User, gone
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def _settings_of_the_terminal(user: User, mark: str) -> str:
    user.types(f"clear; stty -g; echo {mark}-$((1 + 1))").presses("Enter").sees(f"{mark}-2")
    return user.row(":")


def test_the_shell_is_as_before_after_q_a_signal_and_ctrl_c(user: User, world: World) -> None:
    """Settings and screen of the terminal are the shell's again, three times in a row."""
    user.runs("exec sh").sees("$")
    before = _settings_of_the_terminal(user, "before")
    assert before
    for number, how in enumerate(("q", "SIGTERM", "C-q")):
        user.types("clear; echo kept; pdev-tui; echo status $?").presses("Enter")
        user.sees("Sessions", "edits: live")
        program = next(one for one in user.processes() if "pdev-tui" in " ".join(one.cmdline()))
        family = [program, *program.children(recursive=True)]
        if how == "SIGTERM":
            program.send_signal(signal.SIGTERM)
        else:
            user.presses(how)
        user.sees("kept", "status 143" if how == "SIGTERM" else "status 0")
        user.sees_no_more("Sessions")
        assert _settings_of_the_terminal(user, f"after{number}") == before
        eventually(partial(gone, family), what=f"no process left after {how}")
        assert user.modes() == []


def test_the_terminal_window_is_closed(user: User, world: World) -> None:
    """A click on the window's cross: no process of ours outlives it."""
    api = world.worktree("api")
    world.window("api", api, "exec sleep 1000")
    user.opens_dashboard().sees_row("api", "sleep")
    processes = user.processes()
    assert len(processes) > 1
    user.closes_terminal()
    eventually(lambda: gone(processes), what="no process left")
    # The session is not ours to end.
    assert "api" in world.tmux("list-windows", "-a")


def test_the_terminal_window_is_closed_while_a_session_has_it(user: User, world: World) -> None:
    """The same while tmux has the terminal: the client, the dashboard and its children go."""
    world.worktree("api")
    user.opens_dashboard().selects("api").presses("Enter").sees("[myapp]")
    processes = user.processes()
    user.closes_terminal()
    eventually(lambda: gone(processes), what="no process left")
    assert "api" in world.tmux("list-windows", "-a")


def test_a_killed_dashboard_leaves_no_children(user: User, world: World) -> None:
    """Not even SIGKILL leaves the watching processes behind."""
    world.worktree("api")
    user.opens_dashboard()
    processes = user.processes()
    user.program().kill()
    eventually(lambda: gone(processes), what="no process left")
