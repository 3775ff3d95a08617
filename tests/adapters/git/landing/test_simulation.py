"""Landings as they are simulated are those that git makes, in every order and every way."""

from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path

import pytest

from parallel_tui.model.landing.order import best_order
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.landing.simulation import Clash, Reached
from tests.adapters.git.landing.real import compare, folder_of, heads_of, trials
from tests.adapters.git.support import NASTY, fingerprint
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))
WAYS = pytest.mark.parametrize("strategy", list(Strategy))


def line(number: int, word: str, text: str = LINES) -> str:
    return text.replace(f"\n{number}\n", f"\n{word}\n", 1)


def branch(world: World, name: str, **files: str) -> Path:
    tree = world.worktree(name)
    for path, text in files.items():
        world.commit(path, text, cwd=tree)
    return tree


def contents(world: World) -> dict[str, str]:
    """All files of the repository; git may freshen the times of objects that it has already."""
    return {path: text for path, (_, text) in fingerprint(world.repo / ".git").items()}


def on_top(world: World, name: str, below: str) -> Path:
    """A worktree with a new branch that starts where another stands."""
    tree = folder_of(world, name)
    world.git("worktree", "add", "-q", "-b", f"feature/{name}", str(tree), f"feature/{below}")
    return tree


def resolve_once(world: World, one: str, other: str, path: str) -> None:
    """Let git remember how the conflict of two branches in a file was resolved."""
    place = world.root / "resolved"
    world.git("worktree", "add", "-q", "--detach", str(place), f"feature/{one}")
    remembering = ("-c", "rerere.enabled=true")
    world.git(*remembering, "merge", "-q", f"feature/{other}", cwd=place, check=False)
    (place / path).write_text(line(3, "both"))
    world.git(*remembering, "rerere", cwd=place)


@WAYS
def test_a_hub_and_three_that_do_not_meet(world: World, strategy: Strategy) -> None:
    world.commit("f", LINES)
    branch(world, "hub", f=line(3, "h", line(9, "h", line(15, "h"))))
    for name, number in (("a", 3), ("b", 9), ("c", 15)):
        branch(world, name, f=line(number, name))
    told = compare(world, ["hub", "a", "b", "c"], strategy)
    assert told["hub a"] is told["hub b"] is told["a b hub"] is None
    assert told["a b c"] == told["c b a"] is not None


@WAYS
def test_each_two_merge_and_only_some_orders_of_all_three(world: World, strategy: Strategy) -> None:
    """Once both others are in, what was moved is too unlike to be known again."""
    text = [f"this is line {n} of many\n" for n in range(100)]
    world.commit("f", "".join(text))

    def edited(some: range, word: str) -> str:
        return "".join(word * 8 + "\n" if n in some else each for n, each in enumerate(text))

    moved = world.worktree("moved")
    world.git("mv", "f", "g", cwd=moved)
    world.commit("g", edited(range(20), "moved"), cwd=moved)
    branch(world, "b", f=edited(range(25, 58), "b"))
    branch(world, "c", f=edited(range(62, 95), "c"))
    names = ["moved", "b", "c"]
    told = compare(world, names, strategy)
    assert None not in [told[f"{a} {b}"] for a in names for b in names if a != b]
    assert told["moved b c"] is told["moved c b"] is told["b moved c"] is None
    assert told["b c moved"] is not None
    with trials(world, heads_of(world, names), strategy) as some:
        assert best_order(some, names, (), some.groups()).names == ("b", "c", "moved")


@WAYS
def test_one_built_on_another(world: World, strategy: Strategy) -> None:
    world.commit("f", LINES)
    branch(world, "below", f=line(5, "below"))
    world.commit("f", line(5, "above"), cwd=on_top(world, "above", "below"))
    told = compare(world, ["below", "above"], strategy)
    # A squash leaves nothing by which git could know that the one goes on from the other.
    assert (told["below above"] is None) == (strategy is Strategy.SQUASH)
    assert told["above"] is not None


@WAYS
def test_base_has_moved_and_one_has_merged_it(world: World, strategy: Strategy) -> None:
    world.commit("f", LINES)
    one = branch(world, "one", f=line(3, "one"), g="new\n")
    branch(world, "two", f=line(18, "two"), g="new\n")
    world.commit("f", line(9, "base"))
    world.git("merge", "-q", "--no-edit", "main", cwd=one)
    world.commit("f", line(3, "one", line(9, "both")), cwd=one)
    told = compare(world, ["one", "two"], strategy)
    assert None not in told.values()
    assert told["one two"] == told["two one"]


@WAYS
def test_one_sets_how_the_others_are_merged(world: World, strategy: Strategy) -> None:
    world.commit("f", LINES)
    branch(world, "how", **{".gitattributes": "f merge=union\n"})
    branch(world, "a", f=line(5, "a"))
    branch(world, "b", f=line(5, "b"))
    told = compare(world, ["how", "a", "b"], strategy)
    assert told["a b"] is None
    assert told["how a b"] is not None


