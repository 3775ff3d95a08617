"""Predictions against what really happens: no false alarm, no miss."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from parallel_tui.model.overlap import Level, Verdict
from tests.adapters.git.overlap.truth import Scratch, predict
from tests.support.world import World

FILES = {"a.txt": "".join(f"line {n}\n" for n in range(1, 13)), "dir/b.txt": "1\n2\n3\n4\n5\n6\n"}

EDIT = st.one_of(
    st.tuples(
        st.just("edit"),
        st.sampled_from(sorted(FILES)),
        st.integers(0, 11),
        st.text("xy", min_size=1, max_size=2),
    ),
    st.tuples(
        st.just("insert"),
        st.sampled_from(sorted(FILES)),
        st.integers(0, 11),
        st.text("pq", min_size=1, max_size=2),
    ),
    st.tuples(st.just("delete"), st.sampled_from(sorted(FILES)), st.just(0), st.just("")),
    st.tuples(st.just("rename"), st.sampled_from(sorted(FILES)), st.integers(0, 1), st.just("")),
    st.tuples(
        st.just("create"),
        st.sampled_from(["new.txt", "dir/new.txt", "fresh/c.txt"]),
        st.integers(0, 2),
        st.text("mn", min_size=1, max_size=2),
    ),
    st.tuples(st.just("mode"), st.sampled_from(sorted(FILES)), st.just(0), st.just("")),
)
SESSION = st.lists(st.tuples(EDIT, st.booleans()), min_size=1, max_size=4)


def apply(folder: Path, edit: tuple[str, str, int, str]) -> None:
    verb, path, number, text = edit
    target = folder / path
    if verb == "create":
        target.parent.mkdir(exist_ok=True)
        target.write_text(f"{text}\n" * (number + 1))
        return
    if not target.exists():
        return
    lines = target.read_text().splitlines(keepends=True)
    if verb == "edit" and lines:
        lines[number % len(lines)] = f"{text}\n"
    elif verb == "insert":
        lines.insert(number % (len(lines) + 1), f"{text}\n")
    elif verb == "delete":
        target.unlink()
        return
    elif verb == "rename":
        target.rename(target.with_name(f"renamed{number}.txt"))
        return
    elif verb == "mode":
        target.chmod(0o755)
        return
    target.write_text("".join(lines))


def play(world: World, name: str, script: list[tuple[tuple[str, str, int, str], bool]]) -> None:
    tree = world.worktree(name)
    for edit, commit in script:
        apply(tree, edit)
        if commit:
            world.git("add", "-A", cwd=tree)
            world.git("commit", "-q", "--allow-empty", "-m", "step", cwd=tree)


def check(world: World) -> None:
    """Every verdict of two sessions and base against the real thing."""
    verdicts = predict(world, ["one", "two"])
    scratch = Scratch(world)
    lands, rebases = {}, {}
    for name in ("one", "two"):
        verdict = verdicts["base", name]
        assert isinstance(verdict, Verdict)
        lands[name] = scratch.merges(name, None)
        assert (verdict.level is Level.CONFLICT) == (not lands[name]), verdict
        if lands[name]:
            rebases[name] = scratch.rebases(None, name)
            assert (verdict.level is Level.REBASE) == (not rebases[name]), verdict
    if not all(lands.values()):
        return
    verdict = verdicts["one", "two"]
    assert isinstance(verdict, Verdict)
    clean = scratch.merges("one", "two")
    assert (verdict.level is Level.CONFLICT) == (not clean), verdict
    if clean:
        # What cannot be rebased to base alone is no news about the pair.
        replays = all(
            scratch.rebases(other, name)
            for name, other in (("one", "two"), ("two", "one"))
            if rebases[name]
        )
        assert (verdict.level is Level.REBASE) == (not replays), verdict


@given(one=SESSION, two=SESSION, base=st.lists(EDIT, max_size=2))
@settings(
    max_examples=int(os.environ.get("PDEV_TRUTH_EXAMPLES", "25")),
    deadline=None,
    # A failing history is told as it is: finding the smallest takes minutes of real git.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_generated_histories(
    isolated: dict[str, str],
    one: list[tuple[tuple[str, str, int, str], bool]],
    two: list[tuple[tuple[str, str, int, str], bool]],
    base: list[tuple[str, str, int, str]],
) -> None:
    root = Path(tempfile.mkdtemp(prefix="overlap-"))
    try:
        world = World(root / "w", isolated).init(files=FILES)
        play(world, "one", one)
        play(world, "two", two)
        for edit in base:
            apply(world.repo, edit)
        world.git("add", "-A")
        world.git("commit", "-q", "--allow-empty", "-m", "base moves")
        check(world)
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
