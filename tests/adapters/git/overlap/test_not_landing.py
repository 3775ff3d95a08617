"""Pairs of which one session conflicts with base: only what the other adds is their conflict."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from parallel_tui.model.overlap.verdict import Level, Verdict
from tests.adapters.git.overlap.truth import predict
from tests.support.world import World

LINES = [f"{number}\n" for number in range(1, 31)]


def lines(**edits: str) -> str:
    """The file `f` with some lines changed, `l3="x"` the third."""
    made = list(LINES)
    for name, text in edits.items():
        made[int(name[1:]) - 1] = f"{text}\n"
    return "".join(made)


@pytest.fixture
def clashing(world: World) -> World:
    """Session `one` conflicts with base in line 3 of `f`."""
    world.commit("f", lines())
    for name in ("one", "two"):
        world.worktree(name)
    world.commit("f", lines(l3="one"), cwd=world.root / "myapp-one")
    world.commit("f", lines(l3="base"))
    return world


def unmerged(world: World, *branches: str) -> set[str]:
    """What `git ls-files -u` tells after branches were merged to base one after the other."""
    clone = world.root / "scratch"
    world.git("clone", "-q", "--no-local", str(world.repo), str(clone))
    for branch in branches:
        world.git("merge", "-q", "--no-ff", f"origin/feature/{branch}", cwd=clone, check=False)
    told = set(world.git("ls-files", "-u", cwd=clone).splitlines())
    shutil.rmtree(clone)
    return told


def told(world: World) -> Verdict:
    """The verdict of the two sessions; that of `one` with base is a conflict throughout."""
    found = predict(world, ["one", "two"])
    alone, both = found["base", "one"], found["one", "two"]
    assert isinstance(alone, Verdict)
    assert alone.level is Level.CONFLICT
    assert isinstance(both, Verdict)
    assert both.raw
    return both


def pair(world: World) -> Verdict:
    """The verdict of the two sessions, which agrees with what git leaves in the index."""
    both = told(world)
    news = unmerged(world, "two", "one") - unmerged(world, "one")
    assert (both.level is Level.CONFLICT) == bool(news)
    return both


def two(world: World) -> Path:
    """The worktree of session `two`, brought up to date with base."""
    tree = world.root / "myapp-two"
    world.git("rebase", "-q", "main", cwd=tree)
    return tree


def test_a_fresh_session_on_newer_base_conflicts_with_nobody(clashing: World) -> None:
    two(clashing)
    assert pair(clashing).level is Level.CLEAR


def test_work_elsewhere_on_newer_base_conflicts_with_nobody(clashing: World) -> None:
    clashing.commit("own", "x\n", cwd=two(clashing))
    assert pair(clashing).level is Level.CLEAR


def test_a_further_conflict_is_the_pairs(clashing: World) -> None:
    tree = two(clashing)
    clashing.commit("g", "1\n", cwd=clashing.root / "myapp-one")
    clashing.commit("g", "2\n", cwd=tree)
    found = pair(clashing)
    assert [path.path for path in found.paths if path.level is Level.CONFLICT] == ["g"]


def test_a_conflict_that_the_other_makes_another_is_the_pairs(clashing: World) -> None:
    tree = two(clashing)
    clashing.commit("f", lines(l3="base", l4="two"), cwd=tree)
    assert pair(clashing).level is Level.CONFLICT


@pytest.mark.parametrize(("line", "level"), [(6, Level.NEAR), (20, Level.SAME_FILE)])
def test_an_edit_beside_the_conflict_with_base_is_no_conflict(
    clashing: World, line: int, level: Level
) -> None:
    tree = two(clashing)
    clashing.commit("f", lines(l3="base", **{f"l{line}": "two"}), cwd=tree)
    assert told(clashing).level is level


def test_a_second_conflict_in_the_same_file_is_the_pairs(clashing: World) -> None:
    tree = two(clashing)
    clashing.commit("f", lines(l3="one", l20="one"), cwd=clashing.root / "myapp-one")
    clashing.commit("f", lines(l3="base", l20="two"), cwd=tree)
    assert pair(clashing).level is Level.CONFLICT


def test_a_file_that_base_renamed_is_known_by_its_new_name(world: World) -> None:
    world.commit("f", lines())
    for name in ("one", "two"):
        world.worktree(name)
    world.commit("f", lines(l3="one"), cwd=world.root / "myapp-one")
    world.git("mv", "f", "renamed")
    world.commit("renamed", lines(l3="base"))
    world.commit("f", lines(l4="two", l20="two"), cwd=world.root / "myapp-two")
    assert pair(world).level is Level.CONFLICT


def test_neither_landing_is_judged_as_they_are(clashing: World) -> None:
    clashing.commit("f", lines(l3="two"), cwd=clashing.root / "myapp-two")
    both = predict(clashing, ["one", "two"])["one", "two"]
    assert isinstance(both, Verdict)
    assert both.raw
    assert both.level is Level.CONFLICT
