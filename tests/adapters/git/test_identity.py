"""One repository is one, from wherever and with whatever git was told about its main worktree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.model.session.repository import Repository
from tests.adapters.git.support import Git, fingerprint
from tests.support.worktrees import quick_worktrees
from tests.support.world import World

Layout = Callable[[World], tuple[Path, Path]]
"""Makes a repository; returns its main worktree (or bare directory) and its git directory."""


def ordinary(world: World) -> tuple[Path, Path]:
    return world.repo, world.repo / ".git"


def linked_here(world: World) -> tuple[Path, Path]:
    real = (world.repo / ".git").rename(world.repo / ".git.nosync")
    (world.repo / ".git").symlink_to(".git.nosync")
    return world.repo, real


def linked_elsewhere(world: World) -> tuple[Path, Path]:
    store = world.root / "store"
    store.mkdir()
    real = (world.repo / ".git").rename(store / "myapp.git")
    (world.repo / ".git").symlink_to(real)
    return world.repo, real


def separate(world: World) -> tuple[Path, Path]:
    where = world.root / "store" / "myapp.git"
    where.parent.mkdir()
    world.git("init", "-q", f"--separate-git-dir={where}")
    return world.repo, where


def separate_inside(world: World) -> tuple[Path, Path]:
    where = world.repo / ".data"
    world.git("init", "-q", f"--separate-git-dir={where}")
    return world.repo, where


def submodule(world: World) -> tuple[Path, Path]:
    world.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(world.repo), "sub")
    return world.repo / "sub", world.repo / ".git" / "modules" / "sub"


def bare(world: World) -> tuple[Path, Path]:
    made = world.root / "store.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(made))
    return made, made


def bare_in_dot_git(world: World) -> tuple[Path, Path]:
    made = world.root / "project" / ".git"
    world.git("clone", "-q", "--bare", str(world.repo), str(made))
    return made, made


def bare_behind_a_pointer(world: World) -> tuple[Path, Path]:
    made = world.root / "project" / ".bare"
    world.git("clone", "-q", "--bare", str(world.repo), str(made))
    (made.parent / ".git").write_text("gitdir: ./.bare\n")
    return made.parent, made


CHECKOUTS = [ordinary, linked_here, linked_elsewhere, separate, separate_inside, submodule]
LAYOUTS: list[Layout] = [*CHECKOUTS, bare, bare_in_dot_git, bare_behind_a_pointer]
ABOVE = {ordinary, linked_here, separate_inside, submodule}
"""Layouts whose sessions share `<main>/.claude`; the others' share `<git directory>/pdev`."""


def views(world: World, layout: Layout) -> tuple[Path, Path, list[Path]]:
    """A repository with a linked worktree: its main, its git directory, places to look from."""
    main, common = layout(world)
    linked = world.root / "myapp-w1"
    world.git("worktree", "add", "-q", "-b", "w1", str(linked), cwd=common)
    (linked / "deep").mkdir()
    places = [main, linked, linked / "deep", common, common / "worktrees" / "myapp-w1"]
    return main, common, places


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_view_finds_the_same(world: World, layout: Layout) -> None:
    main, common, places = views(world, layout)
    first = discover(str(main))
    assert first.common_dir == str(common)
    assert first.coordination_root == (f"{main}/.claude" if layout in ABOVE else f"{common}/pdev")
    assert first.bare == (layout not in CHECKOUTS)
    for place in places:
        assert discover(str(place)) == first, place
        assert quick_worktrees(str(place)) == quick_worktrees(str(main)), place
    if layout in CHECKOUTS:
        (main / "new").write_text("x")
        git = Git(places[1])
        assert git.main.path == str(main)
        assert "new" in [entry.path for entry in git.read.status(git.main)]


def _share(repository: Repository) -> None:
    """Take a lock, so that there is something to be found again."""
    store = FileStore(repository.coordination_root, common_dir=repository.common_dir)
    with store.change("main") as tx:
        tx.journal.add("lock", {})


