"""The status page names the sessions that are there, after every verb that makes or ends some."""

from __future__ import annotations

import shutil

import pytest

from parallel_tui.model.sharing.status_page import render
from parallel_tui.model.team.presets import preset
from parallel_tui.services.sharing import status_page
from tests.cli.running import Ran, pdev
from tests.services.conftest import IN_MEMORY, OpenCore, core_of
from tests.support.world import World

__all__ = ["core_of"]

PAGE = ".claude/status.md"
TEAM = ("dashboard-frontend", "dashboard-backend", "dashboard-tests")

pytestmark = pytest.mark.skipif(IN_MEMORY, reason="looks at the files of the file store")


def run(world: World, *words: str, status: int = 0) -> Ran:
    ran = pdev("--tmux-socket", world.socket, *words, cwd=world.repo, env=world.env)
    assert ran.status == status, ran.err
    return ran


def named(world: World) -> set[str]:
    """Sessions that the page names, without the main worktree; the page is there."""
    lines = (world.repo / PAGE).read_text().splitlines()
    rows = [line.split(" | ")[0].removeprefix("| ") for line in lines if line.startswith("| ")]
    return set(rows) - {"session", "---", "myapp", "main"}


@pytest.mark.parametrize("window", [(), ("--no-window",)])
def test_the_page_follows_every_change_of_the_sessions(
    world: World, window: tuple[str, ...]
) -> None:
    run(world, "up", "fullstack", "--yes", *window)
    assert named(world) == set(TEAM)
    # A run that was killed at its end has written none; the same command again does.
    (world.repo / PAGE).unlink()
    run(world, "up", "fullstack", "--yes", *window)
    assert named(world) == set(TEAM)
    run(world, "spawn", "extra", *window)
    assert named(world) == {*TEAM, "extra"}
    run(world, "remove", "extra", "--yes", "--discard", "all")
    assert named(world) == set(TEAM)
    run(world, "undo")
    assert named(world) == {*TEAM, "extra"}
    run(world, "down", "fullstack", "--yes", "--discard", "all")
    assert named(world) == {"extra"}
    run(world, "undo")
    assert named(world) == {*TEAM, "extra"}
    extra = world.root / "myapp-extra"
    world.write("extra.txt", "x\n", cwd=extra)
    world.git("add", "extra.txt", cwd=extra)
    world.git("commit", "-qm", "Add extra", cwd=extra)
    world.git("merge", "-q", "feature/extra")
    run(world, "cleanup", "extra", "--yes")
    assert named(world) == set(TEAM)
    run(world, "down", "--all", "--yes", "--discard", "all")
    assert named(world) == set()
    assert world.git("status", "--porcelain", "--", PAGE) == ""


def test_the_way_back_of_a_team_leaves_no_session_in_the_page(world: World) -> None:
    run(world, "up", "fullstack", "--yes")
    assert named(world) == set(TEAM)
    run(world, "undo")
    assert named(world) == set()


def test_a_pruned_entry_and_a_session_of_a_window_alone_leave_the_page(world: World) -> None:
    run(world, "spawn", "gone", "--no-window")
    run(world, "spawn", "lost")
    # Its directory was moved: that is told to git, and the page is written where there is none.
    (world.root / "myapp-gone").rename(world.root / "moved")
    (world.repo / PAGE).unlink()
    run(world, "prune", "--repair", "gone")
    assert named(world) == {"gone", "lost"}
    shutil.rmtree(world.root / "moved")
    run(world, "prune", "gone", "--yes", "--discard", "all")
    assert named(world) == {"lost"}
    world.git("worktree", "remove", "--force", str(world.root / "myapp-lost"))
    run(world, "remove", "lost", "--yes", "--discard", "all")
    assert named(world) == set()


def test_pages_of_others_are_not_touched(world: World) -> None:
    mine = world.write(PAGE, "# mine\n")
    run(world, "spawn", "auth", "--no-window")
    own = world.write(PAGE, "I work on the login.\n", cwd=world.root / "myapp-auth")
    run(world, "up", "fullstack", "--yes", "--no-window")
    run(world, "down", "fullstack", "--yes", "--discard", "all")
    assert mine.read_text() == "# mine\n"
    assert own.read_text() == "I work on the login.\n"
    assert not (world.root / "myapp-dashboard-tests" / PAGE).exists()


def test_a_page_that_cannot_be_written_is_told_and_stops_nothing(world: World) -> None:
    (world.repo / PAGE).mkdir(parents=True)
    ran = run(world, "up", "fullstack", "--yes", "--no-window")
    assert ran.err.count("status.md was not brought up to date") == 1
    assert (world.root / "myapp-dashboard-tests").is_dir()


def test_a_page_is_written_once_for_a_whole_team(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    def counted(sessions: object, seen: object) -> str:
        written.append(1)
        return render(sessions, seen)  # type: ignore[arg-type]

    monkeypatch.setattr(status_page, "render", counted)
    core = core_of()
    team = preset("feature")  # its sessions have tasks, which are in the page too
    starter = core.teams.starter
    done = starter.start(starter.look(team, window=False))
    assert len(done.sessions) == 3
    assert written == [1]
    page = (world.repo / PAGE).read_text()
    assert page.count("0/4") == 3
    for name in done.sessions:
        core.shared.registry.register(name)
    del written[:]
    ender = core_of().teams.ender()
    ender.remove(ender.plans(done.sessions), {"all"})
    assert written == [1]
    assert named(world) == set()
    del written[:]
    undoer = core_of().undoer
    undoer.undo(undoer.find())
    assert written == [1]
    assert named(world) == set(done.sessions)


def test_ending_a_team_tells_that_its_boundaries_stay(world: World) -> None:
    run(world, "up", "fullstack", "--yes", "--no-window")
    config = world.repo / ".claude/parallel-config.yml"
    before = config.read_text()
    ran = run(world, "down", "fullstack", "--yes", "--discard", "all")
    for word in (*TEAM, "shared stay in", str(config), "delete these entries of `sessions:`"):
        assert word in ran.err
    assert config.read_text() == before
    # Once the entries are deleted nothing is told, and the next team gets its own.
    config.unlink()
    run(world, "up", "fullstack", "--yes", "--no-window", status=0)
    config.unlink()
    assert "boundaries" not in run(world, "down", "fullstack", "--yes", "--discard", "all").err


def test_tasks_of_nobody_are_refused(world: World) -> None:
    for name in ("", " ", "a\nb"):
        ran = run(world, "tasks", name, status=2)
        assert "cannot be a session's name" in ran.err
        assert ran.out == ""
    assert "No tasks." in run(world, "tasks", "nobody").err
