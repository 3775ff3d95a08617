"""Landings, their undo and the train on a full disk, and in a repository that nobody may write to.

What may happen at each single moment is tried in `tests/lifecycle/test_landing_moments.py`.
"""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from parallel_tui.bootstrap.landing.plans import lander
from parallel_tui.bootstrap.landing.proving import trains
from parallel_tui.errors import NO_ROOM, ParallelError
from tests.cli.running import PDEV
from tests.lifecycle.test_every_moment import unlocked
from tests.odd.test_full_disk import room
from tests.services.landing import opened, planned, run, three, tip
from tests.support.world import World


def test_a_full_disk_lands_all_or_says_what_did_not_land(world: World) -> None:
    three(world)
    before = tip(world)
    status = world.git("status", "--porcelain")
    landed = set()
    for size in (0, 200, 700, 1_500, 100_000):  # what is written first is the smallest
        core = opened(world)
        plan = planned(core)
        trees = {tip(world, "main^{tree}"), *(turn.tree for turn in plan.order)}
        done, told = 0, ""
        try:
            with room(size):
                done = len(run(core, plan).landed)
        except ParallelError as error:
            told = f"{error.message} {error.hint}"
        assert done or "File too large" in told or NO_ROOM in told, (size, told)
        assert "Errno" not in told
        landed.add(done)
        assert tip(world, "main^{tree}") in trees, size
        assert (tip(world) == before) == (not done), size
        assert world.git("status", "--porcelain") == status, size
        unlocked(world)  # git is killed by this limit, and by no full disk
        if done:
            with room(0), pytest.raises(ParallelError):
                core.undoer.undo(core.undoer.find())
            assert tip(world) != before
            unlocked(world)
            core.undoer.undo(core.undoer.find())
            assert tip(world) == before
            assert world.git("status", "--porcelain") == status
        assert [each.session for each in planned(core).order] == ["a", "b", "c"], size
    assert {0, 3} <= landed
    assert list(lander(opened(world)).tools.landings.unfinished()) == []


def test_a_train_stays_where_a_full_disk_keeps_it_from_being_made_anew(world: World) -> None:
    three(world)
    there = trains(opened(world)).update().at
    for size in (0, 300):
        with room(size), pytest.raises(ParallelError):
            trains(opened(world)).update()
        assert tip(world, "refs/pdev/train") == there, size


def _read_only(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command where everything of the world can only be read."""
    root = shlex.quote(str(world.root))
    script = f"mount --bind {root} {root} && mount -o remount,bind,ro {root} && cd {root}/{{}} && "
    line = script.format(shlex.quote(world.repo.name)) + shlex.join([PDEV, *words])
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", line],
        env={**world.env, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_can_only_be_read_is_planned_and_says_why_it_does_not_land(world: World) -> None:
    three(world)
    if "mount" in (first := _read_only(world, "merge", "plan")).stderr or first.returncode == 127:
        pytest.skip("no file system can be mounted here")
    assert first.stdout.splitlines()[0].startswith("  1  a"), first.stderr
    before = tip(world)
    for words in (("merge", "run", "--yes"), ("train", "update"), ("sync", "--no-fetch", "a")):
        done = _read_only(world, *words)
        assert done.returncode, words
        assert "ead-only" in done.stderr, words
        assert "Errno" not in done.stderr, words
    assert run(opened(world)).message == "Landed a, b, c on main"
    done = _read_only(world, "undo")
    assert (done.returncode, "Read-only file system" in done.stderr) == (1, True), done.stderr
    assert tip(world) != before
