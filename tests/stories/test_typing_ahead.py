"""Keys typed fast, on a machine where git is slow, go where they were meant to go."""

from __future__ import annotations

import pytest

from tests.stories.user import User
from tests.support.slow_git import slow_git
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]

NAMES = ("third", "quit-now", "sync-docs", "undo")
"""Names that are full of letters which are commands of the dashboard."""

CALL = 0.6
"""Seconds that each call of git takes."""


def test_names_typed_one_after_another_all_become_sessions(user: User, world: World) -> None:
    """Each form gets its name, nothing runs as a command, and no form is typed into after Enter."""
    path = slow_git(world.root / "slow", user.env["PATH"], CALL)
    user.settings = {"PATH": path, "PDEV_MAX_SESSIONS": "99"}
    user.runs("pdev-tui").sees("Sessions", "main")  # it is not live yet
    for name in NAMES:
        user.types(f"n{name}").presses("Enter")
    for name in NAMES:
        user.sees_row(f" {name} ", within=120)
    user.sees_no_more("New session", within=60)
    user.sees("edits: live")
    trees = world.git("worktree", "list", "--porcelain")
    assert sorted(line.rpartition("/")[2] for line in trees.splitlines() if "branch" in line) == [
        "main",
        *sorted(NAMES),
    ]
    user.quits()


def test_what_is_typed_before_a_question_does_not_answer_it(user: User, world: World) -> None:
    """Removing looks first; keys pressed meanwhile neither answer nor run as commands."""
    tree = world.worktree("draft")
    path = slow_git(world.root / "slow", user.env["PATH"], CALL)
    user.settings = {"PATH": path}
    user.opens_dashboard().sees_row(" draft ", "clean").selects("draft")
    user.presses("d", "Enter", "y", "q").sees("Remove draft", "Nothing would be lost", within=60)
    assert tree.exists()
    user.presses("Escape").sees_no_more("Remove draft")
    user.presses("d").sees("Looking at").presses("Escape").sees_no_more("Remove draft").quits()
