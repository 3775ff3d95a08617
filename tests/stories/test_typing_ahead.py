"""Keys typed fast, on a machine where git is slow, go where they were meant to go."""

from __future__ import annotations

import os

import pytest

from tests.stories.user import User
from tests.support.busy import busy
from tests.support.slow_git import hurry, slow_git
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]

WORDS = ("third", "quit-now", "sync-docs", "undo", "merge", "lock", "handoff", "why", "zoom", "all")
"""Names that are full of letters which are commands of the dashboard."""

MANY = int(os.environ.get("PDEV_TYPED_NAMES", "8"))
LOAD = int(os.environ.get("PDEV_TYPED_LOAD", "0"))
LONG = len(WORDS) < MANY
"""`make typing` types many more names, while others want the processor all the time."""

NAMES = tuple(f"{WORDS[n % len(WORDS)]}-{n}" for n in range(MANY))

CALL = 0.6
"""Seconds that each call of git takes."""

PACE = 0.08
"""Seconds from key to key of somebody who types well."""


def test_names_typed_one_after_another_all_become_sessions(user: User, world: World) -> None:
    """Each form gets its name, nothing runs as a command, and no form is typed into after Enter."""
    folder = world.root / "slow"
    path = slow_git(folder, user.env["PATH"], CALL)
    user.settings = {"PATH": path, "PDEV_MAX_SESSIONS": "99"}

    def made() -> list[str]:
        trees = world.git("worktree", "list", "--porcelain").splitlines()
        return sorted(line.rpartition("/")[2] for line in trees if line.startswith("branch"))

    with busy(LOAD):
        user.runs("pdev-tui").sees("Sessions", "main")  # it is not live yet
        for name in NAMES:
            user.terminal.type_slowly(f"n{name}\n", PACE)
        user.waits(lambda: len(made()) > 2, "no session was started", 120)
        if not LONG:
            hurry(folder)
        wanted, patient = sorted(["main", *NAMES]), 30 * MANY
        user.waits(lambda: made() == wanted, "not all names became sessions", patient)
        user.sees_no_more("New session", within=60)
        user.sees(f"{MANY} sessions", "edits: live", within=60)
        assert user.row("─ Sessions ").startswith("╭─ Sessions ──"), "not sorted otherwise"
    assert not list((world.repo / ".claude").glob("locks/*.lock"))
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
