"""Disasters at every moment of a run of landings, and of its undo: nothing is half landed.

Whatever happened, the next verb, whichever it is, settles it: base stands where it stood, or where
some of the sessions had landed exactly as was shown, and its worktree has just those files.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from parallel_tui.errors import RefusedError
from tests.lifecycle.conftest import OpenCore
from tests.lifecycle.moments import DISASTERS, STRIDE, every_moment
from tests.lifecycle.test_every_moment import both, settled, slow_git, unlocked
from tests.services.landing import planned, ready, run, tip
from tests.support.world import World

pytestmark = [
    pytest.mark.timeout(1800 if STRIDE > 1 else 7200),
    pytest.mark.parametrize("disaster", DISASTERS),
]


def two(world: World) -> None:
    """Two sessions that land; something that git does not track lies in base's worktree."""
    ready(world, "a", number=3)
    ready(world, "b", "g", number=3)
    world.commit("own", "so that base is not simply moved on")
    world.write("notes.txt", "untracked\n")


def clean(world: World, place: Path | None) -> bool:
    """Whether base's worktree has exactly what base has, and nothing is under way in it."""
    if place is None:
        return True
    status = world.git("status", "--porcelain", cwd=place)
    left = [each for each in Path(place, ".git").glob("*_MSG") if each.name != "COMMIT_EDITMSG"]
    return status == ("?? notes.txt\n" if (place / "notes.txt").exists() else "") and not left


@pytest.mark.parametrize(
    ("strategy", "where"), [("merge", "main"), ("squash", "main"), ("rebase", "nowhere")]
)
def test_run(world: World, core_of: OpenCore, disaster: str, strategy: str, where: str) -> None:
    two(world)
    if where == "nowhere":
        world.git("switch", "-q", "-c", "elsewhere")
    place = world.repo if where == "main" else None
    core = core_of(base="main")
    before = tip(world)
    plan = planned(core, strategy)
    trees = {tip(world, "main^{tree}"), *(turn.tree for turn in plan.order)}
    if disaster == "alone":
        slow_git(world)
    ends = set()
    for moment in every_moment(world.root, disaster, lambda: run(core_of(base="main"), plan)):
        if disaster == "full":
            unlocked(world)
        settled(core, moment)
        core = core_of(base="main")
        landed = int(world.git("rev-list", "--first-parent", "--count", f"{before}..main"))
        ends.add(landed)
        assert tip(world, "main^{tree}") in trees, moment
        assert clean(world, place), (moment, world.git("status"))
        runs = list(core.undoer.landings.all())
        assert len(runs) == bool(landed), moment
        if runs:
            lines = [each.what for each in core.shared.store.journal(9)]
            # A disk that takes nothing takes no line either; what has landed is told by the record.
            assert lines.count("land") == 1 or disaster in ("denied", "full"), (moment, lines)
            core.undoer.undo(core.undoer.find(runs[0].time))
        assert tip(world) == before, moment
        assert clean(world, place), moment
        assert [each.session for each in planned(core, strategy).order] == ["a", "b"], moment
    both(ends, 0)


def test_undo(world: World, core_of: OpenCore, disaster: str) -> None:
    two(world)
    before = tip(world)
    done = run(core_of())
    if disaster == "alone":
        slow_git(world)
    ends = set()
    for moment in every_moment(
        world.root, disaster, lambda: core_of().undoer.landings.undo(done.run)
    ):
        if disaster == "full":
            unlocked(world)
        core = core_of()
        settled(core, moment)
        assert tip(world) in (before, done.after), moment
        assert clean(world, world.repo), (moment, world.git("status"))
        ends.add(tip(world) == before)
        with suppress(RefusedError):  # when it is undone already
            core.undoer.landings.undo(done.run)
        assert tip(world) == before, moment
        assert clean(world, world.repo), moment
        assert list(core.undoer.landings.all()) == [], moment
    both(ends, True, False)
