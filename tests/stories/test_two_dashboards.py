"""Two people, or one in two terminals, on one repository."""

from __future__ import annotations

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def test_what_one_does_the_other_sees(user: User, other: User, world: World) -> None:
    """Started here, seen there; entered there by both; removed there, gone here."""
    user.opens_dashboard()
    other.opens_dashboard()
    user.presses("n").sees("New session").types("Shared").sees("window   shared")
    user.presses("Enter").sees_row("shared", "sh")
    other.sees_row(" shared ", "clean").sees_row("shared", "sh").sees("myapp:0 shared")

    # Both go to the same window and see the same.
    user.selects("shared").presses("Enter").sees("[myapp]").sees_no_more("Sessions")
    other.selects("shared").presses("Enter").sees("[myapp]").sees_no_more("Sessions")
    user.types("echo seen-by-$((1 + 1))").presses("Enter")
    other.sees("seen-by-2")
    user.detaches().sees("Sessions")
    other.detaches().sees("Sessions")

    world.write("notes.txt", "mine\n", cwd=world.root / "myapp-shared")
    user.sees_row(" shared ", "?1")
    other.sees_row(" shared ", "?1")
    other.selects("shared").presses("d").sees("Not ticked: untracked").presses("Space")
    other.sees_no_more("Not ticked").clicks("Remove       ").sees_no_row("shared")
    user.sees_no_row("shared").sees("0 sessions")
    user.quits()
    other.quits()


def test_a_session_that_is_gone_by_the_time_of_the_answer(
    user: User, other: User, world: World
) -> None:
    """Both ask for the same removal; the second is told what the first has done, no more."""
    world.worktree("api")
    user.opens_dashboard().selects("api").presses("d").sees("Nothing would be lost.")
    other.opens_dashboard().selects("api").presses("d").sees("Nothing would be lost.")
    other.presses("Enter").sees_no_more("Nothing would be lost.").sees_no_row("api")
    user.presses("Enter").sees_no_more("Nothing would be lost.").sees_no_row("api")
    user.sees("0 sessions").quits()
    other.quits()


def test_the_command_line_and_the_dashboard_are_one_system(
    user: User, other: User, world: World
) -> None:
    """`pdev` in a second terminal spawns, shows, attaches and removes what the dashboard shows."""
    user.opens_dashboard()
    other.runs("pdev spawn 'Log In' && pdev list", cwd=world.repo / "src").sees("ended with 0")
    other.sees_row(" log-in ")
    user.sees_row(" log-in ", "clean").sees_row("log-in", "sh")
    other.runs("pdev attach log-in", cwd=world.root / "myapp-log-in").sees("[myapp]")
    other.types("echo a > a.txt").presses("Enter").detaches().sees("ended with 0")
    user.sees_row(" log-in ", "?1")
    other.runs("pdev remove log-in").sees_no_more("[myapp]").sees("untracked")
    user.sees_row(" log-in ", "?1")
    other.runs("pdev remove log-in --discard untracked --yes").sees("ended with 0")
    user.sees_no_row("log-in").quits()
    assert not (world.root / "myapp-log-in").exists()
