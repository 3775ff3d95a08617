"""Terminals of every size, and one whose size changes under the program."""

from __future__ import annotations

import subprocess

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def test_too_small_a_terminal_says_so_and_grows_into_a_dashboard(world: World) -> None:
    """At 40×15 there is a sentence instead of a mess; a larger window shows all at once."""
    world.worktree("api")
    user = User(world, columns=40, rows=15)
    try:
        user.runs("pdev-tui").sees("60", "15").sees_no_more("Sessions")
        assert all(len(line) <= 40 for line in user.lines())
        user.resizes(80, 24).sees("Sessions").sees_row(" api ", "clean")
        user.resizes(40, 15).sees_no_more("Sessions")
        user.resizes(200, 50).sees("Sessions", "Windows", "Preview")
        user.waits(lambda: max(map(len, user.lines())) == 200, "200 columns in use")
        assert len(user.lines()) == 50
        user.resizes(40, 15).sees_no_more("Sessions").quits()
    finally:
        user.leaves()


def test_exported_columns_and_lines_are_no_size(world: World) -> None:
    """Jupyter and some shells export both: the terminal's own size is used, also a later one."""
    world.worktree("api")
    user = User(world, columns=130, rows=40, settings={"COLUMNS": "70", "LINES": "20"})

    def fills(columns: int, rows: int) -> bool:
        lines = user.lines()
        return len(lines) == rows and max(map(len, lines)) == columns and bool(lines[-1].strip())

    try:
        user.opens_dashboard().waits(lambda: fills(130, 40), "130 by 40 in use")
        user.resizes(100, 30).waits(lambda: fills(100, 30), "100 by 30 in use")
        user.resizes(150, 45).waits(lambda: fills(150, 45), "150 by 45 in use").quits()
    finally:
        user.leaves()


def test_the_table_of_sessions_fits_its_terminal(world: World) -> None:
    """`pdev list` is cut to the terminal's width, whatever `COLUMNS` says, and in a pipe not."""
    world.worktree("api")
    user = User(world, columns=72, rows=20, settings={"COLUMNS": "200"})
    try:
        user.runs("pdev list").sees("feature/api", "ended with 0")
        shown = [line for line in user.lines() if line]
        assert ["NAME" in shown[0], "main" in shown[1], "feature/api" in shown[2]] == [True] * 3
        user.runs("COLUMNS=20 pdev list | cat").sees("feature/api", "myapp-api", "ended with 0")
    finally:
        user.leaves()


def test_everything_can_be_reached_at_80_by_24(world: World) -> None:
    """All panes, the form with its result and its button, the checklist and the help."""
    api = world.worktree("api")
    world.window("api", api, "exec sleep 1000")
    user = User(world, columns=80, rows=24)
    try:
        user.opens_dashboard().sees_row(" api ", "clean").selects("api")
        user.presses("i").sees("Made by     ")
        user.presses("v").sees_no_more("Made by     ")
        user.presses_and_looks("Tab").presses(*["Tab"] * 5).sees("work:0 api")
        user.presses("BTab").sees_no_more("work:0 api").presses_and_looks("BTab")
        user.presses("n").sees("New session").types("Log In")
        user.sees("window   log-in", "Create (ctrl+s)")
        user.presses("C-s").sees_row(" log-in ", "clean")
        world.write("notes.txt", "x\n", cwd=world.root / "myapp-log-in")
        user.sees_row(" log-in ", "?1").selects("log-in")
        user.presses("d").sees("Remove log-in", "1 untracked", "Not ticked", "Keep")
        user.presses("Space").sees_no_more("Not ticked").presses("Tab", "Tab", "Enter")
        user.sees_no_more("Remove log-in")
        user.sees_no_row("log-in")
        user.presses("?").sees("Show the selected session in a new").presses("Escape")
        user.sees_no_more("Show the selected session in a new").quits()
    finally:
        user.leaves()


def test_a_large_terminal_is_used(world: World) -> None:
    """At 200×50 nothing of a session's row is cut, and the details stand beside the list."""
    world.worktree("a-long-name-here", "feature/a-long-branch-name")
    user = User(world, columns=200, rows=50)
    try:
        user.opens_dashboard()
        user.sees_row("a-long-name-here", "on feature/a-long-branch-name", "clean")
        user.selects("a-long-name-here").sees_row("─ Sessions", "─ a-long-name-here · Preview")
        user.quits()
    finally:
        user.leaves()


@pytest.mark.parametrize("nested", [False, True], ids=["alone", "nested"])
def test_the_newest_of_very_many_sizes_is_drawn(world: World, *, nested: bool) -> None:
    """Dragging the edge of a window is hundreds of sizes in a moment; also in tmux in tmux."""
    world.worktree("api")
    user = User(world, columns=120, rows=40)
    inner = ("tmux", "-f", "/dev/null", "-S", str(world.root / "inner"))

    def fills(columns: int, rows: int) -> bool:
        lines = user.lines()
        status = int(nested)  # the inner tmux's own line at the bottom
        return (
            len(lines) == rows
            and max(map(len, lines)) == columns
            and lines[-3 - status].startswith(("╰", " Boundaries "))
            and "Help" in lines[-1 - status]
        )

    try:
        if nested:
            user.runs(f"TMUX= {' '.join(inner)} new-session pdev-tui")
        else:
            user.runs("pdev-tui")
        user.sees_row(" api ", "clean").waits(lambda: fills(120, 40), "120 by 40 in use")
        for number in range(200):
            user.resizes(62 + number % 137, 16 + number % 41)
        user.resizes(131, 41).waits(lambda: fills(131, 41), "131 by 41 in use").quits()
    finally:
        user.leaves()
        subprocess.run([*inner, "kill-server"], env=world.env, capture_output=True, check=False)
