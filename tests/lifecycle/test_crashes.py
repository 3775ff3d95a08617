"""A process killed after any step: the next verb finishes or takes back, nothing is lost."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.command_lines import said, undo_line
from parallel_tui.model.lifecycle.recovery import End
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from tests.lifecycle.conftest import OpenCore
from tests.lifecycle.picture import picture
from tests.services.traces import traces
from tests.support.world import World

CHILD = """
import json, os, signal, sys
from parallel_tui.adapters.undo.intents import Intent
from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.model.lifecycle.spawn import SpawnRequest

where, verb, step, when = json.loads(sys.argv[1])
real = Intent.finished

def finished(self, now, **how):
    if now == step and when == "before it is written down":
        os.kill(os.getpid(), signal.SIGKILL)
    real(self, now, **how)
    if now == step:
        os.kill(os.getpid(), signal.SIGKILL)

Intent.finished = finished
core = open_core(Overrides(where, {"tmux.socket": "world", "agent": ""}))
if verb == "remove":
    core.remover.remove(core.remover.plan("auth"), {"all"}, delete_branch=True)
elif verb == "undo":
    core.restorer.restore("auth")
elif verb == "undo as":
    core.restorer.restore("auth", name="back")
else:
    core.spawner.spawn(SpawnRequest("fresh", window=verb == "spawn with window"))
