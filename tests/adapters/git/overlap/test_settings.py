"""Settings and attributes that decide about merges: predicted is what git then does."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from parallel_tui.model.overlap.verdict import Level, Verdict
from tests.adapters.git.overlap.truth import Scratch, predict
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))
Act = Callable[[World, Path], object]


def line(number: int, text: str) -> str:
    return LINES.replace(f"\n{number}\n", f"\n{text}\n", 1)


def write(path: str, text: str) -> Act:
    return lambda world, tree: world.write(path, text, cwd=tree)


def judged(world: World, one: Act, other: Act) -> bool:
    """Whether two sessions are predicted to conflict; proved against a real merge."""
    for name, act in (("one", one), ("two", other)):
        act(world, world.worktree(name))
    verdict = predict(world, ["one", "two"])["one", "two"]
    assert isinstance(verdict, Verdict), verdict
    scratch = Scratch(world)
    assert (verdict.level >= Level.CONFLICT) == (not scratch.merges("one", "two")), verdict
    return verdict.level >= Level.CONFLICT


def _rename(path: str, target: str) -> Act:
    def act(_: World, tree: Path) -> None:
        (tree / target).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).rename(tree / target)

    return act


@pytest.mark.parametrize("value", ["true", "false", "copies"])
def test_merge_renames(world: World, value: str) -> None:
    """What the setting does is git's business; git 2.39 finds renames even where it is off."""
    world.commit("f", LINES)
    world.git("config", "merge.renames", value)
    judged(world, _rename("f", "g"), write("f", line(3, "x")))


@pytest.mark.parametrize(
    ("value", "conflict"), [("true", False), ("false", False), ("conflict", True)]
)
def test_merge_directory_renames(world: World, value: str, conflict: bool) -> None:
    for name in "abc":
        world.commit(f"d/{name}", f"{name}\n" * 9)
    world.git("config", "merge.directoryRenames", value)
    assert judged(world, _rename("d", "e"), write("d/new", "x\n")) is conflict


@pytest.mark.parametrize("limit", [1, 100])
def test_merge_rename_limit(world: World, limit: int) -> None:
    for number in range(4):
        world.write(f"old{number}", "".join(f"{number} {n}\n" for n in range(20)))
    world.git("add", "-A")
    world.git("commit", "-qm", "files")
    world.git("config", "merge.renameLimit", str(limit))

    def move(_: World, tree: Path) -> None:
        for number in range(4):
            text = (tree / f"old{number}").read_text() + "more\n"
            (tree / f"old{number}").unlink()
            (tree / f"new{number}").write_text(text)

    def edit(_: World, tree: Path) -> None:
        for number in range(4):
            text = (tree / f"old{number}").read_text()
            (tree / f"old{number}").write_text("first\n" + text)

    assert judged(world, move, edit) is (limit == 1)


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_conflict_style_decides_nothing(world: World, style: str) -> None:
    world.commit("f", LINES)
    world.git("config", "merge.conflictStyle", style)
    assert judged(world, write("f", line(3, "a")), write("f", line(3, "b")))


@pytest.mark.parametrize("where", ["core.attributesFile", "info/attributes"])
def test_attributes_of_the_user_and_of_the_repository(world: World, where: str) -> None:
    world.commit("f", LINES)
    world.commit(".gitattributes", "*.txt text\n")
    if where == "core.attributesFile":
        mine = world.write("attributes", "f merge=union\n", cwd=world.root)
        world.git("config", "core.attributesFile", str(mine))
    else:
        (world.repo / ".git/info").mkdir(exist_ok=True)
        (world.repo / ".git/info/attributes").write_text("f merge=union\n")
    assert not judged(world, write("f", line(3, "a")), write("f", line(3, "b")))


@pytest.mark.parametrize("ignore", ["true", "false"])
def test_case_of_attribute_patterns(world: World, ignore: str) -> None:
    world.commit("f", LINES)
    world.commit(".gitattributes", "F merge=union\n")
    world.git("config", "core.ignorecase", ignore)
    conflict = judged(world, write("f", line(3, "a")), write("f", line(3, "b")))
    assert conflict is (ignore == "false")


