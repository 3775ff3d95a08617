"""The ways around the dashboard: filter, zoom, help, palette, themes, wheel."""

from __future__ import annotations

from functools import partial

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def _has_moved(user: User, before: list[str]) -> bool:
    return user.listed() != before


def test_filter_zoom_tabs_help_palette_and_theme_by_key(user: User, world: World) -> None:
    """A person finds the way around without a mouse."""
    for name in ("api", "docs", "tests"):
        world.worktree(name)
    user.opens_dashboard().sees("3 sessions").selects("docs")

    user.presses("/").sees("name, branch, path or state").types("feature/d")
    user.sees("1 of 4").sees_no_row(" api ").presses("Enter").sees_cursor("docs")
    user.presses("Escape").sees_row(" api ").sees_cursor("docs")
    user.presses("/").sees("name, branch, path or state").types("nonsense")
    user.sees("No session matches").presses("Escape").sees_row(" api ")

    user.presses("3").sees_cursor("docs").presses("4").sees_cursor("tests")
    user.presses("z").sees_no_more("Windows").presses("z").sees("Windows")
    user.presses("i").sees("Branch      feature/tests").presses("]").sees_no_more("Made by")
    user.presses("z").sees_no_more("Windows").presses("Tab").sees_no_more("Sessions")
    user.presses("Escape").sees("Sessions", "Windows")

    user.presses("?").sees("Keys", "Start a session").presses("End")
    user.sees("It conflicts with others or base").presses("Escape")
    user.sees_no_more("It conflicts with others or base").sees_cursor("tests")

    user.presses(":").sees("Search for").types("remove").sees("Remove").presses("Enter")
    user.sees("Remove tests").presses("Escape").sees_no_more("Remove tests")
    user.presses("C-p").sees("Search for").types("docs").sees("docs").presses("Enter")
    user.sees_no_more("Search for").sees_cursor("docs")

    user.presses_and_looks("T").sees("Theme: ")

    # A key that can do nothing now says why.
    user.presses("w").sees("No session needs you")
    user.presses("x").sees("The selected session has no window").quits()


def test_the_wheel_scrolls_and_news_move_neither_cursor_nor_viewport(world: World) -> None:
    """With more sessions than fit, a look further down stays where it is while things change."""
    for number in range(30):
        world.worktree(f"s{number:02d}")
    user = User(world, rows=30)
    try:
        user.opens_dashboard().sees("30 sessions").sees_row(" s03 ").sees_cursor("main")
        for _ in range(4):
            before = user.listed()
            user.wheels("no window").waits(partial(_has_moved, user, before), "no scrolling")
        user.sees_no_row(" s00 ").sees_no_row(" main ").sees_row(" s08 ")
        user.terminal.settle()  # the last turn of the wheel moves more than one row
        top = user.listed()[0]
        # An edit far away from what is looked at, and one in sight.
        seen = next(row for row in user.listed() if " s08 " in row)
        assert "clean" in seen
        world.write("notes.txt", "x\n", cwd=world.root / "myapp-s00")
        world.write("notes.txt", "x\n", cwd=world.root / "myapp-s08")
        user.sees_row(" s08 ", "?1")
        assert user.listed()[0] == top

        # The cursor follows its session when others come and go.
        user.presses("g").sees_row(" s00 ").selects("s08")
        world.git("worktree", "remove", str(world.root / "myapp-s05"))
        world.worktree("zz")
        user.sees("30 sessions").sees_no_row(" s05 ").sees_cursor("s08")
        world.window("s20", world.root / "myapp-s20")
        user.sees("Windows 1")
        user.sees_cursor("s08").quits()
    finally:
        user.leaves()


def test_panes_and_tabs_by_mouse(user: User, world: World) -> None:
    """Tabs, footer and windows answer to a click."""
    api = world.worktree("api")
    world.window("hack", api)
    user.opens_dashboard().sees_row("api", "sh").selects("api")
    user.clicks("Info").sees("Branch      feature/api")
    user.clicks("Help").sees("Start a session:").presses("Escape")
    user.sees_no_more("Start a session:")
    user.clicks("▌ work:0 hack").sees("[work]").detaches().sees("Sessions").quits()
