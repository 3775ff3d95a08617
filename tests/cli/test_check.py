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
    assert told.json["schema"] == 1
    pairs = {(each["a"], each["b"]): each for each in told.json["pairs"]}
    worst = pairs["one", "two"]
    assert (worst["level"], worst["kinds"], worst["reason"]) == (3, ["content"], "")
    (path,) = worst["paths"]
    assert (path["path"], path["level"], path["kind"]) == ("f", 3, "content")
    assert path["hunks"] == {k: [{"start": 5, "count": 1}] for k in ("a", "b")}
    assert {each["a"]: each["level"] for each in told.json["base"]}["one"] == 0


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
    assert "is gone" in pair["reason"]
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