@pytest.mark.parametrize("ignore", ["true", "false"])
def test_paths_that_differ_in_case_only(world: World, ignore: str) -> None:
    world.commit("f", LINES)
    world.git("config", "core.ignorecase", ignore)
    # Two paths, as long as both stand in one folder: what git would do here is what is told.
    assert not judged(world, write("New", "a\n"), write("new", "b\n"))


@pytest.mark.parametrize("renormalize", ["true", "false"])
def test_line_ends_that_one_side_did_not_normalize(world: World, renormalize: str) -> None:
    world.git("config", "merge.renormalize", renormalize)
    world.commit("f", LINES)
    world.commit(".gitattributes", "f text\n")
    world.commit("f", line(3, "unix"), cwd=world.worktree("one"))
    tree = world.worktree("two")
    dos = world.root / "dos"
    dos.write_bytes(line(15, "dos").replace("\n", "\r\n").encode())
    blob = world.git("hash-object", "-w", "--no-filters", "--", str(dos)).strip()
    world.git("update-index", "--cacheinfo", f"100644,{blob},f", cwd=tree)
    world.git("commit", "-qm", "dos", cwd=tree)
    world.git("update-index", "--assume-unchanged", "f", cwd=tree)  # the commit alone counts
    verdict = predict(world, ["one", "two"])["one", "two"]
    assert isinstance(verdict, Verdict)
    world.git("merge", "-q", "--no-edit", "feature/one")
    real = world.git("merge", "--no-edit", "feature/two", check=False)
    assert ("CONFLICT" in real) is (renormalize == "false")
    assert (verdict.level >= Level.CONFLICT) == ("CONFLICT" in real), (verdict, real)


@pytest.mark.parametrize("status", [0, 1])
def test_a_merge_driver_decides_what_it_would_decide(world: World, status: int) -> None:
    ran = world.root / "ran"
    world.commit("f", LINES)
    world.commit(".gitattributes", "f merge=mine\n")
    world.git("config", "merge.mine.driver", f"echo %P >> '{ran}'; cp %B %A; exit {status}")
    conflict = judged(world, write("f", line(3, "a")), write("f", line(3, "b")))
    assert conflict is bool(status)
    assert ran.read_text().split()[0] == "f"  # it runs, for nobody else knows what it does


@pytest.mark.parametrize("driver", ["union", "binary"])
@pytest.mark.parametrize("who", ["one", "two"])
def test_attributes_that_a_session_brings_count_once_it_has_landed(
    world: World, driver: str, who: str
) -> None:
    """Whichever lands first, the second is merged by its attributes: one order fails each time."""
    world.commit("f", LINES)
    for name, number in (("one", 3), ("two", 3 if driver == "union" else 15)):
        tree = world.worktree(name)
        world.write("f", line(number, name), cwd=tree)
        if name == who:
            world.write(".gitattributes", f"f merge={driver}\n", cwd=tree)
    scratch = Scratch(world)
    assert scratch.merges("one", "two") is not scratch.merges("two", "one")
    found = predict(world, ["one", "two"])
    verdict = found["one", "two"]
    assert isinstance(verdict, Verdict)
    assert verdict.level is Level.CONFLICT


def test_three_that_merge_two_by_two_but_not_all_together(world: World) -> None:
    """Pairs are judged, and truly so: that all three do not fit is no pair's fault."""
    for name in "abc":
        world.commit(f"d/{name}", f"{name}\n" * 9)
    world.git("config", "merge.directoryRenames", "true")
    names = ("one", "two", "three")
    acts = (_rename("d", "e"), write("d/new", "two\n"), write("e/new", "three\n"))
    for name, act in zip(names, acts, strict=True):
        act(world, world.worktree(name))
    found = predict(world, names)
    scratch = Scratch(world, names)
    for pair in combinations(names, 2):
        verdict = found[pair]
        assert isinstance(verdict, Verdict)
        assert verdict.level < Level.CONFLICT
        assert scratch.merges(*pair)
    assert scratch.merges("one", "three")
    assert "CONFLICT" in world.git(
        "merge", "--no-edit", "refs/work/two", cwd=world.root / "scratch", check=False
    )
