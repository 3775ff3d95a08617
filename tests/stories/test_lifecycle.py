"""A morning of tidying up: what is merged goes, what went wrong comes back, the rest is synced."""

from __future__ import annotations

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def test_cleanup_undo_and_sync_by_key(user: User, world: World) -> None:
    """Nothing goes without its proof and one consent, and all of it comes back."""
    world.commit(".gitignore", ".env\n")
    done, smooth, clash = (world.worktree(name) for name in ("done", "smooth", "clash"))
    world.commit("done.txt", "1\n", cwd=done)
    world.commit("done.txt", "2\n", cwd=done)
    world.commit("smooth.txt", "1\n", cwd=smooth)
    world.commit("README.md", "mine\n", cwd=clash)
    world.git("merge", "-q", "--squash", "feature/done")
    world.git("commit", "-q", "-m", "squashed")
    world.commit("README.md", "theirs\n")
    (done / ".env").write_text("SECRET=1\n")
    tip = world.git("rev-parse", "HEAD", cwd=clash)

    user.opens_dashboard().sees_row("done", "clean")
    user.presses("c").sees("1 of 3 sessions can be cleaned up", "done")
    user.presses("Enter").sees("Nothing is chosen")
    user.presses("a").sees("[x]").presses("Enter").sees("Remove 1 session?", ".env among them")
    user.presses("y").sees("Cleaned up 1 session: done").sees_no_row(" done ")
    assert not done.exists()

    user.presses("H").sees("newest first", "You cleaned up done").presses("u").sees("Undo this?")
    user.presses("y").sees_no_more("newest first").sees_row(" done ", "clean")
    assert (done / ".env").read_text() == "SECRET=1\n"

    user.presses("S").sees("Press y", "conflict predicted in README.md").presses("y")
    user.sees("in conflict and put back as before", "now on main").presses("Escape")
    user.sees_row(" smooth ", "↑1", without="↓")
    assert world.git("rev-parse", "HEAD", cwd=clash) == tip
    assert world.git("status", "--porcelain", cwd=clash) == ""
    user.quits()


def test_a_removed_session_with_work_in_it_comes_back(user: User, world: World) -> None:
    """The checklist tells what comes back; the toast and the history say how."""
    tree = world.worktree("draft")
    (tree / "idea.txt").write_text("do not lose me\n")
    user.opens_dashboard().sees_row("draft", "?1").selects("draft").presses("d")
    user.sees("Goes to the trash", "1 untracked entry", "Not ticked: untracked")
    user.presses("Space").sees_no_more("Not ticked").presses("Tab", "Tab", "Enter")
    user.sees("Removed the worktree of draft").sees_no_row(" draft ")
    assert not tree.exists()
    user.presses("H").sees("You removed draft").presses("u").sees("Undo this?").presses("y")
    user.sees_no_more("newest first").sees_row(" draft ", "?1").sees_cursor("draft")
    assert (tree / "idea.txt").read_text() == "do not lose me\n"
    user.quits()
