"""Where there is nothing to show: one clear sentence, a status, and a clean terminal."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.stories.user import User
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def test_outside_a_repository(user: User, world: World) -> None:
    """The sentence names the directory; the terminal was never taken."""
    user.runs("pdev-tui", cwd=world.root).sees("ended with 2", "git repository")
    assert "Traceback" not in user.screen()
    assert user.screen().count("pdev-tui:") == 1


def test_a_directory_that_does_not_exist(user: User, world: World) -> None:
    """`-C` to nowhere is told in one sentence."""
    user.runs("pdev-tui -C /nowhere/at/all").sees("ended with 2", "/nowhere/at/all")
    assert "Traceback" not in user.screen()


def test_a_repository_without_a_commit(user: User, world: World) -> None:
    """It opens, shows what there is, says why nothing can be started, and can be left."""
    fresh = world.root / "fresh"
    world.git("init", "-q", "-b", "main", str(fresh), cwd=world.root)
    user.runs("pdev-tui", cwd=fresh).sees("Sessions").sees_row("main", "no window")
    user.presses("n").sees("New session").types("api").sees("commit")
    user.presses("Escape").sees_no_more("New session").quits()


def test_without_tmux(world: World, tmp_path: Path) -> None:
    """Sessions are shown all the same; what needs tmux says that it is missing."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "sh", "env"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    world.worktree("api")
    user = User(world)
    try:
        only = f"{Path(user.env['PATH'].split(os.pathsep)[0])}{os.pathsep}{programs}"
        user.runs(f"PATH={only} pdev-tui").sees("Sessions").sees_row(" api ", "clean")
        user.sees("tmux is not installed").selects("api").presses("Enter")
        user.sees("Install it, for example").quits()
    finally:
        user.leaves()


def test_without_a_terminal(user: User, world: World) -> None:
    """In a pipe it refuses, and names what works there."""
    user.runs("pdev-tui | cat; pdev-tui < /dev/null").sees("ended with 2", "pdev list")
    assert user.screen().count("needs a terminal") == 2


def test_a_broken_configuration(user: User, world: World) -> None:
    """A file that is no YAML is named with its line; nothing is overwritten."""
    broken = world.write(".claude/parallel-config.yml", "pdev:\n  base: [oops\n")
    user.runs("pdev-tui").sees("ended with", "parallel-config.yml")
    assert "Traceback" not in user.screen()
    assert broken.read_text() == "pdev:\n  base: [oops\n"
