"""An afternoon of landing: what is checked lands in the order that was chosen, and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]

LINES = [f"{number}\n" for number in range(1, 31)]


def _ready(world: World, name: str, *numbers: int) -> str:
    """A session that changes some lines of one file; returns its commit."""
    tree = world.worktree(name)
    text = "".join(f"{name}\n" if n in numbers else line for n, line in enumerate(LINES, 1))
    return world.commit("f", text, cwd=tree, message=f"work of {name}")


def test_three_sessions_are_checked_and_land_by_key_and_come_back(user: User, world: World) -> None:
    """A hub that conflicts with three lands alone when it comes first, and not at all otherwise."""
    home = Path(world.env["HOME"], ".config/pdev")
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yml").write_text('merge: {check: ["grep -q . f && echo looked at $PWD"]}\n')
    before = world.commit("f", "".join(LINES))
    commits = {
        "hub": _ready(world, "hub", 3, 15, 27),
        "api": _ready(world, "api", 3),
        "docs": _ready(world, "docs", 15),
        "web": _ready(world, "web", 27),
    }

    user.opens_dashboard().sees_row("hub", "clean").presses("m")
    user.sees("None of 4 sessions can land", "it was not checked at", "C checks those")
    user.presses("C").sees("3 of 4 sessions land by merge: 1 file, +3 −3. No order lands more.")
    user.sees_row("hub", "✗", "it conflicts with api, docs, web in f")
    user.presses("c").sees("Check of", "looked at", "Passed at").presses("Escape")

    user.sees("Merge plan").presses("G", "K", "K", "K")
    user.sees("1 of 4 sessions lands by merge", "Your order, of which 3 cannot land")
    user.sees_row("api", "✗", "it conflicts with hub in f")
    user.presses("r").sees("3 of 4 sessions land by merge")

    user.presses("l").sees(
        "Land 3 sessions on main by merge?", "Stays out: hub", "Nothing is pushed"
    )
    assert world.git("rev-parse", "main").strip() == before
    user.presses("y").sees("Landed", "H on the dashboard takes it back")
    user.sees_row("hub", "✗", "it conflicts with main in f")
    merged = world.git("log", "--format=%H", f"{before}..main").split()
    for name, commit in commits.items():
        assert (commit in merged) == (name != "hub"), name
    assert world.git("show", "main:f").splitlines()[2::12] == ["api", "docs", "web"]
    assert world.git("status", "--porcelain") == ""

    user.presses("Escape").sees_no_more("Merge plan")
    user.presses("H").sees("newest first", "landed api, docs and web on main").presses("u").sees(
        "Undo this?"
    ).presses("y")
    user.waits(lambda: world.git("rev-parse", "main").strip() == before, "main never came back")
    assert (world.repo / "f").read_text() == "".join(LINES)
    user.presses("m").sees("3 of 4 sessions land by merge", "1 file, +3 −3")
    user.presses("Escape").sees_no_more("Merge plan").quits()