@pytest.mark.parametrize("used", [True, False])
@pytest.mark.parametrize("layout", [each for each in LAYOUTS if each is not submodule])
def test_a_flipped_core_bare_moves_nothing(world: World, layout: Layout, used: bool) -> None:
    main, common, places = views(world, layout)
    before = discover(str(main))
    listed = quick_worktrees(str(main))
    if used:
        _share(before)
    elif layout in (bare_in_dot_git, bare_behind_a_pointer, separate_inside):
        pytest.skip("nothing on the disk tells then, and nothing was shared that could be lost")
    flipped = str(layout in CHECKOUTS).lower()
    world.git(f"--git-dir={common}", "config", "core.bare", flipped, cwd=world.root)
    for place in places:
        found = discover(str(place))
        assert found.coordination_root == before.coordination_root, place
        assert (found.name, found.bare) == (before.name, before.bare), place
        assert quick_worktrees(str(place)) == listed, place
    git = Git(places[1])
    assert git.read.worktrees() == listed, "what the live view reads is the same"
    if layout in CHECKOUTS:
        (main / "new").write_text("x")
        assert "new" in [entry.path for entry in git.read.status(git.main)]
        what, remedy = git.read.trouble(git.main) or ("", "")
        assert "core.bare is true" in what
        world.git(*remedy.split()[1:], cwd=world.root)
        assert git.read.trouble(git.main) is None


@pytest.mark.parametrize("layout", CHECKOUTS)
def test_a_core_worktree_that_leads_elsewhere_moves_nothing(world: World, layout: Layout) -> None:
    if layout is submodule:
        pytest.skip("there it is what names the main worktree")
    main, common, places = views(world, layout)
    before = discover(str(main))
    elsewhere = world.root / "elsewhere"
    elsewhere.mkdir()
    world.git(f"--git-dir={common}", "config", "core.worktree", str(elsewhere), cwd=world.root)
    for place in places:
        assert discover(str(place)) == before, place
    git = Git(places[1])
    what, remedy = git.read.trouble(git.main) or ("", "")
    assert str(elsewhere) in what
    world.git(*remedy.split()[1:], cwd=world.root)
    assert git.read.trouble(git.main) is None


@pytest.mark.parametrize("layout", [linked_elsewhere, separate])
def test_a_main_worktree_that_nothing_leads_to_is_said_to_be_unknown_until_it_is_seen(
    world: World, layout: Layout
) -> None:
    main, common, places = views(world, layout)
    linked = str(places[1])
    before = discover(linked)
    assert (before.main_unknown, before.bare, before.main_path) == (True, True, str(common))
    first = Git(linked).main
    assert first.bare, "nothing in the git directory is taken for work"
    assert first.branch == "main", "and its branch is still checked out somewhere"
    what, _ = Git(linked).read.trouble(first) or ("", "")
    assert "where the main worktree is" in what
    after = discover(str(main))
    assert after.main_path == str(main)
    assert discover(linked) == after
    assert (after.coordination_root, after.name) == (before.coordination_root, before.name)
    moved = main.rename(world.root / "moved")
    assert discover(linked).main_unknown, "what is remembered is proved"
    assert discover(str(moved)).main_path == str(moved)


def test_asking_writes_nothing_into_an_ordinary_repository(world: World) -> None:
    linked = world.worktree("w1")
    before = fingerprint(world.root)
    discover(str(world.repo))
    discover(str(linked))
    assert fingerprint(world.root) == before


def test_where_git_does_not_work_is_told_with_what_mends_it(world: World) -> None:
    world.worktree("ok")
    dangling, foreign, bared = (world.worktree(name) for name in ("dangling", "foreign", "bared"))
    git = Git.of(world)
    trees = {tree.path: tree for tree in git.read.worktrees()}
    assert all(git.read.trouble(tree) is None for tree in trees.values())
    (dangling / ".git").write_text(f"gitdir: {world.root}/gone\n")
    (foreign / ".git").write_text(f"gitdir: {world.repo}/.git/worktrees/myapp-ok\n")
    world.git("config", "extensions.worktreeConfig", "true")
    world.git("config", "--worktree", "core.bare", "true", cwd=bared)
    told = {path: git.read.trouble(tree) for path, tree in trees.items()}
    assert {Path(path).name for path, found in told.items() if found} == {
        "myapp-dangling", "myapp-foreign", "myapp-bared",
    }  # fmt: skip
    for place in (dangling, foreign, bared):
        what, remedy = told[str(place)] or ("", "")
        assert what
        world.git(*remedy.split()[1:], cwd=world.root)
        assert git.read.trouble(trees[str(place)]) is None, what
    world.git("config", "core.repositoryFormatVersion", "1")
    world.git("config", "extensions.fromTheFuture", "true")
    what, remedy = git.read.trouble(trees[str(dangling)]) or ("", "")
    assert "unknown repository extension" in what
    assert remedy
