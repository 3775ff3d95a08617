"""Terminals with few colours, or a person who wants none: all is readable."""

from __future__ import annotations

import re

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]

_ANY = re.compile(r"\x1b\[([0-9;]*)m")


def _codes(user: User) -> set[str]:
    """What the program has set, one by one, as the terminal understood it."""
    found: set[str] = set()
    for line in user.colours():
        for codes in _ANY.findall(line):
            found.update(re.findall(r"[34]8;[25];[0-9;]+|\d+", codes))
    return found


@pytest.mark.parametrize(
    ("before", "many", "few"),
    [
        ("NO_COLOR=1 TERM=xterm-256color", False, False),
        ("COLORTERM= TERM=dumb", False, False),
        ("COLORTERM= TERM=linux", False, True),
        ("COLORTERM= TERM=xterm-256color", True, True),
    ],
)
def test_a_terminal_gets_no_colour_that_it_lacks(
    world: World, before: str, many: bool, few: bool
) -> None:
    world.worktree("api")
    user = User(world)
    try:
        user.runs(f"env {before} pdev-tui").sees("Sessions", "edits: live")
        user.sees_row(" api ", "clean")
        codes = _codes(user)
        assert any(each.startswith(("38;", "48;")) for each in codes) is many, codes
        sixteen = {each for each in codes if re.fullmatch(r"(3|4|9|10)[0-7]", each)}
        assert bool(sixteen - {"30", "40"}) is (few and not many), codes
        assert many or "7" in codes, "the cursor's row is reversed"
        user.presses("n").sees("New session").presses("Escape").sees_no_more("New session").quits()
    finally:
        user.leaves()
