"""Where a repository is found from, and what is said when there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import parallel_tui
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.repo.locate import locate, locate_all
from parallel_tui.adapters.git.run import plain
from parallel_tui.errors import GitError, UsageError
from tests.adapters.git.support import NASTY, Git
from tests.support.worktrees import quick_worktrees
from tests.support.world import World


def test_every_place_inside_finds_the_same_repository(world: World) -> None:
    linked = world.worktree("auth")
    (linked / "deep" / "er").mkdir(parents=True)
    expected = discover(str(world.repo))
    assert expected.name == "myapp"
    assert expected.main_path == str(world.repo)
    assert expected.common_dir == str(world.repo / ".git")
    assert expected.coordination_root == str(world.repo / ".claude")
    assert not expected.bare
    for start in (
        world.repo / "src",
        world.repo / ".git",
        world.repo / ".git" / "refs",
        world.repo / ".git" / "worktrees" / "myapp-auth",
        linked,
        linked / "deep" / "er",
    ):
        assert discover(str(start)) == expected, start


def test_a_symbolic_link_leads_to_the_same_repository(world: World) -> None:
    link = world.root / "link"
    link.symlink_to(world.repo)
    assert discover(str(link)) == discover(str(world.repo))


@pytest.mark.parametrize(("folder", "name"), [("app.git", "app"), ("app/.bare", "app")])
def test_a_bare_repository_and_its_worktrees(world: World, folder: str, name: str) -> None:
    bare = world.root / folder
    world.git("clone", "-q", "--bare", str(world.repo), str(bare))
    linked = world.root / "linked"
    world.git("worktree", "add", "-q", "-b", "topic", str(linked), cwd=bare)
    from_bare, from_linked = discover(str(bare)), discover(str(linked))
    assert from_bare == from_linked
    assert from_bare.bare
    assert from_bare.name == name
    assert from_bare.coordination_root == f"{bare}/pdev"
    main, other = quick_worktrees(str(linked))
    assert (main.bare, main.is_main, main.path) == (True, True, str(bare))
    assert (other.branch, other.git_dir) == ("topic", f"{bare}/worktrees/linked")
    assert Git(linked).read.base(None).name == "main"


def test_a_git_directory_that_stands_elsewhere(world: World) -> None:
    where, tree = world.root / "store", world.root / "tree"
    world.git("init", "-q", "-b", "main", f"--separate-git-dir={where}", str(tree), cwd=world.root)
    world.git("commit", "-q", "--allow-empty", "-m", "first", cwd=tree)
    found = discover(str(tree))
    assert (found.main_path, found.common_dir) == (str(tree), str(where))
    (tree / "new.txt").write_text("x")
    git = Git(tree)
    assert git.main.path == str(tree)
    assert [entry.path for entry in git.read.status(git.main)] == ["new.txt"]


def test_a_submodule_is_a_repository_of_its_own(world: World) -> None:
    allow = ["-c", "protocol.file.allow=always"]
    world.git(*allow, "submodule", "add", "-q", str(world.repo), "sub")
    sub, linked = world.repo / "sub", world.root / "sub-linked"
    world.git("worktree", "add", "-q", "-b", "topic", str(linked), cwd=sub)
    assert discover(str(linked)) == discover(str(sub))
    assert discover(str(sub)).main_path == str(sub)
    (sub / "new").write_text("x")
    git = Git(linked)
    assert [entry.path for entry in git.read.status(git.main)] == ["new"]


@pytest.mark.parametrize("name", NASTY)
def test_names_that_people_and_machines_trip_over(empty_world: World, name: str) -> None:
    repo = empty_world.root / name
    empty_world.git("init", "-q", "-b", "main", "--", str(repo), cwd=empty_world.root)
    empty_world.git("commit", "-q", "--allow-empty", "-m", "first", cwd=repo)
    linked = empty_world.root / f"{name} linked"
    empty_world.git("worktree", "add", "-q", "-b", "b", "--", str(linked), cwd=repo)
    found = discover(str(linked))
    assert (found.name, found.main_path) == (name, str(repo))
    assert [tree.path for tree in quick_worktrees(str(linked))] == [str(repo), str(linked)]
    (linked / "new").write_text("x")
    git = Git(linked)
    assert [entry.path for entry in git.read.status(git.tree(linked))] == ["new"]


def test_outside_any_repository(empty_world: World) -> None:
    with pytest.raises(UsageError, match="is not inside a git repository") as caught:
        discover(str(empty_world.root))
    assert "git init" in caught.value.hint
    with pytest.raises(UsageError, match="is not a directory"):
        discover(str(empty_world.root / "nowhere"))


def test_variables_of_a_hook_do_not_mislead(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    other = world.root / "other"
    world.git("init", "-q", str(other), cwd=world.root)
    world.write("new.txt", "x")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    monkeypatch.setenv("GIT_ICASE_PATHSPECS", "1")
    git = Git.of(world)
    assert git.runner.repository.main_path == str(world.repo)
    assert [entry.path for entry in git.read.status(git.main)] == ["new.txt"]
    made = git.write.add_worktree(str(world.root / "w"), "w", start=git.main.head)
    assert made.git_dir == str(world.repo / ".git" / "worktrees" / "w")


def _fake_git(folder: Path, script: str) -> None:
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)


def test_git_is_missing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(world.root / "nothing"))
    with pytest.raises(GitError, match="was not found") as caught:
        discover(str(world.repo))
    assert "2.36" in caught.value.hint


@pytest.mark.parametrize("version", ["2.25.1", "2.35.9"])
def test_git_is_too_old(world: World, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    # What such versions do: 2.25 echoes --path-format and prints relative paths, 2.35 lacks -z.
    _fake_git(
        world.root / "bin",
        f"""case "$*" in
        *rev-parse*) {
            "echo --path-format=absolute; echo .git; exit 0"
            if version.startswith("2.25")
            else f'PATH="{os.environ["PATH"]}" exec git "$@"'
        };;
        *version*) echo "git version {version}";;
        *) echo "error: unknown switch" >&2; exit 129;;
        esac""",
    )
    monkeypatch.setenv("PATH", f"{world.root / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(GitError, match=version.replace(".", r"\.")):
        discover(str(world.repo))


def test_a_repository_of_somebody_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match="dubious ownership") as caught:
        discover(str(world.repo))
    assert "safe.directory" in caught.value.hint


def test_bare_repositories_only_where_they_are_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = world.root / "b.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare))
    world.git("worktree", "add", "-q", "-b", "topic", str(world.root / "t"), cwd=bare)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.bareRepository")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "explicit")
    for start in (world.repo, world.root / "t"):
        git = Git(start)
        assert git.read.worktrees() == quick_worktrees(str(start))
    with pytest.raises(GitError, match=r"safe\.bareRepository") as caught:
        discover(str(bare))
    assert "worktree" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("git version 2.39.5\n", (2, 39, 5)),
        ("git version 2.39.3 (Apple Git-146)\n", (2, 39, 3)),
        ("git version 2.45.0.rc1.windows.1\n", (2, 45, 0)),
        ("who knows", ()),
    ],
)
def test_versions(text: str, numbers: tuple[int, ...]) -> None:
    assert plain.parse_version(text) == numbers


def test_the_quick_list_imports_no_library(world: World) -> None:
    code = (
        "import sys\n"
        "from parallel_tui.adapters.git.repo.discover import find\n"
        "from parallel_tui.adapters.git.repo.worktree_list import resolve\n"
        "print(len(resolve(*find('.'))), {'git', 'pathlib', 'textual'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=world.repo,
        env={**world.env, "PYTHONPATH": str(Path(parallel_tui.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "1 set()\n"


def test_many_places_are_found_at_a_time_as_each_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever their names are; of what is none nothing is said."""
    world.worktree("auth")
    places = [str(world.repo), f"{world.repo}/.git/worktrees", str(world.root / "nothing")]
    for number, name in enumerate(NASTY[:5]):
        made = world.root / f"{number}{name.replace('/', '_')}"
        world.git("init", "-q", *(["--bare"] if number % 2 else []), str(made), cwd=world.root)
        places.append(str(made))
    found = locate_all([*places, str(world.root)])
    assert found[2] is found[-1] is None
    for place, each in zip(places, found, strict=False):
        assert each is None or each == locate(place)
    assert sum(each is not None for each in found) == len(places) - 1
    (world.root / "link").symlink_to(world.repo)
    with monkeypatch.context() as patched:
        patched.setattr(plain, "ask_all", lambda questions: [None] * len(questions))
        no_process = locate_all([str(world.repo), str(world.root / "link"), places[1]])
    assert no_process == [locate(str(world.repo))] * 2 + [None]
