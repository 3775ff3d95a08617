"""Sessions that change by which attributes files are merged, in the middle of what they did."""

from __future__ import annotations

import pytest

from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.sync_preview import SyncLook
from parallel_tui.model.overlap.verdict import Level
from tests.adapters.git.overlap.truth import Scratch, compare, predict
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))
NAMES = ("one", "two")


def line(number: int, text: str) -> str:
    return LINES.replace(f"\n{number}\n", f"\n{text}\n", 1)


def proved(world: World) -> Level | None:
    return compare(Scratch(world), predict(world, NAMES), NAMES)


@pytest.mark.parametrize("rule", ["f merge=union\n", "f -merge\n"])
@pytest.mark.parametrize("back", [False, True], ids=["stays", "is taken back"])
def test_a_rebase_goes_by_what_it_has_replayed(world: World, rule: str, back: bool) -> None:
    world.commit("f", LINES)
    one = world.worktree("one")
    world.worktree("two")
    world.commit(".gitattributes", rule, cwd=one)
    world.commit("f", line(3, "one"), cwd=one)
    if back:
        world.git("rm", "-q", ".gitattributes", cwd=one)
        world.git("commit", "-qm", "as before", cwd=one)
    world.commit("f", line(3 if "union" in rule else 16, "base"))
    proved(world)
    with_base = predict(world, NAMES)["base", "one"]
    # With `union` only the merge conflicts, which goes by base's; without merging only the rebase.
    assert getattr(with_base, "level", None) is (
        Level.CONFLICT if "union" in rule else Level.REBASE
    )


@pytest.mark.parametrize("rule", ["f merge=union\n", "f -merge\n"])
@pytest.mark.parametrize("number", [3, 16])
def test_a_rebase_starts_by_what_has_landed(world: World, rule: str, number: int) -> None:
    world.commit("f", LINES)
    one, two = world.worktree("one"), world.worktree("two")
    world.commit(".gitattributes", rule, cwd=one)
    world.commit("f", line(3, "one"), cwd=one)
    world.commit("g", "x\n", cwd=two)
    world.commit("f", line(number, "two"), cwd=two)
    proved(world)


@pytest.mark.parametrize("merge", [False, True])
def test_sync_is_predicted_by_the_attributes_it_goes_by(world: World, merge: bool) -> None:
    world.commit("f", LINES)
    one = world.worktree("one")
    world.commit(".gitattributes", "f -merge\n", cwd=one)
    head = world.commit("f", line(3, "one"), cwd=one)
    onto = world.commit("f", line(16, "base"))
    runner = Runner(discover(str(world.repo)))
    told = SyncLook(runner).predict(onto, [head], merge=merge)[head]
    verb = ["merge", "--no-edit"] if merge else ["rebase"]
    world.git(*verb, onto, cwd=one, check=False)
    assert world.git("ls-files", "-u", cwd=one)
    assert (told.conflicts or told.steps[1].conflicts) == ("f",)
