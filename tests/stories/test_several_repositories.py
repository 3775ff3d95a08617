"""Somebody who works on two repositories at once, in one dashboard."""

from __future__ import annotations

import shutil

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def test_a_folder_of_repositories(user: User, world: World) -> None:
    """Sessions are started and removed in the one they are meant for; one that is gone says so."""
    shop, gone = world.root / "shop", world.root / "gone"
    for path in (shop, gone):
        world.git("clone", "-q", str(world.repo), str(path), cwd=world.root)
    world.worktree("api")
    world.git("worktree", "add", "-q", "-b", "api", str(world.root / "shop-api"), cwd=shop)
    shutil.rmtree(gone / ".git/refs")

    user.opens_dashboard(".", cwd=world.root)
    user.sees("▾ myapp  1 session", "▾ shop  1 session", "✕ gone")
    user.selects("▾ shop").sees_row(" shop ", "main", "1 session")
    user.presses("n").sees("New session", "shop ─╯").types("Cart").sees("window   cart")
    user.presses("Enter")
    user.sees("shop: ").sees_row(" cart ", "sh").sees("▾ shop  2 sessions", "▾ myapp  1 session")
    assert (world.root / "shop-cart").is_dir()
    assert "cart" not in world.git("branch", "--list", "*cart*")

    world.write("notes.txt", "mine\n", cwd=world.root / "myapp-api")
    user.sees_row(" api ", "?1")
    user.presses("Space").sees("▸ shop  2 sessions").sees_no_row(" cart ")
    user.presses("Enter").sees_row(" cart ", "sh")

    user.selects("cart").presses("d").sees("Nothing would be lost.", "shop ─╯").presses("Enter")
    user.sees_no_row(" cart ").sees("▾ shop  1 session")

    user.selects("✕ gone").presses("n").sees("tries again")
    shutil.rmtree(gone)
    world.git("clone", "-q", str(world.repo), str(gone), cwd=world.root)
    user.sees("▾ gone  0 sessions").quits()


def test_repositories_that_come_to_a_folder_and_go(user: User, world: World) -> None:
    """A clone is a group once it is there, and works; one that is removed leaves, without restart.

    The last one stays with its reason until another comes.
    """
    odd = "$(id) [b]shop"
    user.opens_dashboard(".", cwd=world.root).sees("▾ myapp  0 sessions")
    (world.root / odd).mkdir()  # a clone makes its directory first
    world.git("clone", "-q", str(world.repo), str(world.root / odd), cwd=world.root)
    user.sees(f"▾ {odd}  0 sessions")
    user.selects(f"▾ {odd}").presses("n").sees("New session", "shop ─╯").types("cart")
    user.presses("Enter").sees_row(" cart ", "sh").sees(f"▾ {odd}  1 session")

    (world.root / odd).rename(world.root / "aside")  # its name is another one's from now on
    user.sees("▾ aside").sees_no_more("[b]shop")
    user.selects("▾ aside").presses("n").sees("New session", "aside ─╯")
    shutil.rmtree(world.root / "aside")
    world.git("clone", "-q", str(world.repo), str(world.root / "late"), cwd=world.root)
    user.sees("▾ late  0 sessions", "✕ aside")  # asked about
    user.presses("Escape").sees_no_more("✕ aside")

    shutil.rmtree(world.repo)
    user.sees_no_more("myapp")
    shutil.rmtree(world.root / "late")
    user.sees("✕ late", "is not there any more")
    world.git("init", "-q", str(world.root / "new"), cwd=world.root)
    user.sees("▾ new  0 sessions").sees_no_more("late").quits()
