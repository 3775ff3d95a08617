"""Predictions against what really happens: no false alarm, no miss."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, example, given, reject, settings

from parallel_tui.adapters.git.simulate.snapshot import without_index, work
from parallel_tui.model.overlap.verdict import Level, Verdict
from tests.adapters.git.overlap.histories import FILES, HISTORIES, GitAbortedError, History
from tests.adapters.git.overlap.truth import Scratch, compare, predict
from tests.support.world import World

SMALL = 20
"""Bytes of a file that counts as large where histories say so."""

# Two that merged each other: which of two lines a rebase replays first decides whether it stops.
CROSSED = [
    (("edit", "dir/b.txt", 0, "xy"), "leave"),
    (("restore", "dir/sub/d.txt", 10, "x"), "commit"),
    (("edit", "dir/sub/d.txt", 5, "yx"), "merge other"),
    (("rename", "a.txt", 1, "x"), "commit"),
    (("mode", "dir/b.txt", 9, "xx"), "commit staged"),
    (("restore", "dir/b.txt", 8, "xx"), "merge other"),
]


@example(
    history=History(
        one=CROSSED,
        early=[("folder to file", "dir/sub/d.txt", 11, "x")],
        stacked=False,
        two=CROSSED,
        late=[("edit", "bin", 4, "x"), ("append", "bin", 1, "xy")],
    )
)
@given(history=HISTORIES)
@settings(
    max_examples=int(os.environ.get("PDEV_TRUTH_EXAMPLES", "25")),
    deadline=None,
    # A failing history is told as it is: finding the smallest takes minutes of real git.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.timeout(0)  # as many examples as one asks for
def test_generated_histories(isolated: dict[str, str], history: History) -> None:
    root = Path(tempfile.mkdtemp(prefix="overlap-"))
    try:
        world = World(root / "w", isolated).init(files=FILES)
        history.play(world)
        with pytest.MonkeyPatch.context() as patch:
            if history.small:
                patch.setattr(without_index, "LARGE", SMALL)
                patch.setattr(work, "LARGE", SMALL)
            told = predict(world, ["one", "two"])
        level = compare(Scratch(world), told, ("one", "two"))
        event("one does not land" if level is None else level.name)
        pair = told["one", "two"]
        if isinstance(pair, Verdict):
            event("one order" if pair.first else "any order")
            event(f"landed: {len(pair.landed)}")
    except GitAbortedError:
        reject()  # what git cannot do it says of itself; there is no truth to hold against
    finally:
        shutil.rmtree(root)


@pytest.mark.parametrize("gap", [0, 1, 2, 3, 4])
def test_distance_is_told_from_conflict(world: World, gap: int) -> None:
    world.commit("f", "".join(f"{n}\n" for n in range(1, 21)))
    for name, line in (("one", 5), ("two", 6 + gap)):
        tree = world.worktree(name)
        lines = [f"{n}\n" for n in range(1, 21)]
        lines[line - 1] = f"{name}\n"
        (tree / "f").write_text("".join(lines))
    verdict = predict(world, ["one", "two"])["one", "two"]
    assert isinstance(verdict, Verdict)
    assert verdict.dirty
    expected = Level.CONFLICT if gap == 0 else Level.NEAR if gap <= 3 else Level.SAME_FILE
    assert verdict.level is expected
