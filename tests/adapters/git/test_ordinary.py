"""What is said of a repository without asking git is what git says of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.adapters.git.repo import discover, ordinary
from parallel_tui.errors import ParallelError
from tests.support.world import World

Change = Callable[[World, Path], object]
"""Does something to a repository and its linked worktree."""


def _nothing(world: World, linked: Path) -> None:
    pass


def _packed(world: World, linked: Path) -> None:
    world.git("branch", "another")
    world.git("pack-refs", "--all")


def _packed_and_moved(world: World, linked: Path) -> None:
    world.git("pack-refs", "--all")
    world.git("commit", "-q", "--allow-empty", "-m", "later", cwd=linked)


def _no_commit(world: World, linked: Path) -> None:
    world.git("checkout", "-q", "--orphan", "new/born", cwd=linked)


def _nested_names(world: World, linked: Path) -> None:
    world.git("checkout", "-q", "-b", "feat/ünï/→", cwd=linked)


def _many(world: World, linked: Path) -> None:
    for name in ("zeta", "Alpha", "beta b", "new\nline", 'it\'s "q"', "ünï→"):
        world.git("worktree", "add", "-q", "--detach", str(linked.parent / name))


def _comments(world: World, linked: Path) -> None:
    config = world.repo / ".git" / "config"
    config.write_text(config.read_text() + "# a = b\n; c\n\n[user]\n\tname = A B # x\n\temail =\n")


def _said_bare(world: World, linked: Path) -> None:
    world.git("config", "core.bare", "true")


ANSWERED: list[Change] = [
    _nothing,
    _packed,
    _packed_and_moved,
    _no_commit,
    _nested_names,
    _many,
    _comments,
    _said_bare,
    lambda world, linked: world.git("checkout", "-q", "--detach"),
    lambda world, linked: world.git("worktree", "lock", str(linked)),
    lambda world, linked: world.git("worktree", "lock", "--reason", " a\nb ", str(linked)),
    lambda world, linked: world.git("worktree", "remove", str(linked)),
    lambda world, linked: world.git("remote", "add", "origin", "https://a.b/c?d=e"),
    lambda world, linked: world.git("branch", "-q", "--track", "other", "main"),
    lambda world, linked: (world.repo / ".git/worktrees/stray").write_text(""),
]
"""All but the last leave the repository ordinary."""


def _config(text: str) -> Change:
    def change(world: World, linked: Path) -> None:
        with (world.repo / ".git" / "config").open("a") as file:
            file.write(text)

    return change


def _head(text: str) -> Change:
    return lambda world, linked: (world.repo / ".git" / "HEAD").write_text(text)


def _linked_config(world: World, linked: Path) -> None:
    world.git("config", "extensions.worktreeConfig", "true")
    world.git("config", "--worktree", "core.worktree", str(world.root), cwd=linked)


def _head_is_a_link(world: World, linked: Path) -> None:
    (world.repo / ".git" / "HEAD").unlink()
    (world.repo / ".git" / "HEAD").symlink_to("refs/heads/main")


def _gone(world: World, linked: Path) -> None:
    linked.rename(linked.with_name("moved"))


def _symbolic_branch(world: World, linked: Path) -> None:
    world.git("symbolic-ref", "refs/heads/alias", "refs/heads/main")
    world.git("symbolic-ref", "HEAD", "refs/heads/alias")


def _inner_repository(world: World, linked: Path) -> None:
    world.git("init", "-q", "--bare", str(world.repo / "src"))


def _stripped(name: str) -> Change:
    return lambda world, linked: (world.repo / ".git" / name).rename(world.root / "away")


ODD: list[Change] = [
    _linked_config,
    _head_is_a_link,
    _gone,
    _symbolic_branch,
    _inner_repository,
    *map(_stripped, ("HEAD", "objects", "refs", "config")),
    *map(
        _config,
        (
            "[core]\n\tworktree = /tmp\n",
            "[core]\n\trepositoryformatversion = 9\n",
            "[core]\n\tbare = perhaps\n",
            '[include]\n\tpath = "odd"\n',
            "[extensions]\n\tnoone = knows\n",
            "[core] bare = true\n",
            "no setting at all: {\n",
            "[core\n",
            "[user]\n\tname\n",
            '[a "b]\n',
            "[user]\n\tname = a\\\n\tb\n",
            "\0",
        ),
    ),
    *map(_head, ("", "ref: refs/heads/a..b\n", "ref: refs/other/main\n", "abc\n", "ref: x")),
    lambda world, linked: (linked / ".git").write_text(
        "gitdir: ../myapp/.git/worktrees/myapp-app\n"
    ),
    lambda world, linked: (linked / ".git").write_text("nonsense\n"),
    lambda world, linked: (world.repo / ".git/worktrees/myapp-app/HEAD").write_text("gone\n"),
]


def _git_says(start: Path) -> object:
    try:
        return discover.find(os.fspath(start))
    except ParallelError as error:
        return type(error)


def _compare(start: Path) -> bool:
    """Whether it was answered without git; as git does, then."""
    found = ordinary.find(os.fspath(start))
    if found is None:
        return False
    says = _git_says(start)
    assert isinstance(says, tuple)
    repository, listed = says
    assert found == repository
    alone = ordinary.listing(found.common_dir)
    assert alone is None or alone == listed
    return alone is not None


@pytest.mark.parametrize("change", ANSWERED)
def test_an_ordinary_repository_is_answered_as_git_does(world: World, change: Change) -> None:
    linked = world.worktree("app")
    change(world, linked)
    for start in (world.repo, world.repo / "src", linked):
        assert not start.is_dir() or _compare(start) == (change is not ANSWERED[-1])


@pytest.mark.parametrize("change", ODD)
def test_an_odd_repository_is_left_to_git(world: World, change: Change) -> None:
    linked = world.worktree("app")
    change(world, linked)
    starts = (world.repo, world.repo / "src", linked, world.repo / ".git", world.root)
    answered = [_compare(start) for start in starts if start.is_dir()]
    assert not all(answered[:3])


@pytest.mark.parametrize("name", ["GIT_CEILING_DIRECTORIES", "GIT_CONFIG_COUNT", "GIT_TEST_ANY"])
def test_a_variable_that_git_goes_by_is_left_to_git(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert _compare(world.repo)
    monkeypatch.setenv(name, "0")
    assert ordinary.find(str(world.repo)) is None


def test_the_owner_of_a_repository_is_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = world.worktree("app")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)  # as for somebody else's
    assert [ordinary.find(str(where)) for where in (world.repo, linked)] == [None, None]
