"""Which paths were written, by real git."""

from __future__ import annotations

import os

import pytest

from parallel_tui.adapters.git.read.changed_paths import ChangedPaths
from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.model.policy.change import WrittenPath
from parallel_tui.model.session.worktree import Worktree
from tests.support.world import World

ODD = ("a b", "new\nline", "tab\t", "-dash", "quote'\"", "Ünï", "$(x)", "#{y}", "[/z]")


def asked(world: World) -> tuple[ChangedPaths, GitCommands]:
    """Who is asked."""
    runner = Runner(discover(str(world.repo)))
    return ChangedPaths(runner), GitCommands(runner)


def tree(world: World, path: str) -> Worktree:
    """A worktree by the end of its path."""
    return next(each for each in asked(world)[1].worktrees() if each.path.endswith(path))


def paths(found: tuple[WrittenPath, ...]) -> list[str]:
    return sorted(change.path for change in found)


def committed(world: World, *revisions: str) -> list[list[str]]:
    """What the commits of some revisions change, against main."""
    changes, git = asked(world)
    here = [f"feature/{each}" if each in ("one", "two") else each for each in revisions]
    heads = [git.resolve(each) for each in here]
    found = changes.committed(git.resolve("main"), heads)
    return [paths(found[head]) for head in heads]


def test_odd_names_are_paths_like_any_other(world: World) -> None:
    one = world.worktree("one")
    for name in ODD:
        world.write(f"d/{name}", "1\n", cwd=one)
    (one / os.fsdecode(b"d/\xff")).write_bytes(b"1\n")
    world.git("add", "-A", cwd=one)
    wanted = sorted([f"d/{name}" for name in ODD] + [os.fsdecode(b"d/\xff")])
    assert paths(asked(world)[0].staged(tree(world, "-one"))) == wanted
    world.git("commit", "-qm", "odd", cwd=one)
    assert committed(world, "one") == [wanted]


def test_each_head_is_compared_with_where_it_left_base(world: World) -> None:
    one, two = world.worktree("one"), world.worktree("two")
    world.commit("one", "1\n", cwd=one)
    world.commit("two", "1\n", cwd=two)
    world.commit("main", "1\n")
    assert committed(world, "one", "two", "main", "main~1") == [["one"], ["two"], [], []]
    world.git("merge", "-q", "-m", "up", "main", cwd=one)
    assert committed(world, "one") == [["one"]]
    world.git("branch", "same", "feature/one")
    assert committed(world, "one", "same") == [["one"], ["one"]]
    # One tree twice among the pairs, and a change that was taken back.
    world.git("revert", "--no-edit", "HEAD", cwd=two)
    assert committed(world, "two", "one") == [[], ["one"]]


def test_a_history_of_its_own_changes_everything_in_it(world: World) -> None:
    world.git("checkout", "-q", "--orphan", "other")
    world.git("rm", "-rqf", ".")
    world.commit("alone", "1\n")
    world.git("checkout", "-q", "main")
    assert committed(world, "other") == [["alone"]]


def test_renames_are_both_paths_and_submodules_are_folders(world: World) -> None:
    world.commit("before", "long enough to be found again\n" * 9)
    one = world.worktree("one")
    world.git("mv", "before", "after", cwd=one)
    world.git("init", "-q", str(world.root / "lib"))
    world.git("commit", "-q", "--allow-empty", "-m", "x", cwd=world.root / "lib")
    allow = ["-c", "protocol.file.allow=always"]
    world.git(*allow, "submodule", "add", "-q", str(world.root / "lib"), "lib", cwd=one)
    found = asked(world)[0].staged(tree(world, "-one"))
    assert {each.path: each.folder for each in found} == {
        ".gitmodules": False, "after": False, "before": False, "lib": True,
    }  # fmt: skip


def test_before_the_first_commit_everything_staged_is_new(empty_world: World) -> None:
    empty_world.git("init", "-q", "-b", "main", str(empty_world.repo), cwd=empty_world.root)
    empty_world.write("a", "1\n")
    empty_world.git("add", "a")
    assert paths(asked(empty_world)[0].staged(tree(empty_world, "myapp"))) == ["a"]


def test_in_a_merge_only_what_neither_side_has_was_written_here(world: World) -> None:
    world.commit("both", "1\n")
    one = world.worktree("one")
    world.commit("both", "one\n", cwd=one)
    world.commit("both", "main\n")
    world.commit("theirs", "1\n")
    world.git("merge", "-q", "main", cwd=one, check=False)
    world.write("both", "mended\n", cwd=one)
    world.write("mine", "1\n", cwd=one)
    world.git("add", "-A", cwd=one)
    assert paths(asked(world)[0].staged(tree(world, "-one"))) == ["both", "mine"]


@pytest.mark.parametrize(("value", "wanted"), [("true", True), ("false", False), (None, False)])
def test_how_names_are_compared_is_what_git_says(
    world: World, value: str | None, wanted: bool
) -> None:
    world.git("config", "--unset", "core.ignorecase", check=False)
    if value is not None:
        world.git("config", "core.ignorecase", value)
    assert asked(world)[0].ignores_case() is wanted


def test_repositories_with_longer_ids(empty_world: World) -> None:
    empty_world.init("--object-format=sha256")
    one = empty_world.worktree("one")
    empty_world.commit("f", "1\n", cwd=one)
    assert committed(empty_world, "one") == [["f"]]
    assert paths(asked(empty_world)[0].staged(tree(empty_world, "-one"))) == []
