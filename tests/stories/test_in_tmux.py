"""The dashboard where many people have it: in a window of the tmux that holds the sessions."""

from __future__ import annotations

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def test_inside_the_same_server_the_client_is_switched(user: User, world: World) -> None:
    """Enter switches to the session's window, and tmux's own keys come back to the dashboard."""
    world.worktree("api")
    user.opens_dashboard_inside_tmux().selects("main").sees("This dashboard runs in it.")
    user.selects("api").presses("i").sees("feature/api")

    # The session gets its window in the repository's own tmux session.
    user.presses("Enter").sees("To the dashboard: come back with Ctrl+b L")
    user.sees("[myapp]").sees_no_more("Sessions")
    user.types("pwd").presses("Enter").sees(str(world.root / "myapp-api"))
    user.presses_prefix("L").sees("Sessions", "[home]")
    user.sees_cursor("api").sees_row("api", "sh").sees("myapp:0 api (@")

    # A window in the tmux session we are looking at needs only a change of window.
    docs = world.worktree("docs")
    world.window("docs", docs, session="home")
    user.sees_row("docs", "sh").selects("docs").presses("Enter")
    user.sees("To the dashboard: come back with Ctrl+b l").sees_no_more("Sessions")
    user.presses_prefix("l").sees("Sessions").sees_cursor("docs")

    user.quits()


def test_nested_in_another_server_it_attaches_and_detaches(user: User, world: World) -> None:
    """In a tmux of another socket the terminal is taken over, tmux's warning notwithstanding."""
    world.worktree("api")
    user.opens_dashboard(nested=True).selects("api")
    user.presses("Enter").sees("[myapp]").sees_no_more("Sessions")
    user.types("pwd").presses("Enter").sees(str(world.root / "myapp-api"))
    user.detaches().sees("Sessions", "edits: live").sees_cursor("api").sees_row("api", "sh")
    user.quits()


def test_the_terminal_is_resized_while_a_session_has_it(user: User, world: World) -> None:
    """Coming back from a session in a terminal of another size, the dashboard fills that."""
    world.worktree("api")
    user.opens_dashboard(nested=True).selects("api").presses("Enter").sees("[myapp]")
    user.resizes(160, 45).detaches().sees("Sessions").sees_cursor("api")
    user.waits(lambda: any(len(line) == 160 for line in user.lines()), "160 columns in use")
    user.quits()
