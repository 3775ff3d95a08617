"""Rebases that are not tried, and those that have to be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.work import snapshot
from parallel_tui.adapters.git.simulate.verdict import proved_replays
from parallel_tui.adapters.git.simulate.verdict.landing import Landed
from parallel_tui.adapters.git.simulate.verdict.predict import Predictor
from parallel_tui.model.overlap.verdict import Level, Verdict
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))
Act = Callable[[World, Path], object]


def line(number: int, text: str) -> str:
    lines = LINES.splitlines(keepends=True)
    lines[number - 1] = f"{text}\n"
    return "".join(lines)


def commit(path: str, text: str) -> Act:
    return lambda world, tree: world.commit(path, text, cwd=tree)


def gone(path: str) -> Act:
    def act(world: World, tree: Path) -> None:
        world.git("rm", "-q", path, cwd=tree)
        world.git("commit", "-qm", "gone", cwd=tree)

    return act


class Two:
    """What is known of two sessions, and how many steps of replays it took."""

    def __init__(self, world: World) -> None:
        repository = discover(str(world.repo))
        runner = Runner(repository)
        git = GitCommands(runner)
        self.quarantine = Quarantine(repository)
        try:
            predictor = Predictor(runner, self.quarantine)
            base = git.base(None).oid
            trees = git.worktrees()[1:]
            heads = predictor.landings.trees_of([tree.head or "" for tree in trees])
            works = [
                snapshot(runner, self.quarantine, tree, git.status(tree), heads[tree.head or ""])
                for tree in trees
            ]
            self.alone = predictor.against_base(base, works)
            self.tried_alone = len(predictor.landings.memory.picks)
            self.pair = predictor.between(base, [(works[0], works[1])])[works[0].key, works[1].key]
            self.tried = len(predictor.landings.memory.picks) - self.tried_alone
            landed = [predictor.landings.of(base, works)[work.commit] for work in works]
            self.landed = [each for each in landed if isinstance(each, Landed)]
        finally:
            self.quarantine.close()

    @property
    def level(self) -> Level:
        assert isinstance(self.pair, Verdict), self.pair
        return self.pair.level


def two(world: World, one: list[Act], other: list[Act], base: list[Act] | None = None) -> Two:
    """Two sessions after each has acted, and base as well."""
    for path in ("f", "g", "h"):
        world.commit(path, LINES)
    for name, acts in (("one", one), ("two", other)):
        tree = world.worktree(name)
        for act in acts:
            act(world, tree)
    for act in base or []:
        act(world, world.repo)
    return Two(world)


def test_paths_changed_once_are_merged_and_no_more(world: World) -> None:
    told = two(
        world,
        [commit("f", line(3, "a")), commit("g", line(3, "a")), commit("new", "x\n")],
        [commit("f", line(18, "b")), commit("h", line(3, "b")), commit("h", line(5, "c"))],
        [commit("other", "moved\n"), commit("g", line(18, "base"))],
    )
    assert told.level is Level.SAME_FILE
    assert (told.tried_alone, told.tried) == (0, 0)


@pytest.mark.parametrize(
    ("one", "base"),
    [
        ([commit("f", line(3, "a")), commit("f", LINES)], []),  # more than once, and taken back
        ([commit("f", line(9, "a")), gone("h")], []),
        ([commit("f", line(9, "a")), commit("new", "x\n")], [gone("h")]),
        ([commit("f", line(9, "a")), commit("new", "x\n")], [commit("f", line(16, "base"))]),
        ([commit("f", line(9, "a")), commit(".gitattributes", "f -merge\n")], []),
    ],
    ids=["twice", "removes", "adds-where-base-lost", "base-changed-it", "attributes"],
)
def test_what_may_differ_from_the_merge_is_tried(
    world: World, one: list[Act], base: list[Act]
) -> None:
    told = two(world, [*one, commit("g", "own\n")], [commit("f", line(3, "b"))], base)
    assert not proved_replays.between(*told.landed)
    assert told.tried or told.level is Level.CONFLICT


def test_what_base_changed_for_one_of_them_only_is_tried(world: World) -> None:
    world.commit("f", LINES)
    one = world.worktree("one")
    world.commit("f", line(16, "base"))
    other = world.worktree("two")
    world.commit("f", line(9, "a"), cwd=one)
    world.commit("f", line(16, "base").replace("\n3\n", "\nb\n"), cwd=other)
    for tree in (one, other):
        world.commit(f"of-{tree.name}", "x\n", cwd=tree)
    told = Two(world)
    assert told.level is Level.SAME_FILE
    assert not proved_replays.between(*told.landed)
    assert not proved_replays.between(*reversed(told.landed))
    assert told.tried


def test_a_step_that_conflicts_and_is_taken_back_is_level_four(world: World) -> None:
    told = two(world, [commit("f", line(3, "a")), commit("f", LINES)], [commit("f", line(3, "b"))])
    assert told.level is Level.REBASE


def test_what_base_moved_away_is_tried(world: World) -> None:
    def move(world: World, tree: Path) -> None:
        world.git("mv", "f", "moved", cwd=tree)
        world.git("commit", "-qm", "moved", cwd=tree)

    told = two(
        world,
        [commit("f", line(9, "a")), commit("g", line(9, "a"))],
        [commit("g", line(3, "b")), commit("h", line(3, "b"))],
        [move],
    )
    assert told.level is Level.SAME_FILE
    assert not proved_replays.alone(told.landed[0])
    assert proved_replays.alone(told.landed[1])
    assert not proved_replays.between(*told.landed)
    assert told.tried_alone
    assert told.tried


def test_a_merge_in_a_session_has_its_replay_tried(world: World) -> None:
    def merge(world: World, tree: Path) -> None:
        world.commit("g", line(3, "base"))
        world.git("merge", "-q", "--no-edit", "main", cwd=tree)

    told = two(
        world, [commit("f", line(3, "a")), merge, commit("h", "x\n")], [commit("f", line(9, "b"))]
    )
    assert told.level is Level.SAME_FILE
    assert told.tried_alone
    assert told.tried