"""
WHEN = ("before it is written down", "after")


def killed(world: World, verb: str, step: str, when: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps([str(world.repo), verb, step, when])],
        env=dict(world.env),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def nothing_is_open(world: World) -> bool:
    return not list((world.repo / ".git/pdev/intents").glob("*"))


def settled(core: Core) -> tuple[str, ...]:
    """What the recovery tells."""
    return tuple(each.message for each in core.tools.settle())


def busy(world: World) -> Path:
    """A worktree with all sorts of work in it, and locks held by it."""
    place = world.worktree("auth")
    world.commit("src/app.py", "x = 2\n", cwd=place)
    world.write("src/app.py", "x = 3\n", cwd=place)
    world.write("staged.py", "s", cwd=place)
    world.git("add", "staged.py", cwd=place)
    world.write("notes.txt", "n", cwd=place)
    return place


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize(
    "step", ["kept", "listed", "moved", "unregistered", "branch", "released", "recorded"]
)
def test_remove(world: World, core_of: OpenCore, step: str, when: str) -> None:
    place = busy(world)
    core = core_of()
    core.shared.locks.acquire(["src/app.py"], session="auth")
    before = picture(world, place)
    killed(world, "remove", step, when)

    told = settled(core)
    assert any("interrupted removal of auth" in line for line in told)
    assert nothing_is_open(world)
    if step in ("kept", "listed", "moved"):
        assert core.restorer.items() == ()
        assert len(core.shared.store.read().locks) == 1
    else:
        assert not place.exists()
        assert "feature/auth" not in world.git("branch")
        assert core.shared.store.read().locks == ()
        lines = [undo_line(e.undo) for e in core.shared.store.journal(9) if e.what == "remove"]
        assert lines == [f"pdev undo {core.restorer.items()[0].id}"]
        core.restorer.restore("auth")
    assert picture(world, place) == before
    assert not list((world.repo / ".git/pdev/trash").glob("*"))
    assert settled(core) == ()


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("step", ["branch", "placed", "registered", "attached", "forgotten"])
def test_undo(world: World, core_of: OpenCore, step: str, when: str) -> None:
    place = busy(world)
    before = picture(world, place)
    core = core_of()
    core.remover.remove(core.remover.plan("auth"), {"all"}, delete_branch=True)
    killed(world, "undo", step, when)
    told = settled(core)
    assert any("interrupted restore of auth was finished" in line for line in told)
    assert nothing_is_open(world)
    assert picture(world, place) == before
    assert core.restorer.items() == ()


def test_undo_elsewhere_that_finds_its_place_taken(world: World, core_of: OpenCore) -> None:
    place = busy(world)
    before = picture(world, place)
    core = core_of()
    core.remover.remove(core.remover.plan("auth"), {"all"})
    killed(world, "undo as", "branch", "after")
    (world.root / "myapp-back").mkdir()
    told = settled(core)
    assert any("taken back" in line for line in told)
    killed(world, "undo", "placed", "after")
    core.restorer.items()
    core.expiry.empty(())
    assert picture(world, place) == before


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("step", ["worktree", "named", "carried", "set up"])
def test_spawn(world: World, core_of: OpenCore, step: str, when: str) -> None:
    core = core_of()
    core.expiry.empty(())
    core.spawner.spawn(SpawnRequest("earlier", window=False))
    before = traces(world)
    killed(world, "spawn", step, when)
    place = world.root / "myapp-fresh"
    (place / "typed.txt").write_text("by a fast person")
    told = settled(core)
    assert any("interrupted start of fresh was taken back" in line for line in told)
    assert nothing_is_open(world)
    (item,) = core.restorer.items()
    assert "typed.txt" in {path.name for path in Path(str(item.tree)).iterdir()}
    core.expiry.empty((item,))
    assert traces(world) == before
    core.spawner.spawn(SpawnRequest("fresh", window=False))
    assert place.is_dir()


@pytest.mark.parametrize("git_too", [False, True])
def test_spawn_killed_while_git_makes_the_worktree(
    world: World, core_of: OpenCore, git_too: bool
) -> None:
    core = core_of()
    core.spawner.spawn(SpawnRequest("earlier", window=False))
    before = traces(world)
    hook = world.write(
        ".git/hooks/post-checkout",
        "#!/bin/sh\nours=$(ps -o ppid= -p $PPID)\nkill -9 $ours\n"
        "while kill -0 $ours 2>/dev/null; do sleep 0.02; done\n"
        + ("kill -9 $PPID\n" if git_too else "sleep 0.5\n"),
    )
    hook.chmod(0o755)
    killed(world, "spawn", "no step", "after")
    hook.unlink()
    told = settled(core)
    assert any("interrupted start of fresh was taken back" in line for line in told)
    assert nothing_is_open(world)
    core.expiry.empty(core.restorer.items())
    assert traces(world) == before


@pytest.mark.parametrize("when", WHEN)
def test_a_spawn_whose_window_is_open_stays(world: World, core_of: OpenCore, when: str) -> None:
    killed(world, "spawn with window", "complete", when)
    core = core_of()
    assert any("it stays" in line for line in settled(core))
    assert nothing_is_open(world)
    assert core.sessions.find("fresh").windows
    assert core.restorer.items() == ()


def test_what_another_process_is_doing_is_left_alone(world: World, core_of: OpenCore) -> None:
    core = core_of()
    intent = core.restorer.tools.intents.begin("spawn", {"name": "x"})
    assert settled(core_of()) == ()
    assert not nothing_is_open(world)
    intent.close()
    (world.repo / ".git/pdev/intents/remove-torn.jsonl").write_text('{"verb": "remo')
    assert settled(core) == ()
    assert nothing_is_open(world), "torn before anything was done"


@pytest.mark.parametrize("step", ["moved", "recorded"])
def test_a_removal_that_is_finished_closes_its_windows_too(
    world: World, core_of: OpenCore, step: str
) -> None:
    core = core_of()
    core.spawner.spawn(SpawnRequest("auth", window=True))
    assert core.sessions.find("auth").windows
    killed(world, "remove", step, "after")
    told = settled(core)
    assert nothing_is_open(world)
    if step == "moved":
        assert any("taken back" in line for line in told)
        assert core.sessions.find("auth").windows, "a removal that is taken back closes none"
    else:
        assert any("was finished" in line for line in told)
        assert all(window.owner != "auth" for window in core.mux.listing().windows)


def test_a_removal_whose_entry_somebody_pruned_keeps_its_files(
    world: World, core_of: OpenCore
) -> None:
    place = busy(world)
    core = core_of()
    killed(world, "remove", "moved", "after")
    world.git("worktree", "prune")
    for _ in range(2):
        (told,) = core.tools.settle()
        assert told.end is End.UNFINISHED
        (line,) = told.remedy
    assert not place.exists()
    subprocess.run(shlex.split(said(line).partition(": ")[2]), check=True)
    assert (place / "notes.txt").read_text() == "n"
    (told,) = core.tools.settle()
    assert told.end is End.TAKEN_BACK
    assert nothing_is_open(world)
    assert (place / "notes.txt").exists()


def test_a_start_in_which_somebody_works_is_not_taken_away(world: World, core_of: OpenCore) -> None:
    core = core_of()
    killed(world, "spawn", "carried", "after")
    place = world.root / "myapp-fresh"
    with subprocess.Popen(["sleep", "600"], cwd=place) as worker:
        try:
            (told,) = core.tools.settle()
            assert told.end is End.UNFINISHED
            assert any(str(worker.pid) in said(line) for line in told.remedy)
            assert not nothing_is_open(world)
        finally:
            worker.kill()
    world.commit("work.txt", "a person's\n", cwd=place)
    (told,) = core.tools.settle()
    assert told.end is End.LEFT
    assert (place / "work.txt").exists()
    assert core.restorer.items() == ()
    assert nothing_is_open(world)


def test_a_start_that_was_moved_stays_where_it_is(world: World, core_of: OpenCore) -> None:
    core = core_of()
    killed(world, "spawn", "carried", "after")
    elsewhere = world.root / "moved"
    world.git("worktree", "move", str(world.root / "myapp-fresh"), str(elsewhere))
    (told,) = core.tools.settle()
    assert told.end is End.LEFT
    assert str(elsewhere) in told.message
    assert elsewhere.is_dir()
    assert "feature/fresh" in world.git("branch")
    assert nothing_is_open(world)


def test_a_worktree_that_others_made_in_the_place_of_a_start_stays(
    world: World, core_of: OpenCore
) -> None:
    core = core_of()
    killed(world, "spawn", "carried", "after")
    place = world.root / "myapp-fresh"
    world.git("worktree", "remove", "--force", str(place))
    world.git("worktree", "add", "-q", "--detach", str(place))
    (place / "typed.txt").write_text("by others")
    (told,) = core.tools.settle()
    assert told.end is End.TAKEN_BACK
    assert (place / "typed.txt").read_text() == "by others"
    assert core.restorer.items() == ()
    assert "feature/fresh" not in world.git("branch")
    assert nothing_is_open(world)


@pytest.mark.files
@pytest.mark.parametrize(
    ("verb", "step"),
    [
        ("remove", "unregistered"),
        ("remove", "recorded"),
        ("undo", "attached"),
        ("spawn with window", "complete"),
    ],
)
def test_the_status_page_tells_what_the_recovery_came_to(
    world: World, core_of: OpenCore, verb: str, step: str
) -> None:
    world.worktree("auth")
    core = core_of()
    page = world.repo / ".claude/status.md"
    if verb == "undo":
        core.remover.remove(core.remover.plan("auth"), {"all"}, delete_branch=True)
    killed(world, verb, step, "after")
    page.unlink(missing_ok=True)
    core = core_of()
    assert core.tools.settle()
    there = {each.name for each in core.sessions.all() if each.worktree}
    assert ("auth" in there) == (verb != "remove")
    rows = [line for line in page.read_text().splitlines() if line.startswith("| ")]
    assert {row.split(" | ")[0].removeprefix("| ") for row in rows[2:]} == there
