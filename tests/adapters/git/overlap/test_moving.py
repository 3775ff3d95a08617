"""What moves, breaks or hangs while it is looked at."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge import merges
from parallel_tui.adapters.git.simulate.verdict.board import Board
from parallel_tui.model.fact import Fact, Unknown
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.worktree import Worktree
from tests.adapters.git.overlap.test_settings import LINES, line
from tests.support.waiting import eventually
from tests.support.world import World

Subjects = list[tuple[Worktree, Fact[tuple[StatusEntry, ...]]]]


class Sight:
    """A board on two sessions, `one` and `two`, with the status as it was looked up."""

    def __init__(self, world: World) -> None:
        self.runner = Runner(discover(str(world.repo)))
        self.git = GitCommands(self.runner)
        self.board = Board(self.runner)

    def subjects(self) -> Subjects:
        return [(tree, self.git.status(tree)) for tree in self.git.worktrees()[1:]]

    def verdicts(
        self, subjects: Subjects | None = None, base: str | None = None
    ) -> dict[str, Overlap]:
        """By `one`, `two` (against base) and `pair`."""
        base = base or self.git.base(None).oid
        found = list(self.board.update(base, subjects or self.subjects()))[-1]
        return {Path(each.a).name.removeprefix("myapp-") if not each.b else "pair": each
                for each in found}  # fmt: skip

    def level(self, subjects: Subjects | None = None) -> Level | None:
        return self.verdicts(subjects)["pair"].level


@pytest.fixture
def trees(world: World) -> tuple[Path, Path]:
    world.commit("f", LINES)
    world.commit("d/x", "x\n")
    return world.worktree("one"), world.worktree("two")


@pytest.fixture
def sight(world: World, trees: tuple[Path, Path]) -> Iterator[Sight]:
    made = Sight(world)
    yield made
    made.board.close()


def _vanish(tree: Path) -> None:
    (tree / "new").unlink()


def _folder_for_file(tree: Path) -> None:
    (tree / "new").unlink()
    (tree / "new").mkdir()
    (tree / "new/inside").write_text("x\n")


def _file_for_folder(tree: Path) -> None:
    for file in (tree / "folder").iterdir():
        file.unlink()
    (tree / "folder").rmdir()
    (tree / "folder").write_text("x\n")


def _pipe(tree: Path) -> None:
    (tree / "new").unlink()
    os.mkfifo(tree / "new")


def _dangling(tree: Path) -> None:
    (tree / "new").unlink()
    (tree / "new").symlink_to("nowhere")


@pytest.mark.parametrize("act", [_vanish, _folder_for_file, _file_for_folder, _pipe, _dangling])
def test_files_that_change_after_the_status(
    world: World, trees: tuple[Path, Path], sight: Sight, act: Callable[[Path], None]
) -> None:
    """The answer is right for the files as they are by then, or comes right with the next look."""
    one, two = trees
    world.write("new", "1\n", cwd=one)
    world.write("folder/y", "1\n", cwd=one)
    world.write("f", line(3, "one"), cwd=one)
    world.write("f", line(3, "two"), cwd=two)
    before = sight.subjects()
    act(one)
    assert sight.level(before) is Level.CONFLICT
    world.write("f", LINES, cwd=two)
    assert sight.level() is Level.CLEAR


def test_a_folder_of_a_session_that_becomes_unreadable(
    world: World, trees: tuple[Path, Path], sight: Sight
) -> None:
    """Asked as somebody who may not read it; who may read everything skips."""
    one, two = trees
    world.write("f", line(3, "one"), cwd=one)
    world.write("f", line(3, "two"), cwd=two)
    world.write("new", "1\n", cwd=one)
    (one / "new").chmod(0)
    if os.access(one / "new", os.R_OK):
        pytest.skip("this user may read everything")
    told = sight.verdicts()
    for name in ("one", "pair"):
        verdict = told[name].verdict
        assert isinstance(verdict, Unknown)
        assert "new" in verdict.reason
    assert isinstance(told["two"].verdict, Verdict)


def test_a_link_that_leads_to_itself(world: World, trees: tuple[Path, Path], sight: Sight) -> None:
    one, two = trees
    (one / "loop").symlink_to("loop")
    world.git("add", "-A", cwd=one)
    world.write("f", line(3, "one"), cwd=one)
    world.write("f", line(3, "two"), cwd=two)
    assert sight.level() is Level.CONFLICT


def test_a_commit_that_lands_while_predicting(
    world: World, trees: tuple[Path, Path], sight: Sight
) -> None:
    """Every verdict of an update is about the commits it was given, even if all have moved on."""
    one, two = trees
    world.commit("f", line(3, "one"), cwd=one)
    world.write("f", line(3, "two"), cwd=two)
    base = sight.git.base(None).oid
    update = sight.board.update(base, sight.subjects())
    steps = [next(update)]
    world.commit("f", line(3, "base"))
    world.git("reset", "-q", "--hard", "main", cwd=one)
    world.git("commit", "-q", "-a", "-m", "two", cwd=two)
    steps += list(update)
    pair = steps[-1][-1].verdict
    assert isinstance(pair, Verdict)
    assert pair.level is Level.CONFLICT
    assert pair.trees[0] == base
    now = sight.verdicts()
    assert now["one"].level is Level.CLEAR
    assert now["two"].level is Level.CONFLICT
    verdict = now["pair"].verdict
    assert isinstance(verdict, Verdict)
    assert verdict.trees[0] == world.git("rev-parse", "main").strip()


def test_an_edit_that_lands_while_predicting_is_seen_by_the_next_look(
    world: World, trees: tuple[Path, Path], sight: Sight
) -> None:
    one, two = trees
    world.write("f", line(3, "one"), cwd=one)
    world.write("f", line(16, "two"), cwd=two)
    subjects = sight.subjects()
    update = sight.board.update(sight.git.base(None).oid, subjects)
    next(update)
    for _ in update:
        world.write("f", line(3, "two"), cwd=two)  # the status reads the same, before and after
    assert sight.level(subjects) is Level.CONFLICT


def test_an_index_that_another_one_holds(
    world: World, trees: tuple[Path, Path], sight: Sight
) -> None:
    one, two = trees
    for name, tree in (("one", one), ("two", two)):
        lock = world.repo / f".git/worktrees/myapp-{name}/index.lock"
        lock.write_text("")
        world.write("f", line(3, name), cwd=tree)
        world.write("new", f"{name}\n", cwd=tree)
    assert sight.level() is Level.CONFLICT
    assert lock.read_text() == ""


def test_a_merge_driver_that_hangs_is_ended_and_unknown(
    world: World, trees: tuple[Path, Path], sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = trees
    world.commit(".gitattributes", "slow merge=slow\n")
    world.commit("slow", LINES)
    pids = world.root / "pids"
    world.git("config", "merge.slow.driver", f"echo $$ >> '{pids}'; exec sleep 1000")
    monkeypatch.setattr(merges, "_PATIENCE", 0.2)
    for name, tree in (("one", one), ("two", two)):
        world.git("reset", "-q", "--hard", "main", cwd=tree)
        world.write("slow", line(3, name), cwd=tree)
    three = world.worktree("three")
    world.write("f", line(3, "three"), cwd=three)
    found = list(sight.board.update(sight.git.base(None).oid, sight.subjects()))[-1]
    unknown = {each.pair: each.verdict for each in found if isinstance(each.verdict, Unknown)}
    ((pair, verdict),) = unknown.items()
    assert "three" not in str(pair)
    assert isinstance(verdict, Unknown)
    assert "could not be merged" in verdict.reason
    started = [Path("/proc", pid) for pid in pids.read_text().split()]
    assert started
    eventually(lambda: not any(each.exists() for each in started), what="all drivers have ended")
