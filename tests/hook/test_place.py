"""The hook finds repository, shared folder and session without git, and finds the same as pdev."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui import hook
from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.errors import UsageError
from parallel_tui.model.session.naming import slugify
from tests.support.world import World


def _agrees(world: World, where: Path) -> None:
    core = open_core(Overrides(directory=str(where)), dict(world.env))
    place = hook.find(str(where))
    assert place is not None
    assert place.root == core.repository.coordination_root
    assert place.common == core.repository.common_dir
    standing = core.sessions.standing_in(str(where))
    assert standing is not None
    assert hook.session_name(place, {}) == standing.name


def test_a_plain_repository_and_its_worktrees(world: World) -> None:
    made = [world.worktree(name) for name in ("auth", "b-2", "B-2", "ünï", "x.lock-", "…", "-")]
    (world.root / "elsewhere").mkdir()
    shutil.copytree(world.repo / "src", world.root / "not-a-repository")
    for where in (world.repo, world.repo / "src", *made, made[0] / "src"):
        _agrees(world, where)
    assert hook.find(str(world.root / "not-a-repository")) is None


def test_a_worktree_that_pdev_named(world: World) -> None:
    tree = world.worktree("one")
    git_dir = Path(world.git("rev-parse", "--absolute-git-dir", cwd=tree).strip())
    (git_dir / "pdev-session").write_text("a name of its own\nmore\n")
    _agrees(world, tree)
    place = hook.find(str(tree))
    assert place is not None
    assert hook.session_name(place, {}) == "a name of its own"
    assert hook.session_name(place, {"PDEV_SESSION": " told "}) == "told"
    assert hook.session_name(place, {"PDEV_SESSION": "a\nb", "CLAUDE_SESSION": "c"}) == "c"


@pytest.mark.parametrize("flipped", [False, True])
def test_a_worktree_inside_the_main_one(world: World, flipped: bool) -> None:
    inside = world.repo / ".claude" / "worktrees" / "feat1"
    world.git("worktree", "add", "-q", "-b", "worktree-feat1", str(inside))
    if flipped:
        world.git("config", "core.bare", "true")
    _agrees(world, inside)
    place = hook.find(str(inside))
    main = hook.find(str(world.repo))
    assert place is not None
    assert main is not None
    assert hook.relative(str(inside / "src/app.py"), main) == "src/app.py"


@pytest.mark.parametrize("name", ["app.git", ".bare", "app/.git"])
def test_a_bare_repository(world: World, name: str) -> None:
    bare = world.root / "store" / name
    world.git("clone", "-q", "--bare", str(world.repo), str(bare))
    tree = world.root / "store" / "tree"
    world.git(f"--git-dir={bare}", "worktree", "add", "-q", "-b", "t", str(tree), cwd=world.root)
    _agrees(world, tree)
    _agrees(world, bare)
    if name == ".bare":
        (bare.parent / ".git").write_text("gitdir: ./.bare\n")
        _agrees(world, tree)


def test_a_git_directory_elsewhere_and_a_submodule(world: World) -> None:
    apart = world.root / "apart"
    world.git(
        "clone", "-q", f"--separate-git-dir={world.root / 'apart.git'}", str(world.repo), str(apart)
    )
    open_core(Overrides(directory=str(apart)), dict(world.env)).shared.locks.all()
    _agrees(world, apart)
    world.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(apart), "libs/sub")
    _agrees(world, world.repo / "libs" / "sub")
    place = hook.find(str(world.repo))
    assert place is not None
    assert hook.relative(str(world.repo / "libs/sub/src/app.py"), place) == "libs/sub/src/app.py"


@given(st.text(max_size=90))
def test_names_are_made_safe_by_the_same_rule(text: str) -> None:
    try:
        wanted = slugify(text).value
    except UsageError:
        wanted = ""
    assert hook.slug(text) == wanted


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip


@given(_JSON, st.sampled_from([None, ""]))
def test_json_is_read_and_written_as_everywhere(value: object, indent: str | None) -> None:
    import json

    assert hook.parse(json.dumps(value).encode()) == value
    assert json.loads(hook.dump(value, indent)) == value


@given(st.lists(st.sampled_from([".", "..", "a", "bc", "", "d e"]), max_size=8))
def test_paths_are_put_together_as_everywhere(parts: list[str]) -> None:
    import os.path

    path = "/" + "/".join(parts) if parts[:1] == ["a"] else "/".join(parts).lstrip("/")
    whole = path if path.startswith("/") else f"/x/y/{path}"
    assert hook.join("/x/y", path) == os.path.normpath(whole)
