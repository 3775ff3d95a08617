"""Edits that the index hides from every status are work like any other."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot import marked_files
from parallel_tui.model.overlap.verdict import Level
from tests.adapters.git.overlap.test_moving import Sight
from tests.adapters.git.overlap.test_work import look
from tests.support.world import World

MARKS = ("--skip-worktree", "--assume-unchanged")


@pytest.fixture
def quarantines() -> Iterator[list[Quarantine]]:
    made: list[Quarantine] = []
    yield made
    for each in made:
        each.close()


def _tree(world: World, tree: Path) -> str:
    """The tree with everything that is there, marks taken off."""
    listed = world.git("ls-files", "-z", cwd=tree).split("\0")
    for mark in MARKS:
        world.git(
            "update-index", mark.replace("--", "--no-"), "--", *filter(None, listed), cwd=tree
        )
    world.git("add", "-A", cwd=tree)
    return world.git("write-tree", cwd=tree).strip()


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside others"])
def test_a_marked_file_that_is_edited_is_work(
    world: World, quarantines: list[Quarantine], mark: str, version: str, beside: bool
) -> None:
    tree = world.worktree("one")
    world.git("update-index", f"--index-version={version}", cwd=tree)
    world.git("update-index", mark, "src/app.py", cwd=tree)
    world.write("src/app.py", "hidden\n", cwd=tree)
    if beside:
        world.write("README.md", "seen\n", cwd=tree)
        world.write("new", "x\n", cwd=tree)
    index = world.repo / ".git/worktrees/myapp-one/index"
    before = index.read_bytes()
    found = look(world, quarantines)
    assert index.read_bytes() == before
    assert found.dirty
    assert found.tree == _tree(world, tree)


@pytest.mark.parametrize("setting", [("core.fileMode", "false"), ("core.autocrlf", "input")])
@pytest.mark.parametrize("mark", MARKS)
def test_odd_settings_hide_nothing(
    world: World, quarantines: list[Quarantine], mark: str, setting: tuple[str, str]
) -> None:
    world.git("config", *setting)
    tree = world.worktree("one")
    world.git("update-index", mark, "src/app.py", cwd=tree)
    (tree / "src/app.py").write_bytes(b"hidden\r\n")
    found = look(world, quarantines)
    assert found.tree == _tree(world, tree)


@pytest.mark.parametrize("mark", MARKS)
def test_a_marked_file_as_it_was_is_no_work(
    world: World, quarantines: list[Quarantine], mark: str
) -> None:
    tree = world.worktree("one")
    world.git("update-index", mark, "src/app.py", "README.md", cwd=tree)
    (tree / "README.md").unlink()  # as sparse checkouts do, and who wants it out of the way
    assert not look(world, quarantines).dirty


def test_every_file_may_be_marked(
    world: World, quarantines: list[Quarantine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked_files, "MOST", 5)
    world.git("config", "core.ignoreStat", "true")
    tree = world.worktree("one")
    for number in range(9):
        world.commit(f"many/{number}", f"{number}\n", cwd=tree)
    world.git("update-index", "--assume-unchanged", *(f"many/{n}" for n in range(9)), cwd=tree)
    assert not look(world, quarantines).dirty
    world.write("many/3", "edited\n", cwd=tree)
    assert look(world, quarantines).tree == _tree(world, tree)


@pytest.mark.parametrize("mark", MARKS)
def test_an_edit_that_comes_later_is_seen(world: World, mark: str) -> None:
    world.commit("f", "1\n")
    one, two = world.worktree("one"), world.worktree("two")
    world.git("update-index", mark, "f", cwd=one)
    world.commit("f", "two\n", cwd=two)
    sight = Sight(world)
    try:
        assert sight.level() is Level.CLEAR
        world.write("f", "one\n", cwd=one)
        assert sight.level() is Level.CONFLICT
        world.write("f", "1\n", cwd=one)
        assert sight.level() is Level.CLEAR
    finally:
        sight.board.close()


def test_the_marks_of_a_split_index_are_found(world: World, quarantines: list[Quarantine]) -> None:
    tree = world.worktree("one")
    world.git("update-index", "--skip-worktree", "src/app.py", cwd=tree)
    world.git("update-index", "--split-index", cwd=tree)
    world.write("src/app.py", "hidden\n", cwd=tree)
    assert look(world, quarantines).tree == _tree(world, tree)


@given(
    version=st.sampled_from("234"),
    names=st.sets(
        st.text("ab", min_size=1, max_size=20)
        | st.builds(
            lambda n, end: f"{'x' * n}/{end}", st.integers(200, 250), st.text("ab", min_size=1)
        )
        | st.just("/".join(["y" * 240] * 18)),
        min_size=1,
        max_size=6,
    ),
    mark=st.none() | st.tuples(st.sampled_from(MARKS), st.integers(0, 5)),
    sha=st.sampled_from(("sha1", "sha256")),
    intent=st.booleans(),
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_marks_are_found_in_every_format(
    tmp_path_factory: pytest.TempPathFactory,
    isolated: dict[str, str],
    version: str,
    names: set[str],
    mark: tuple[str, int] | None,
    sha: str,
    intent: bool,
) -> None:
    world = World(tmp_path_factory.mktemp("marks"), isolated)
    repo = world.root / "r"
    world.git("init", "-q", f"--object-format={sha}", str(repo), cwd=world.root)
    blob = "0" * (39 if sha == "sha1" else 63) + "1"
    paths = sorted(names)
    stdin = "".join(f"100644 {blob} 0\t{path}\n" for path in paths)
    command = ["git", "update-index", "--add", "--index-info"]
    subprocess.run(command, cwd=repo, env=isolated, input=stdin, text=True, check=True)
    world.git("update-index", f"--index-version={version}", cwd=repo)
    if intent:
        (repo / "later").write_text("x\n")
        world.git("add", "-N", "later", cwd=repo)
    if mark:
        world.git("update-index", mark[0], paths[mark[1] % len(paths)], cwd=repo)
    assert marked_files.has_marks(f"{repo}/.git/index", len(blob)) is bool(mark)
