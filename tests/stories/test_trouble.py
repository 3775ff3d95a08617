"""What goes wrong around a dashboard that stays open: tmux ends, directories disappear."""

from __future__ import annotations

import shutil

import pytest

from tests.stories.user import User, gone
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def test_the_tmux_server_ends_and_starts_again(user: User, world: World) -> None:
    """The windows go, the worktrees stay, the reason is told; with a new server all is well."""
    api = world.worktree("api")
    world.window("api", api, "exec sleep 1000")
    world.window("other", world.repo, "exec sleep 1000")
    user.opens_dashboard().sees_row("api", "sleep").selects("api")
    world.tmux("kill-server")
    user.sees_row(" api ", "no window").sees("✕ windows: The tmux server ended")
    user.sees("No window: Enter opens one.").sees_cursor("api")

    # It can still be worked with: Enter starts a server and a window.
    user.presses("Enter").sees("[myapp]").detaches().sees("Sessions")
    user.sees_row("api", "sh").sees_no_more("✕ tmux")

    world.tmux("kill-server")
    user.sees_row(" api ", "no window")
    world.window("again", api, "exec sleep 1000")
    user.sees_row("api", "sleep").sees("work:0 again")
    user.sees_no_more("✕ tmux").quits()


def test_the_tmux_server_ends_while_a_session_has_the_terminal(user: User, world: World) -> None:
    """Nothing to detach from any more: the dashboard comes back by itself."""
    world.worktree("api")
    user.opens_dashboard().selects("api").presses("Enter").sees("[myapp]")
    world.tmux("kill-server")
    user.sees("Sessions").sees_row(" api ", "no window").sees_cursor("api").quits()


def test_a_directory_deleted_by_hand_is_missing_and_can_be_cleared_away(
    user: User, world: World
) -> None:
    """Somebody used `rm -rf`: git still lists the worktree, and `d` takes it off the list."""
    api, docs = world.worktree("api"), world.worktree("docs")
    user.opens_dashboard().sees_row(" api ", "clean").selects("api")
    shutil.rmtree(api)
    user.sees_row(" api ", "missing").sees("its directory is gone")
    user.presses("Enter").sees("The directory of this session is gone")
    user.presses("d").sees("Remove api", "only git's entry is removed").presses("Enter")
    user.sees_no_more("Remove api").sees_no_row("api").sees_row(" docs ", "clean")
    assert str(api) not in world.git("worktree", "list", "--porcelain")

    # A directory that comes back is no longer missing; `r` looks at once.
    away = docs.rename(docs.with_name("away"))
    user.sees_row(" docs ", "missing")
    away.rename(docs)
    user.presses("r").sees_row(" docs ", "clean", without="missing")
    assert docs.exists()
    user.quits()


def test_the_repository_itself_is_deleted(user: User, world: World) -> None:
    """Nothing is left to show: the program says so and can still be left."""
    world.worktree("api")
    user.opens_dashboard().sees_row(" api ", "clean")
    processes = user.processes()
    shutil.rmtree(world.repo)
    user.sees("✕ ")
    user.quits()
    eventually(lambda: gone(processes), what="no process left")
