"""The life of one session, from the form that starts it to the checklist that ends it."""

from __future__ import annotations

import pytest

from tests.stories.user import User
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def _starts(user: User, name: str) -> User:
    """Fill in the form with a name and send it off."""
    user.presses("n").sees("New session").types(name)
    user.sees("branch   feature/").presses("Enter")
    return user.sees_no_more("New session").sees("Started ")


def test_a_session_is_started_attached_detached_closed_and_removed(
    user: User, world: World
) -> None:
    """A person starts "Log In" and lives through its whole life without leaving the dashboard."""
    world.worktree("api")
    user.opens_dashboard().sees_row("api")

    # What the form will make is told while typing, and that is what is made.
    user.presses("n").sees("New session").types("Log In")
    user.sees("feature/log-in  from main", "myapp-log-in", "window   log-in", "'Log In' → log-in")
    user.presses("Enter").sees_row(" log-in ", "clean").sees_row("log-in", "sh")
    user.sees_cursor("log-in").sees("myapp:0 log-in")
    home = world.root / "myapp-log-in"
    assert (home / "README.md").exists()

    # A tab, a filter and a cursor to find again.
    user.presses("i").sees("Made by     pdev")
    user.presses("/").sees("name, branch, path or state").types("log").presses("Enter")
    user.sees("1 of 3").sees_no_row(" api ")

    # Attached, the terminal is tmux's; what is typed reaches the session's own shell.
    user.presses("Enter").sees("[myapp]").sees_no_more("Sessions")
    user.types("echo $PDEV_SESSION-$CLAUDE_SESSION > who; pwd").presses("Enter").sees(str(home))
    user.detaches()
    user.sees("Sessions", "1 of 3", "Made by     pdev").sees_cursor("log-in", "?1")
    assert (home / "who").read_text() == "log-in-log-in\n"

    # Esc takes the filter back; a click is as good as Enter.
    user.presses("Escape").sees_row(" api ").sees_cursor("log-in")
    user.clicks(" log-in ").sees("[myapp]").sees_no_more("Sessions")
    user.detaches().sees("Sessions", "Made by     pdev").sees_cursor("log-in")

    # Closing asks first; No closes nothing.
    user.presses("x").sees("Close this window?", "Ends what runs in it: sh").presses("n")
    user.sees_no_more("Close this window?").sees_row("log-in", "sh")
    user.presses("x").sees("Close this window?").presses("y")
    user.sees_row("log-in", "no window").sees("none: terminals of the sessions")
    assert world.tmux("list-windows", "-a", check=False) == ""

    # Three kinds of loss, and the button is dead until each is agreed to.
    (home / "README.md").write_text("changed\n")
    world.git("add", "who", cwd=home)
    world.write("notes.txt", "not committed\n", cwd=home)
    user.sees_row("log-in", "+1 ~1 ?1")
    user.presses("d").sees("Remove log-in", "1 staged file", "1 modified file", "1 untracked")
    user.sees("notes.txt", "Not ticked: staged, modified, untracked")
    user.presses("Space").sees("Not ticked: modified, untracked")
    user.clicks("Remove       ").sees("Not ticked: modified, untracked")
    user.presses("Tab", "Space").sees("Not ticked: untracked")
    user.presses("Tab", "Space").sees_no_more("Not ticked")
    user.sees("▐X▌ 1 untracked", "▐ ▌ Also delete the branch")
    user.clicks("Remove       ").sees_no_more("Remove log-in")
    user.sees_no_row("log-in").sees_row(" api ", "clean")
    assert not home.exists()
    assert "feature/log-in" in world.git("branch", "--list", "feature/*")
    user.quits()


def test_escape_and_keep_lose_nothing(user: User, world: World) -> None:
    """A person who opens the checklist and thinks again has lost nothing, whichever way out."""
    home = world.worktree("api")
    world.write("notes.txt", "not committed\n", cwd=home)
    user.opens_dashboard().selects("api")
    for way_out in ("Escape", "K"):
        user.presses("d").sees("Remove api", "Not ticked: untracked")
        if way_out == "Escape":
            user.presses("Escape")
        else:
            user.clicks("Keep")
        user.sees_no_more("Remove api").sees_row("api", "?1")
    assert (home / "notes.txt").exists()
    user.presses("g").sees_cursor("main").presses("d").sees("The main worktree is never removed")
    user.quits()


def test_a_session_on_a_branch_that_exists_gets_its_window_with_enter(
    user: User, world: World
) -> None:
    """Enter on a worktree without a window opens one there; its agent's name is shown."""
    world.worktree("api")
    user.opens_dashboard().selects("api").sees("No window: Enter opens one.")
    user.presses("Enter").sees("[myapp]").sees_no_more("Sessions")
    user.types("exec sleep 1000").presses("Enter")
    user.detaches().sees("Sessions").sees_row("api", "sleep").sees_cursor("api")
    # The program in it ends, and with it the window: the session stays.
    pid = int(world.tmux("list-panes", "-a", "-F", "#{pane_pid}"))
    world.tmux("send-keys", "-t", "=myapp:api", "C-c")
    eventually(lambda: str(pid) not in world.tmux("list-panes", "-aF", "#{pane_pid}", check=False))
    user.sees_row("api", "no window").quits()


def test_a_refused_form_comes_back_with_what_was_typed(user: User, world: World) -> None:
    """A name that is taken is told in the form, and nothing is made."""
    world.worktree("api")
    user.opens_dashboard()
    before = world.git("worktree", "list")
    user.presses("n").sees("New session").types("api").sees("feature/api").presses("Enter")
    user.sees("New session", "already")
    user.presses("Escape").sees_no_more("New session")
    assert world.git("worktree", "list") == before
    user.quits()
