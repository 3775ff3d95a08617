"""`pdev list --all` on real repositories: one table, each row with its repository."""

from __future__ import annotations

from pathlib import Path

from parallel_tui.adapters.disk.habits import HabitsFile
from parallel_tui.model.view.habits import Habits
from tests.cli.running import Ran, pdev
from tests.support.world import World


def run(world: World, *arguments: str) -> Ran:
    """Run `pdev` where no window is."""
    return pdev("--tmux-socket", world.socket, *arguments, cwd=world.repo, env=world.env)


def test_all_that_are_known_or_named_stand_in_one_table(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other", world.env).init()
    world.worktree("auth")
    nothing = run(world, "list", "--all")
    assert nothing.status == 2
    assert "No repository is known yet" in nothing.err
    HabitsFile(world.env).keep(Habits(repositories=(str(world.repo),)))
    known = run(world, "list", "--all").out.splitlines()
    assert "REPOSITORY" in known[0]
    assert [line.split()[4] for line in known[1:]] == ["main", "auth"]

    named = run(world, "list", "--all", str(world.repo), str(other.repo), "gone")
    assert named.status == 1
    assert "gone: " in named.err
    assert f"myapp ({other.repo})" in named.out, "two of one name have their places"
    found = run(world, "list", "--all", "--json", str(other.root)).json["repositories"]
    assert [each["label"] for each in found] == ["myapp"]
    assert [each["name"] for each in found[0]["sessions"]] == ["main"]
    assert run(world, "list", str(world.repo)).status == 2
