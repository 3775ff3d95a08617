"""Work trees outside git's list: what they keep, what they put back, and how they are made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from parallel_tui.adapters.git.workspaces.pool import WorkspacePool
from parallel_tui.adapters.git.workspaces.workspace import BorrowedTree
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.session.repository import Repository
from tests.support.world import World


def owner(world: World) -> Repository:
    main = str(world.repo)
    return Repository(
        "myapp", f"{main}/.git", main, bare=False, coordination_root=f"{main}/.claude"
    )


def tree(world: World, place: str = "place") -> BorrowedTree:
    return BorrowedTree(world.root / place, owner(world), 40)


def head(world: World) -> str:
    return world.git("rev-parse", "HEAD").strip()


def test_what_is_ignored_stays_and_all_else_is_put_back(world: World) -> None:
    commit = world.commit(".gitignore", "deps/\n*.log\n")
    (world.repo / ".git/info/exclude").write_text("mine\n")
    space = tree(world)
    space.check_out(commit)
    place = Path(space.path)
    for path in ("deps/x", "a.log", "mine", "left/new", "src/app.py"):
        world.write(path, "other\n", cwd=place)
    (place / "README.md").unlink()
    world.git("init", "-q", str(place / "nested"))
    assert space.changed()
    space.check_out(commit)
    assert not space.changed()
    assert [(place / each).exists() for each in ("deps/x", "a.log", "mine")] == [True] * 3
    assert [(place / each).exists() for each in ("left", "nested")] == [False] * 2
    assert (place / "src/app.py").read_text() == "x = 1\n"


def test_a_folder_that_a_commit_does_not_have_goes_with_what_is_ignored_in_it(
    world: World,
) -> None:
    world.commit(".gitignore", "__pycache__/\n")
    before = world.commit("pkg/old/mod.py", "")
    space = tree(world)
    space.check_out(before)
    place = Path(space.path)
    world.write("pkg/old/__pycache__/mod.pyc", "", cwd=place)
    world.write("deps/__pycache__/x", "", cwd=place)
    world.git("mv", "pkg/old", "pkg/new")
    world.git("commit", "-qm", "moved")
    space.check_out(head(world))
    assert sorted(each.name for each in (place / "pkg").iterdir()) == ["new"]
    assert (place / "deps/__pycache__/x").exists()


def test_contents_of_the_same_size_are_never_of_the_same_second(world: World) -> None:
    one, two = world.commit("f", "1\n"), world.commit("f", "2\n")
    space = tree(world)
    space.check_out(one)
    first = (Path(space.path) / "f").stat().st_mtime
    space.check_out(two)
    assert int((Path(space.path) / "f").stat().st_mtime) > int(first)


def test_what_a_crash_left_torn_is_made_again(world: World) -> None:
    space = tree(world)
    space.check_out(head(world))
    git = Path(space.path, ".git")
    for name, text in (("index", b"torn"), ("index.lock", b""), ("HEAD", b"torn")):
        (git / name).write_bytes(text)
        space.check_out(head(world))
        assert not space.changed()
    (git / "config").write_text("[bro")
    tree(world).check_out(head(world))


def test_the_owners_filters_and_objects_serve_and_its_hooks_do_not(world: World) -> None:
    world.git("config", "filter.up.smudge", "tr a-z A-Z")
    world.git("config", "core.hooksPath", "hooks")
    world.git("config", "core.worktree", str(world.root / "elsewhere"))
    world.git("config", "core.bare", "true")
    world.write("hooks/post-checkout", "#!/bin/sh\ntouch ran\n").chmod(0o755)
    world.git("config", "--unset", "core.worktree")
    world.git("config", "core.bare", "false")
    world.write(".gitattributes", "f filter=up\n")
    commit = world.commit("f", "abc\n")
    world.git("add", "-A")
    world.git("commit", "-qm", "more")
    world.git("config", "core.bare", "true")
    space = tree(world, 'odd "$(x) #{y}\n;')
    commit = world.git("rev-parse", "refs/heads/main").strip()
    space.check_out(commit)
    assert (Path(space.path) / "f").read_text() == "ABC\n"
    assert not (Path(space.path) / "ran").exists()
    packs = [*Path(space.path, ".git/objects").glob("[0-9a-f][0-9a-f]")]
    assert packs == []


def test_sha256(tmp_path: Path, isolated: dict[str, str]) -> None:
    world = World(tmp_path / "w", isolated).init("--object-format=sha256")
    space = BorrowedTree(world.root / "place", owner(world), 64)
    space.check_out(head(world))
    assert (Path(space.path) / "README.md").exists()


def test_one_at_a_time_with_room_for_it(world: World) -> None:
    def pool(*, most: int = 1 << 30) -> WorkspacePool:
        return WorkspacePool(world.root / "pools", owner(world), workers=1, most=most)

    waited: list[bool] = []
    with pool().take(40, lambda: False, lambda: None) as space:
        space.check_out(head(world))
        (Path(space.path) / "locked").mkdir(mode=0o500)
        with (
            pytest.raises(RefusedError),
            pool().take(40, lambda: True, lambda: waited.append(True)),
        ):
            pass
    assert waited == [True]
    with (
        pytest.raises(CouldNotLookError, match="no room"),
        pool(most=1).take(40, lambda: False, lambda: None),
    ):
        pass
    # What nobody uses is deleted before that is said.
    assert not Path(space.path).exists()
    # Pools of repositories that are gone go with the next use of any.
    other = world.root / "pools/other"
    other.mkdir()
    (other / "repository").write_bytes(os.fsencode(world.root / "gone/.git"))
    with pool().take(40, lambda: False, lambda: None):
        assert not other.exists()