@WAYS
@pytest.mark.parametrize("seed", range(3))
def test_made_up_histories(world: World, strategy: Strategy, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    world.commit("f", LINES)
    world.commit("g", LINES)
    names = ["a", "b", "c"]
    for place, name in enumerate(names):
        tree = (
            world.worktree(name)
            if not place or rng.random() < 0.6
            else on_top(world, name, rng.choice(names[:place]))
        )
        for _ in range(rng.randint(1, 3)):
            path = rng.choice("fg")
            if not (tree / path).exists():
                continue
            if rng.random() < 0.15:
                world.git("mv", path, f"{path}{name}", cwd=tree)
                world.git("commit", "-qm", "moved", cwd=tree)
                continue
            now = (tree / path).read_text().splitlines()
            now[rng.randrange(0, len(now), 3)] = rng.choice(["x", name])
            world.commit(path, "\n".join(now) + "\n", cwd=tree)
        world.write("own", name, cwd=tree)
        world.commit(f"own-{name}", name, cwd=tree)
    if rng.random() < 0.5:
        world.commit("f", line(rng.randint(2, 19), "base"))
    assert compare(world, names, strategy)


def test_groups_are_those_that_touch_the_same(world: World) -> None:
    world.commit("f", LINES)
    world.commit("d/x", LINES)
    world.commit("e/y", LINES)
    branch(world, "a", f=line(3, "a"))
    branch(world, "b", f=line(15, "b"))
    branch(world, "c", **{"d/x": line(3, "c")})
    branch(world, "alone", new="new\n")
    moved = world.worktree("moved")
    world.git("mv", "d", "renamed", cwd=moved)
    world.git("commit", "-qm", "moved", cwd=moved)
    with trials(world, heads_of(world, ["a", "b", "c", "alone", "moved"]), Strategy.MERGE) as some:
        pairs = {each for each in some.groups() if len(each) > 1}
    assert pairs == {frozenset("ab"), frozenset(("c", "moved"))}


@WAYS
@pytest.mark.parametrize("seed", range(4))
def test_those_said_to_be_apart_never_both_land(
    world: World, strategy: Strategy, seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311
    text = "".join(f"{n}\n" for n in range(1, 41))
    world.commit("f", text)
    names = ["a", "b", "c", "d", "e"]
    for name in names:
        tree = world.worktree(name)
        for _ in range(rng.randint(1, 2)):
            now = (tree / "f").read_text().splitlines()
            at = rng.randrange(0, 40, 5)
            now[at : at + rng.randint(1, 2)] = [name] * rng.randint(0, 3)
            world.commit("f", "\n".join(now) + "\n", cwd=tree)
    with trials(world, heads_of(world, names), strategy) as some:
        apart = some.apart()
        for order in permutations(names):
            here, there = some.start(), set[str]()
            for name in order:
                (told,) = some.land(here, [name])
                if isinstance(told, Reached):
                    here = told
                    there.add(name)
            assert not [pair for pair in apart if pair <= there], order
        assert best_order(some, names, (), apart=apart) == best_order(some, names, ())


def test_some_are_said_to_be_apart(world: World) -> None:
    world.commit("f", LINES)
    branch(world, "a", f=line(3, "a"))
    branch(world, "b", f=line(3, "b"))
    branch(world, "c", f=line(15, "c"))
    branch(world, "d", f=line(17, "d"))
    branch(world, "e", f=line(15, "e"))
    with trials(world, heads_of(world, ["a", "b", "c", "d", "e"]), Strategy.MERGE) as some:
        # Of the last three it is not known: what one does there another may take back.
        assert some.apart() == {frozenset("ab")}


def test_nothing_is_written_into_the_repository(world: World) -> None:
    world.commit("f", LINES)
    for name, number in (("a", 3), ("b", 9)):
        branch(world, name, f=line(number, name))
    before = contents(world)
    for strategy in Strategy:
        with trials(world, heads_of(world, ["a", "b"]), strategy) as some:
            assert best_order(some, ["a", "b"], (), some.groups()).names == ("a", "b")
    assert contents(world) == before


def test_what_is_in_base_already_and_what_has_nothing_to_do_with_it(world: World) -> None:
    world.commit("f", LINES)
    branch(world, "there", f=line(3, "there"))
    world.commit("other", "of base\n")
    world.commit("f", line(3, "there"))
    other = world.worktree("other")
    world.git("checkout", "-q", "--orphan", "feature/unrelated", cwd=other)
    world.git("commit", "-qm", "begin", cwd=other)
    with trials(world, heads_of(world, ["there", "unrelated"]), Strategy.MERGE) as some:
        assert some.in_base() == {"there"}
        told = some.land(some.start(), ["there", "unrelated"])
    assert isinstance(told[0], Reached)
    assert told[0].tree == some.start().tree
    assert told[1] == Clash(unknown="its history has nothing in common with base")


@pytest.mark.parametrize("name", NASTY)
def test_names_of_files_are_told_as_they_are(world: World, name: str) -> None:
    world.commit(name, LINES)
    branch(world, "a", **{name: line(3, "a")})
    branch(world, "b", **{name: line(3, "b")})
    with trials(world, heads_of(world, ["a", "b"]), Strategy.REBASE) as some:
        (first,) = some.land(some.start(), ["a"])
        assert isinstance(first, Reached)
        (clash,) = some.land(first, ["b"])
        assert isinstance(clash, Clash)
        assert (clash.paths, clash.unknown) == ((name,), "")
        assert some.known(clash.marked, clash.paths) == frozenset()
        resolve_once(world, "a", "b", name)
        assert some.known(clash.marked, clash.paths) == {name}
