"""Where the order of commits decides: what a rebase leaves out, and what base lost meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import Level
from tests.adapters.git.overlap.truth import Scratch, compare, predict
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))
NAMES = ("one", "two")


def line(number: int, text: str) -> str:
    return LINES.replace(f"\n{number}\n", f"\n{text}\n", 1)


def proved(world: World) -> Level | None:
    """The level of the pair, held against real merges and rebases."""
    return compare(Scratch(world), predict(world, NAMES), NAMES)


def proved_alone(world: World, name: str) -> Level | None:
    """The level of one session against base."""
    return getattr(predict(world, [name])["base", name], "level", None)


def stacked(world: World) -> tuple[Path, Path]:
    """Two sessions, the second on the first's one commit."""
    world.commit("f", LINES)
    one = world.worktree("one")
    world.commit("f", line(3, "shared"), cwd=one)
    world.git("worktree", "add", "-q", "-b", "two", str(world.root / "myapp-two"), "feature/one")
    return one, world.root / "myapp-two"


def test_the_first_undoes_what_the_second_builds_on(world: World) -> None:
    one, two = stacked(world)
    world.write("f", LINES, cwd=one)
    world.commit("f", line(3, "further"), cwd=two)
    world.commit("f", line(3, "shared"), cwd=two)
    assert proved(world) is Level.REBASE


def test_stacked_sessions_that_both_go_on_apart(world: World) -> None:
    one, two = stacked(world)
    world.commit("g", "x\n", cwd=one)
    world.commit("f", line(16, "two"), cwd=two)
    assert proved(world) is Level.SAME_FILE


def test_a_patch_that_the_other_has_too_and_took_back(world: World) -> None:
    """A rebase leaves it out, and then what was built on it has nothing to stand on."""
    world.commit("f", LINES)
    one, two = world.worktree("one"), world.worktree("two")
    world.commit("f", line(3, "same"), cwd=one)
    world.commit("f", LINES, cwd=one)
    world.commit("own", "so that the commit gets another name\n", cwd=two)
    world.commit("f", line(3, "same"), cwd=two)
    world.commit("f", line(3, "further"), cwd=two)
    assert proved(world) is Level.REBASE


def test_a_patch_that_base_has_too_and_took_back(world: World) -> None:
    world.commit("f", LINES)
    one, two = world.worktree("one"), world.worktree("two")
    world.commit("own", "so that the commit gets another name\n", cwd=one)
    world.commit("f", line(3, "same"), cwd=one)
    world.commit("f", line(3, "further"), cwd=one)
    world.commit("g", "x\n", cwd=two)
    world.commit("f", line(3, "same"))
    world.commit("f", LINES)
    found = predict(world, NAMES)
    assert compare(Scratch(world), found, NAMES) is Level.CLEAR
    base = found["base", "one"]
    assert getattr(base, "level", None) is Level.REBASE


def test_what_base_lost_and_one_adds_again_is_a_rename_to_the_other(world: World) -> None:
    """Each only adds, in folders apart; but `e` is what became of `d`, where the other adds."""
    for name in "abc":
        world.write(f"d/{name}", f"{name}\n" * 9)
    world.git("add", "-A")
    world.git("commit", "-qm", "d")
    one, two = world.worktree("one"), world.worktree("two")
    for name in "abc":
        world.write(f"e/{name}", f"{name}\n" * 9, cwd=one)
    world.write("d/new", "x\n", cwd=two)
    world.git("rm", "-q", "-r", "d")
    world.git("commit", "-qm", "d is gone")
    assert proved(world) is Level.CONFLICT


@pytest.mark.parametrize("late", NAMES)
def test_who_forks_after_base_lost_something_does_not_see_it_as_renamed(
    world: World, late: str
) -> None:
    """One order merges and the other does not, whoever comes first by name: that is a conflict."""
    for name in "abc":
        world.write(f"d/{name}", f"{name}\n" * 9)
    world.git("add", "-A")
    world.git("commit", "-qm", "d")
    early = "two" if late == "one" else "one"
    world.write("d/new", "x\n", cwd=world.worktree(early))
    world.git("rm", "-q", "-r", "d")
    world.git("commit", "-qm", "d is gone")
    tree = world.worktree(late)
    for name in "abc":
        world.write(f"e/{name}", f"{name}\n" * 9, cwd=tree)
    scratch = Scratch(world)
    assert not scratch.merges(late, early)
    assert scratch.merges(early, late)
    assert getattr(predict(world, NAMES)["one", "two"], "level", None) is Level.CONFLICT


def test_a_rename_of_what_base_edited_before_one_of_them_forked(world: World) -> None:
    """Both move the same file to the same place; to the one that forked early it is another."""
    world.commit("f", "1\n")
    one = world.worktree("one")
    (one / "f").rename(one / "g")
    world.commit("f", "2\n")
    two = world.worktree("two")
    (two / "f").rename(two / "g")
    assert proved(world) is Level.CONFLICT


@pytest.mark.parametrize("names", [NAMES, NAMES[::-1]])
def test_what_base_has_already_in_part_and_the_other_goes_on_from(
    world: World, names: tuple[str, str]
) -> None:
    """Landed after the other, it would bring back what both base and the other went on from."""
    early, late = names
    world.commit("f", LINES)
    tree = world.worktree(early)
    world.write("f", line(3, "same"), cwd=tree)
    world.commit("f", line(3, "same"))
    assert proved_alone(world, early) is Level.CLEAR
    world.write("f", line(3, "further"), cwd=world.worktree(late))
    assert proved(world) is Level.CLEAR  # landed already, so it is not landed after the other
    world.write("own", "x\n", cwd=tree)
    assert proved(world) is Level.CONFLICT


def test_a_lost_object_of_one_pair_spoils_no_other(world: World) -> None:
    world.commit("f", LINES)
    trees = {name: world.worktree(name) for name in ("one", "two", "three", "four")}
    for number, (name, tree) in enumerate(trees.items()):
        for text in (f"{name} a", f"{name} b"):
            world.commit("f" if number < 2 else "g", line(4 + 8 * (number % 2), text), cwd=tree)
    lost = world.git("rev-parse", "HEAD~1:f", cwd=trees["two"]).strip()
    (world.repo / ".git/objects" / lost[:2] / lost[2:]).unlink()
    found = predict(world, list(trees))
    assert isinstance(found["one", "two"], Unknown)
    assert getattr(found["one", "three"], "level", None) is Level.CLEAR
    assert getattr(found["three", "four"], "level", None) is Level.CONFLICT  # both add `g`
