"""Commands that stopped half way: what they mean for the work that is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import Level, Verdict
from tests.adapters.git.overlap.test_moving import Sight
from tests.adapters.git.overlap.truth import Scratch, compare, predict
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 41))
NAMES = ("one", "two")


def line(number: int, text: str, before: str = LINES) -> str:
    return before.replace(f"\n{number}\n", f"\n{text}\n", 1)


def proved(world: World) -> Level | None:
    return compare(Scratch(world), predict(world, NAMES), NAMES)


def level(world: World, *pair: str) -> Level | None:
    return getattr(predict(world, NAMES)[pair[0], pair[1]], "level", None)


@pytest.fixture
def clashing(world: World) -> World:
    """Session `one` conflicts with base in line 20 of `f`, which a merge of base would settle."""
    world.commit("f", LINES)
    one = world.worktree("one")
    world.worktree("two")
    world.commit("f", line(20, "one"), cwd=one)
    world.commit("f", line(20, "base"))
    return world


def settle(world: World, tree: Path, text: str, *options: str) -> None:
    """Stand in the middle of a merge of base, its conflict settled and staged."""
    world.git("merge", "-q", *options, "main", cwd=tree, check=False)
    world.write("f", line(20, text), cwd=tree)
    world.git("add", "-A", cwd=tree)


def test_a_merge_under_way_lands_as_it_will_once_it_is_committed(clashing: World) -> None:
    one = clashing.root / "myapp-one"
    assert level(clashing, "base", "one") is Level.CONFLICT
    settle(clashing, one, "settled")
    before = predict(clashing, NAMES)
    proved(clashing)
    clashing.git("commit", "-qm", "merge", cwd=one)
    after = predict(clashing, NAMES)
    for pair in (("base", "one"), NAMES):
        assert getattr(before[pair], "level", 0) is getattr(after[pair], "level", 1)
    assert getattr(before["base", "one"], "level", None) is not Level.CONFLICT


def test_edits_beside_a_merge_are_part_of_it(clashing: World) -> None:
    one = clashing.root / "myapp-one"
    settle(clashing, one, "settled")
    clashing.write("f", line(20, "settled", line(30, "beside")), cwd=one)  # not staged
    clashing.write("new", "x\n", cwd=one)
    clashing.commit("new", "other\n", cwd=clashing.root / "myapp-two")
    assert proved(clashing) is Level.CONFLICT


def test_a_merge_that_takes_nothing_over_still_is_one(clashing: World) -> None:
    """`-s ours` leaves no edit that a status would list."""
    one = clashing.root / "myapp-one"
    clashing.git("merge", "-q", "-s", "ours", "--no-commit", "main", cwd=one)
    assert clashing.git("status", "--porcelain", cwd=one) == ""
    proved(clashing)
    assert level(clashing, "base", "one") is not Level.CONFLICT


def test_several_are_merged_at_once(world: World) -> None:
    world.commit("f", LINES)
    one, two = world.worktree("one"), world.worktree("two")
    world.commit("g", "two\n", cwd=two)
    world.commit("h", "base\n")
    world.commit("i", "one\n", cwd=one)
    world.git("merge", "-q", "--no-commit", "main", "feature/two", cwd=one)
    told = (world.repo / ".git/worktrees/myapp-one/MERGE_HEAD").read_text().split()
    assert len(told) == 2
    world.write("g", "two, further\n", cwd=one)
    assert proved(world) is not Level.CONFLICT


def test_what_is_merged_already_is_no_parent(world: World) -> None:
    """Git leaves it out when it commits, and a rebase replays the commit then."""
    world.commit("f", LINES)
    one = world.worktree("one")
    world.worktree("two")
    world.commit("f", line(3, "one"), cwd=one)
    old = world.git("rev-parse", "HEAD~1", cwd=one)
    (world.repo / ".git/worktrees/myapp-one/MERGE_HEAD").write_text(old)
    world.write("f", line(5, "more"), cwd=one)
    proved(world)


@pytest.mark.parametrize("text", ["", "nonsense\n", "d" * 40 + "\n"])
def test_a_merge_of_what_is_not_there_is_unknown_and_why(world: World, text: str) -> None:
    world.worktree("one")
    world.worktree("two")
    (world.repo / ".git/worktrees/myapp-one/MERGE_HEAD").write_text(text)
    sight = Sight(world)
    try:
        found = sight.verdicts()
        verdict = found["pair"].verdict
        assert isinstance(verdict, Unknown)
        assert "merge" in verdict.reason.lower()
        assert isinstance(found["two"].verdict, Verdict)
    finally:
        sight.board.close()


def test_what_is_not_settled_yet_is_unknown_and_then_seen(clashing: World) -> None:
    one = clashing.root / "myapp-one"
    sight = Sight(clashing)
    try:
        assert sight.verdicts()["one"].level is Level.CONFLICT
        clashing.git("merge", "-q", "main", cwd=one, check=False)
        verdict = sight.verdicts()["one"].verdict
        assert isinstance(verdict, Unknown)
        assert "unmerged" in verdict.reason
        settle(clashing, one, "settled")
        assert sight.verdicts()["one"].level not in (None, Level.CONFLICT)
        clashing.git("merge", "--abort", cwd=one)
        assert sight.verdicts()["one"].level is Level.CONFLICT
    finally:
        sight.board.close()


def test_only_that_a_merge_is_under_way_is_enough_to_look_again(clashing: World) -> None:
    one = clashing.root / "myapp-one"
    settle(clashing, one, "settled")
    sight = Sight(clashing)
    try:
        assert sight.verdicts()["one"].level not in (None, Level.CONFLICT)
        clashing.git("merge", "--quit", cwd=one)  # the files stay, and are no merge any more
        assert sight.verdicts()["one"].level is Level.CONFLICT
    finally:
        sight.board.close()


def test_staged_work_of_a_merge_is_the_merge(clashing: World) -> None:
    settle(clashing, clashing.root / "myapp-one", "settled")
    sight = Sight(clashing)
    try:
        base = sight.git.base(None).oid
        subjects = sight.subjects()
        key = next(tree.git_dir for tree, _ in subjects if tree.path.endswith("one"))
        found = list(sight.board.update(base, subjects, staged={key: None}))[-1]
        alone = next(each for each in found if each.a == key and each.b is None)
        assert alone.level not in (None, Level.CONFLICT)
    finally:
        sight.board.close()


def rebasing(world: World, kind: str) -> Path:
    """Session `one` in the middle of three commits, the first of them settled."""
    world.commit("f", LINES)
    one = world.worktree("one")
    world.worktree("two")
    for number in (20, 5, 30):
        text = (one / "f").read_text()
        world.commit("f", line(number, f"one {number}", text), cwd=one)
    world.commit("f", line(20, "base"))
    if kind == "rebase":
        world.git("rebase", "-q", "main", cwd=one, check=False)
    elif kind == "apply":
        world.git("rebase", "-q", "--apply", "main", cwd=one, check=False)
    else:
        world.git("reset", "-q", "--hard", "main", cwd=one)
        world.git("cherry-pick", "ORIG_HEAD~3..ORIG_HEAD", cwd=one, check=False)
    world.write("f", line(20, "settled"), cwd=one)
    world.git("add", "-A", cwd=one)
    return one


@pytest.mark.parametrize("kind", ["rebase", "apply", "cherry-pick"])
def test_what_is_still_to_come_makes_a_verdict_a_lower_bound(world: World, kind: str) -> None:
    one = rebasing(world, kind)
    sight = Sight(world)
    try:
        for pair in ("one", "pair"):
            verdict = sight.verdicts()[pair].verdict
            assert isinstance(verdict, Verdict)
            assert "2 commits are still to come" in verdict.limited
        other = sight.verdicts()["two"].verdict
        assert isinstance(other, Verdict)
        assert not other.limited
        verb = "cherry-pick" if kind == "cherry-pick" else "rebase"
        world.git("-c", "core.editor=true", verb, "--continue", cwd=one)
        done = sight.verdicts()["pair"].verdict
        assert isinstance(done, Verdict)
        assert not done.limited
    finally:
        sight.board.close()


@pytest.mark.parametrize("verb", ["cherry-pick", "revert"])
def test_a_single_commit_under_way_is_uncommitted_work(world: World, verb: str) -> None:
    world.commit("f", LINES)
    one, two = world.worktree("one"), world.worktree("two")
    commit = world.commit("f", line(3, "two"), cwd=two)
    if verb == "revert":
        world.git("reset", "-q", "--hard", commit, cwd=one)
    world.git(verb, "--no-commit", commit, cwd=one)
    name = "CHERRY_PICK_HEAD" if verb == "cherry-pick" else "REVERT_HEAD"
    (world.repo / ".git/worktrees/myapp-one" / name).write_text(f"{commit}\n")
    verdict = predict(world, NAMES)["base", "one"]
    assert isinstance(verdict, Verdict)
    assert not verdict.limited


def test_a_bisect_looks_around_and_the_work_is_the_branch(world: World) -> None:
    world.commit("f", LINES)
    one, two = world.worktree("one"), world.worktree("two")
    for number in range(4):
        world.commit(f"of-one-{number}", "x\n", cwd=one)
    world.commit("f", line(3, "one"), cwd=one)
    world.commit("f", line(3, "two"), cwd=two)
    assert proved(world) is Level.CONFLICT
    world.git("bisect", "start", "HEAD", "main", cwd=one)
    assert "of-one-3" not in {each.name for each in one.iterdir()}
    assert level(world, *NAMES) is Level.CONFLICT
    sight = Sight(world)
    try:
        assert sight.level() is Level.CONFLICT
        world.write("f", "edited while looking\n", cwd=one)
        verdict = sight.verdicts()["pair"].verdict
        assert isinstance(verdict, Unknown)
        assert "bisect" in verdict.reason
    finally:
        sight.board.close()
