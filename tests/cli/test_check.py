"""`pdev check` as scripts, hooks and CI use it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.running import Ran, pdev
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))


def check(world: World, *arguments: str, cwd: Path | None = None, **env: str) -> Ran:
    words = ["--tmux-socket", world.socket, "check", *arguments]
    return pdev(*words, cwd=cwd or world.repo, env=world.env, **env)


def edit(world: World, name: str, number: int) -> Path:
    tree = world.root / f"myapp-{name}"
    world.write("f", LINES.replace(f"\n{number}\n", f"\n{name}\n", 1), cwd=tree)
    return tree


@pytest.fixture
def three(world: World) -> World:
    world.commit("f", LINES)
    for name, number in (("one", 5), ("two", 5), ("three", 8)):
        world.worktree(name)
        edit(world, name, number)
    return world


def test_all_pairs_for_people_and_for_programs(three: World) -> None:
    shown = check(three)
    assert shown.status == 1
    assert "conflict   one × two: f (content)" in shown.out
    assert "near       one × three: f" in shown.out
    told = check(three, "--all", "--json")
    assert told.status == 1
    assert told.json["schema"] == 2
    pairs = {(each["a"], each["b"]): each for each in told.json["pairs"]}
    worst = pairs["one", "two"]
    assert (worst["level"], worst["kinds"], worst["limited"]) == (3, ["content"], "")
    (path,) = worst["paths"]
    assert (path["path"], path["level"], path["kind"]) == ("f", 3, "content")
    assert path["hunks"] == {k: [{"start": 5, "count": 1}] for k in ("a", "b")}
    assert {each["a"]: each["level"] for each in told.json["base"]}["one"] == 0


def test_in_brief_only_what_is_not_clear(three: World) -> None:
    told, brief = check(three, "--json").json, check(three, "--json", "--brief").json
    assert [each for each in told["pairs"] if each["level"]] == brief["pairs"]
    assert brief["base"] == told["base"]
    assert brief["clear"] == len(told["pairs"]) - len(brief["pairs"]) > 0
    (three.root / "myapp-two").rename(three.root / "elsewhere")
    lost = check(three, "--json", "--brief").json
    assert [each for each in lost["pairs"] if each["level"] is None]


def test_one_session_and_the_level_that_fails(three: World) -> None:
    told = check(three, "three", "--json")
    assert told.status == 0
    assert all("three" in (each["a"], each["b"]) for each in told.json["pairs"])
    assert [each["a"] for each in told.json["base"]] == ["three"]
    assert check(three, "three", "--fail-on", "near").status == 1
    assert check(three, "--fail-on", "never").status == 0
    assert check(three, "nobody").status == 2
    assert check(three, "one", "--staged").status == 2


def test_against_another_base(three: World) -> None:
    three.git("branch", "release")
    three.git("checkout", "-q", "release")
    three.commit("f", LINES.replace("\n5\n", "\nrelease\n", 1))
    told = check(three, "one", "--against", "release", "--json").json
    assert told["against"]["name"] == "release"
    assert [each["level"] for each in told["base"]] == [3]


def test_what_cannot_be_judged_is_told_and_fails(three: World) -> None:
    (three.root / "myapp-two").rename(three.root / "elsewhere")
    told = check(three, "--json")
    assert told.status == 2
    pair = next(each for each in told.json["pairs"] if each["b"] == "two" and each["a"] == "one")
    assert pair["level"] is None
    assert "is gone" in pair["level_reason"]
    assert "unknown    one × two: its directory" in check(three).out


def test_a_commit_is_judged_by_what_it_would_hold(three: World) -> None:
    tree = three.root / "myapp-two"
    assert check(three, "--staged", cwd=tree).status == 0  # nothing of the edit is staged
    three.git("add", "f", cwd=tree)
    edit(three, "two", 15)
    assert check(three, "--staged", cwd=tree).status == 1
    # Inside `git commit -a` the index to be committed is another one, which git names.
    hook = three.repo / ".git/hooks/pre-commit"
    pdev_path = Path(sys.executable).parent / "pdev"
    hook.write_text(f'#!/bin/sh\nexec "{pdev_path}" --tmux-socket x check --staged\n')
    hook.chmod(0o755)
    head = three.git("rev-parse", "HEAD", cwd=tree)
    three.git("commit", "-qm", "staged", cwd=tree, check=False)
    assert three.git("rev-parse", "HEAD", cwd=tree) == head
    three.git("commit", "-qam", "all", cwd=tree)
    assert three.git("rev-parse", "HEAD", cwd=tree) != head


def test_levels_have_words_and_numbers(three: World) -> None:
    assert check(three, "three", "--fail-on", "2").status == 1
    assert check(three, "three", "--fail-on", "3").status == 0
    for wrong in ("0", "5", "-1", "nonsense", ""):
        told = check(three, f"--fail-on={wrong}")
        assert told.status == 2
        assert "is none of same-file, near, conflict, rebase, 1 to 4, never" in told.err


@pytest.mark.parametrize("base", ["nothing", "", "--all", "main:f"])
def test_a_base_that_is_none(three: World, base: str) -> None:
    told = check(three, f"--against={base}")
    assert told.status == 2
    assert (repr(base) if base else "is empty") in told.err
    assert "--against takes a branch, a tag or a commit" in told.err


def test_a_hook_of_a_commit_of_some_paths_judges_those(three: World) -> None:
    """There is an index of its own for `git commit PATH` and names it relative to the worktree."""
    tree = three.root / "myapp-two"
    world_hook = three.repo / ".git/hooks/pre-commit"
    pdev_path = Path(sys.executable).parent / "pdev"
    world_hook.write_text(f'#!/bin/sh\nexec "{pdev_path}" --tmux-socket x check --staged\n')
    world_hook.chmod(0o755)
    three.write("apart", "x\n", cwd=tree)
    three.git("add", "-A", cwd=tree)
    three.git("commit", "-qm", "apart", "--", "apart", cwd=tree)  # `f` is staged, but not in it
    assert three.git("status", "--porcelain", cwd=tree) == "M  f\n"
    three.git("commit", "-qm", "f", "--", "f", cwd=tree, check=False)
    assert three.git("status", "--porcelain", cwd=tree) == "M  f\n"
    three.write("g", "x\n")
    three.git("add", "g")
    three.git("commit", "-qm", "in the main worktree")  # whose git directory is named otherwise
    assert three.git("log", "-1", "--format=%s") == "in the main worktree\n"


def test_an_index_that_is_not_there_is_not_an_empty_one(three: World) -> None:
    told = check(three, "--staged", cwd=three.root / "myapp-one", GIT_INDEX_FILE="no/such")
    assert told.status == 2
    assert "there is no index" in told.out


def test_where_there_is_nothing_to_check(three: World) -> None:
    outside = three.root / "outside"
    outside.mkdir()
    told = check(three, cwd=outside)
    assert told.status == 2
    assert "not inside a git repository" in told.err
    bare = three.root / "bare.git"
    three.git("clone", "-q", "--bare", str(three.repo), str(bare))
    told = check(three, "--json", cwd=bare)
    assert (told.status, told.json["pairs"], told.json["base"]) == (0, [], [])
    assert check(three, "--staged", cwd=bare).status == 2
    empty = three.root / "empty"
    three.git("init", "-q", str(empty))
    assert "has no commit yet" in check(three, cwd=empty).err


def test_a_detached_session_keeps_its_name_and_a_bad_one_spoils_only_itself(three: World) -> None:
    tree = three.root / "myapp-two"
    three.git("checkout", "-q", "--detach", cwd=tree)
    three.commit("f", LINES.replace("\n5\n", "\nmine\n", 1), cwd=three.root / "myapp-one")
    three.git("checkout", "-q", "-f", "--orphan", "fresh", cwd=three.root / "myapp-three")
    told = check(three, "--json")
    pairs = {frozenset((each["a"], each["b"])): each for each in told.json["pairs"]}
    assert pairs[frozenset(("one", "two"))]["level"] == 3
    assert "no commit yet" in pairs[frozenset(("one", "three"))]["level_reason"]
    assert told.status == 1
    assert check(three, "--fail-on", "never").status == 2


def test_all_pairs_have_one_shape_known_or_not(three: World) -> None:
    def shapes() -> set[tuple[str, ...]]:
        told = check(three, "--json")
        assert told.status
        return {
            tuple(sorted(key for key in each if not key.endswith("_reason")))
            for each in (*told.json["pairs"], *told.json["base"])
        }

    known = shapes()
    (shape,) = known
    tree = three.root / "myapp-one"
    three.git("commit", "-qam", "one", cwd=tree)
    three.commit("f", LINES.replace("\n5\n", "\nbase\n"))
    three.git("merge", "-q", "main", cwd=tree, check=False)
    assert shapes() == known
    told = check(three, "--json").json
    unknown = [each for each in told["pairs"] if each["level"] is None]
    assert len(unknown) == 3  # with each of the others, and with the main worktree
    for each in unknown:
        assert each["name"] == "unknown"
        assert "unmerged" in each["level_reason"]
        assert (each["dirty"], each["raw"]) == (None, None)
        assert each["kinds"] == each["paths"] == each["order"] == each["notes"] == []
    assert "order" in shape


def test_the_order_in_which_two_land_is_named(world: World) -> None:
    world.commit("f", "".join(f"line {n}\n" for n in range(6)))
    one, two = world.worktree("one"), world.worktree("two")
    world.git("mv", "f", "g", cwd=two)
    world.commit("other", "x\n", cwd=two)
    kept = (one / "f").read_text()
    text = "".join(f"new {n}\n" for n in range(12)) + kept + "last\n" * 12
    world.commit("f", text, cwd=one)
    world.git("mv", "f", "g")
    world.git("commit", "-qm", "base renames f")
    shown = check(world)
    assert shown.status == 1
    assert "both land only if two lands before one" in shown.out
    pairs = check(world, "--json").json["pairs"]
    assert [each["order"] for each in pairs if each["order"]] == [["two", "one"]]


def test_work_that_base_has_already_is_said_once_and_fails_nothing(world: World) -> None:
    world.commit("f", LINES)
    one = world.worktree("one")
    for number in (5, 9):
        edit(world, "one", number)
        world.git("commit", "-qam", f"step {number}", cwd=one)
    world.git("merge", "-q", "--squash", "feature/one")
    world.git("commit", "-qm", "taken over")
    world.worktree("two")
    world.worktree("three")
    shown = check(world, "--fail-on", "same-file")
    assert shown.status == 0, shown.out
    assert shown.out.count("base has all of it already") == 1
    told = check(world, "--json").json
    notes = {(each["a"], each["b"]): each["notes"] for each in told["pairs"]}
    assert [key for key, each in notes.items() if each] == [key for key in notes if "one" in key]
    assert ["base has all of one already"] in notes.values()
