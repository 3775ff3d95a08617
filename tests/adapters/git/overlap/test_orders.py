"""Pairs that land in one order only, and what is said of them; work that base has already."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.model.overlap.verdict import IN_BASE, ConflictKind, Level, Verdict
from tests.adapters.git.overlap.test_moving import Sight
from tests.adapters.git.overlap.truth import Scratch, compare, predict
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 41))
NAMES = ("one", "two")


def line(number: int, text: str, before: str = LINES) -> str:
    return before.replace(f"\n{number}\n", f"\n{text}\n", 1)


def pair(world: World) -> Verdict:
    """The verdict of the two, held against both real orders."""
    found = predict(world, NAMES)
    compare(Scratch(world), found, NAMES)
    verdict = found["one", "two"]
    assert isinstance(verdict, Verdict)
    return verdict


@pytest.mark.parametrize("how", ["copies", "moves", "adds what another removes"])
@pytest.mark.parametrize("early", NAMES)
def test_what_base_did_between_the_two_forks(world: World, early: str, how: str) -> None:
    """A folder that base copied and one removes is a folder renamed, to who forked before."""
    late = "two" if early == "one" else "one"
    for number in range(3):
        world.commit(f"old/f{number}", f"file {number}\n" + LINES)
    tree = world.worktree(early)
    world.commit("old/new", "x\n", cwd=tree)
    if how != "adds what another removes":
        for number in range(3):
            world.write(f"copy/f{number}", f"file {number}\n" + LINES)
    if how == "moves":
        world.git("rm", "-q", "-r", "old")
    world.git("add", "-A")
    world.git("commit", "-q", "--allow-empty", "-m", "base goes on")
    tree = world.worktree(late)
    if how == "moves":
        world.commit("copy/f0", "another\n", cwd=tree)
    else:
        world.git("rm", "-q", "-r", "old", cwd=tree)
        if how != "copies":
            for number in range(3):
                world.write(f"copy/f{number}", f"file {number}\n" + LINES, cwd=tree)
        world.git("add", "-A", cwd=tree)
        world.git("commit", "-qm", "removed", cwd=tree)
    if how == "copies":
        verdict = pair(world)
        assert verdict.level is Level.CONFLICT
        assert verdict.first == ("a" if early == "one" else "b")
    else:
        compare(Scratch(world), predict(world, NAMES), NAMES)


@pytest.mark.parametrize("renames", NAMES)
def test_both_forked_at_one_commit_and_base_moved(world: World, renames: str) -> None:
    other = "two" if renames == "one" else "one"
    world.commit("f", "".join(f"line {n}\n" for n in range(6)))
    trees = {name: world.worktree(name) for name in NAMES}
    world.git("mv", "f", "g", cwd=trees[renames])
    world.commit("other", "x\n", cwd=trees[renames])
    text = "".join(f"new {n}\n" for n in range(12))
    text += "".join(f"line {n}\n" for n in range(6)) + "".join(f"last {n}\n" for n in range(12))
    world.commit("f", text, cwd=trees[other])
    world.git("mv", "f", "g")
    world.git("commit", "-qm", "base renames f")
    verdict = pair(world)
    assert verdict.level is Level.CONFLICT
    assert verdict.first == ("a" if renames == "one" else "b")


def test_the_order_that_works_is_kept_and_known_again(world: World, tmp_path: Path) -> None:
    from parallel_tui.adapters.git.simulate.verdict.board import Board
    from parallel_tui.adapters.git.simulate.verdict.cache import VerdictCache

    test_both_forked_at_one_commit_and_base_moved(world, "two")
    repository = discover(str(world.repo))
    cache = VerdictCache(tmp_path / "cache", repository)
    seen = []
    for _ in range(2):
        runner = Runner(repository)
        git = GitCommands(runner)
        board = Board(runner, cache=cache)
        subjects = [(tree, git.status(tree)) for tree in git.worktrees()[1:]]
        found = list(board.update(git.base(None).oid, subjects))[-1]
        seen += [each.verdict for each in found if each.b is not None]
        board.close()
    assert seen[0] == seen[1]
    assert getattr(seen[0], "first", "") == "b"


def test_both_orders_fail(world: World) -> None:
    world.commit("f", LINES)
    for name in NAMES:
        world.commit("f", line(3, name), cwd=world.worktree(name))
    world.commit("g", "base\n")
    verdict = pair(world)
    assert (verdict.level, verdict.first) == (Level.CONFLICT, "")


@pytest.mark.parametrize("commits", [0, 1, 2])
@pytest.mark.parametrize("how", ["--squash", "copied", "--no-ff"])
def test_work_that_base_has_is_said_for_one_commit_as_for_many(
    world: World, commits: int, how: str
) -> None:
    world.commit("f", LINES)
    one = world.worktree("one")
    text = LINES
    for number in range(commits):
        text = line(20 + number, f"one {number}", text)
        world.commit("f", text, cwd=one)
    if not commits:
        text = line(20, "one")
        world.write("f", text, cwd=one)
    if how == "copied" or not commits:
        world.write("f", text)
        world.git("commit", "-qam", "copied, in a commit of another name")
    else:
        world.git("merge", "-q", "--no-edit", how, "feature/one")
        world.git("commit", "-q", "--allow-empty", "-m", "taken over")
    two = world.worktree("two")
    world.commit("f", text.replace("one", "two"), cwd=two)
    found = predict(world, NAMES)
    alone, both = found["base", "one"], found["one", "two"]
    assert isinstance(alone, Verdict)
    assert isinstance(both, Verdict)
    merged = commits > 0 and how == "--no-ff"  # nothing of its own is left to have a note on
    assert (IN_BASE in alone.notes) is not merged
    assert both.landed == ("" if merged else "a")
    assert both.level is Level.CLEAR
    other = found["base", "two"]
    assert isinstance(other, Verdict)
    assert IN_BASE not in other.notes


def _link(world: World, tree: Path) -> None:
    (tree / "f").unlink()
    (tree / "f").symlink_to("elsewhere")


def _folder(world: World, tree: Path) -> None:
    (tree / "f").unlink()
    world.write("f/in", "x\n", cwd=tree)


def _gone(world: World, tree: Path) -> None:
    (tree / "f").unlink()


def _renamed(world: World, tree: Path) -> None:
    (tree / "f").rename(tree / "g")


def _rewritten(world: World, tree: Path) -> None:
    world.write("f", line(20, "rewritten"), cwd=tree)


@pytest.mark.parametrize("act", [_link, _folder, _gone, _renamed, _rewritten])
@pytest.mark.parametrize("who", ["pair", "base", "replay"])
def test_nothing_is_named_by_an_id_that_exists_nowhere(world: World, act: object, who: str) -> None:
    assert callable(act)
    world.commit("f", LINES)
    one, two = world.worktree("one"), world.worktree("two")
    act(world, one)
    if who == "replay":
        world.git("add", "-A", cwd=one)
        world.git("commit", "-qm", "step", cwd=one)
        world.git("revert", "--no-edit", "HEAD", cwd=one)
        world.commit("own", "x\n", cwd=one)
    world.write("f", line(20, "other"), cwd=two)
    if who != "pair":
        world.commit("f", line(20, "base"))
    sight = Sight(world)
    try:
        base = sight.git.base(None).oid
        found = sight.verdicts()
        told = []
        for name, overlap in found.items():
            verdict = overlap.verdict
            assert isinstance(verdict, Verdict)
            told += [each.path for each in verdict.paths]
            told += [each.text for each in verdict.paths]
            for each in verdict.paths:
                if each.level >= Level.CONFLICT:
                    assert each.path in ("f", "g", "f/in")
                    assert each.kind is not ConflictKind.OTHER
                    b = overlap.b if name == "pair" else None
                    detail = sight.board.detail(base, overlap.a, b, each.path)
                    told.append(detail.merged or "")
    finally:
        sight.board.close()
    assert not [
        oid
        for text in told
        for oid in re.findall(r"[0-9a-f]{40}", text)
        if world.git("cat-file", "-t", oid, check=False) == ""
    ]
    assert not any("~" in text for text in told if "\n" not in text and " " not in text)


def test_a_clash_of_kinds_with_base_is_no_news_about_a_pair(world: World) -> None:
    """The conflict is at `f` in both merges, whatever git calls the file that is in the way."""
    world.commit("f", LINES)
    one = world.worktree("one")
    _link(world, one)
    world.commit("f", line(20, "base"))
    two = world.worktree("two")
    world.commit("new", "x\n", cwd=two)
    found = predict(world, NAMES)
    assert getattr(found["base", "one"], "level", None) is Level.CONFLICT
    verdict = found["one", "two"]
    assert isinstance(verdict, Verdict)
    assert verdict.raw
    assert verdict.level is Level.CLEAR


def test_a_file_that_is_called_like_a_moved_one_keeps_its_name(world: World) -> None:
    name = f"f~{'a' * 40}"
    for each in NAMES:
        world.write(name, each, cwd=world.worktree(each))
    verdict = pair(world)
    assert [each.path for each in verdict.paths] == [name]


def test_one_merge_is_enough_where_both_orders_come_to_the_same(world: World) -> None:
    from parallel_tui.adapters.git.simulate.snapshot.work import snapshot
    from parallel_tui.adapters.git.simulate.verdict.predict import Predictor

    world.commit("f", LINES)
    for number, name in ((3, "one"), (20, "two")):
        world.commit("f", line(number, name), cwd=world.worktree(name))
    world.commit("g", "base goes on elsewhere\n")
    repository = discover(str(world.repo))
    runner = Runner(repository)
    git = GitCommands(runner)
    quarantine = Quarantine(repository)
    try:
        predictor = Predictor(runner, quarantine)
        trees = git.worktrees()[1:]
        works = [
            snapshot(runner, quarantine, tree, (), predictor.landings.tree_of(tree.head or ""))
            for tree in trees
        ]

        def orders() -> int:
            base = git.base(None).oid
            landed = list(predictor.landings.of(base, works).values())
            return len(predictor.orders.of(base, *landed))  # type: ignore[arg-type]

        assert orders() == 1
        world.commit("f", line(35, "base goes on in what both change"))
        assert orders() == 2
        world.git("reset", "-q", "--hard", "HEAD~1")
        predictor.forget(verdicts=True)
        world.git("config", "merge.own.driver", "true")
        assert orders() == 2
    finally:
        quarantine.close()
