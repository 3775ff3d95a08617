"""What other programs do to the repository and in tmux appears while somebody only looks."""

from __future__ import annotations

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def test_what_git_does_elsewhere_appears(user: User, world: World) -> None:
    """Commits, branches, worktrees and a rebase made in another terminal, with plain git."""
    api = world.worktree("api")
    user.opens_dashboard().sees_row("api", "clean").selects("api")

    world.commit("api.py", "a = 1\n", cwd=api)
    user.sees_row(" api ", "↑1")
    world.commit("README.md", "hello, all\n")
    user.sees_row(" api ", "↑1 ↓1")
    world.git("switch", "-q", "-c", "fix/timeout", cwd=api)
    user.sees_row("api", "on fix/timeout")
    world.git("branch", "-m", "fix/timeout", "fix/late")
    user.sees_row("api", "fix/late")
    world.git("checkout", "-q", "--detach", cwd=api)
    user.sees_row("api", "detached").sees_no_more("fix/late")
    world.git("switch", "-q", "fix/late", cwd=api)
    user.sees_row("api", "fix/late")

    # A worktree comes, is locked, unlocked and goes.
    docs = world.worktree("docs", "docs/all")
    user.sees_row(" docs ", "on docs/all", "clean").sees("2 sessions")
    world.git("worktree", "lock", str(docs))
    user.sees_row("docs", "locked")
    world.git("worktree", "unlock", str(docs))
    user.sees_row("docs", "docs/all", without="locked")
    world.git("worktree", "remove", str(docs))
    user.sees_no_more("docs/all").sees("1 session")

    # A rebase stops at a conflict and is given up.
    world.commit("README.md", "hello, api\n", cwd=api)
    user.sees_row("api", "↑2 ↓1")
    world.git("rebase", "main", cwd=api, check=False)
    user.sees_row("api", "fix/late (rebase", "!1")
    world.git("rebase", "--abort", cwd=api)
    user.sees_row("api", "fix/late", "↑2 ↓1", "clean", without="rebase")

    # All the while the cursor has stayed where it was put.
    user.sees_cursor("api").quits()


def test_edits_appear_as_they_are_made_staged_and_taken_back(user: User, world: World) -> None:
    """Files changed by an editor or an agent, in folders old and new."""
    api = world.worktree("api")
    user.opens_dashboard().sees_row("api", "clean")
    world.write("src/app.py", "x = 2\n", cwd=api)
    user.sees_row("api", "~1")
    world.write("notes.txt", "remember\n", cwd=api)
    user.sees_row("api", "~1 ?1")
    world.write("new/folder/deep.py", "y = 1\n", cwd=api)
    user.sees_row("api", "~1 ?2")
    world.git("add", "src/app.py", cwd=api)
    user.sees_row("api", "+1 ?2")
    (api / "notes.txt").unlink()
    user.sees_row("api", "+1 ?1")
    (api / "README.md").unlink()
    user.sees_row("api", "+1 ~1 ?1")

    # The diff tab follows too.
    user.selects("api").presses("D").sees("src/app.py", "-hello")
    world.write("README.md", "hello again\n", cwd=api)
    user.sees("+hello again")
    world.git("reset", "-q", "--hard", cwd=api)
    world.git("clean", "-qfd", cwd=api)
    user.sees_row("api", "clean").sees_no_more("hello again").quits()


def test_what_tmux_does_elsewhere_appears(user: User, world: World) -> None:
    """Windows opened, renamed, walked into a worktree, and closed by hand; a bell asks for us."""
    api = world.worktree("api")
    user.opens_dashboard().sees("No tmux server is running").sees_row("api", "no window")

    window = world.window("scratch", api)
    user.sees_row("api", "sh").sees("work:0 scratch").sees_no_more("No tmux server")
    world.tmux("rename-window", "-t", window, "hack")
    user.sees("work:0 hack").sees_no_more("scratch")

    # A shell elsewhere is nobody's until it goes to a worktree.
    docs = world.worktree("docs")
    away = world.window("elsewhere", world.root)
    user.sees_row("docs", "no window")
    world.tmux("send-keys", "-t", away, f"cd {docs}", "Enter")
    user.sees_row("docs", "sh").sees("work:1 elsewhere")

    # A bell: that session comes first, and says so aloud.
    world.tmux("send-keys", "-t", away, "printf '\\a'", "Enter")
    user.sees_row("docs", "◐ waiting").sees("1 needs you")
    user.selects("api").presses("w").sees_cursor("docs")

    world.tmux("kill-window", "-t", window)
    user.sees_row("api", "no window").sees_no_more("work:0 hack").quits()


def test_the_preview_shows_a_window_live_and_in_its_colours(user: User, world: World) -> None:
    """What a session prints is seen without going there, its clear screen included."""
    api = world.worktree("api")
    window = world.window("api", api)
    user.opens_dashboard().selects("api").sees("$")
    world.tmux("send-keys", "-t", window, "echo one-$((1 + 1)); pwd", "Enter")
    user.sees("one-2")
    world.tmux("send-keys", "-t", window, "clear; printf '\\033[31mred\\033[0m-end\\n'", "Enter")
    user.sees("red-end").sees_no_more("one-2").quits()
