"""The dashboard with GNU Screen instead of tmux: outside of it, and in one of its windows."""

from __future__ import annotations

import pytest

from tests.stories.user import User
from tests.support.screens import demand_screen
from tests.support.world import World

pytestmark = pytest.mark.story


@pytest.fixture
def at_screen(world: World) -> User:
    """Somebody who has chosen GNU Screen."""
    demand_screen()
    return User(world, settings={"PDEV_MULTIPLEXER": "screen"})


def test_a_session_starts_is_seen_attached_and_closed(at_screen: User, world: World) -> None:
    """Its window is GNU Screen's; the way back is told; one opened by hand is adopted."""
    user = at_screen
    docs = world.worktree("docs")
    try:
        user.opens_dashboard().sees("No GNU Screen server is running yet")
        user.presses("n").sees("New session").types("auth").presses("Enter")
        user.sees_row("auth", "idle").sees("myapp:0 auth", "GNU Screen tells of no changes")
        user.selects("auth").presses("Enter").sees("To the dashboard: detach with Ctrl+a d")
        user.types("echo s=$PDEV_SESSION; pwd").presses("Enter")
        user.sees("s=auth", str(world.root / "myapp-auth"))
        user.presses("C-a", "d").sees("Sessions", "edits: live").sees("s=auth")

        # One by hand, in another screen session, is the worktree's that it stands in.
        world.screen("-dmS", "mine", "-t", "by hand", "sh", "-c", f"cd '{docs}'; exec cat")
        user.sees_row("docs", "cat").sees("mine:0 by hand")

        user.selects("auth").presses("x").sees(
            "Close this window?", "Ends what runs in it: sh"
        ).presses("y")
        user.sees_row("auth", "no window").sees_no_more("myapp:0 auth")
        user.quits()
        assert [each.partition(".")[2] for each in world.screens()] == ["mine"]
    finally:
        user.leaves()


def test_inside_a_screen_session_its_display_changes_its_window(
    at_screen: User, world: World
) -> None:
    """Sessions start beside the dashboard, and GNU Screen's own keys come back to it."""
    user = at_screen
    try:
        user.runs("screen -S home -t dash sh -c 'pdev-tui; exec sh'")
        user.sees("Sessions", "edits: live").sees("GNU Screen tells of no changes")
        user.presses("n").sees("New session").types("auth").presses("Enter")
        user.sees_row("auth", "idle").sees("home:1 auth")
        user.presses("Enter").sees_no_more("Sessions")
        user.types("echo s=$PDEV_SESSION").presses("Enter").sees("s=auth")
        user.presses("C-a", "C-a").sees("Sessions", "home:1 auth").sees_cursor("auth")
        assert [each.partition(".")[2] for each in world.screens()] == ["home"]
    finally:
        user.leaves()
