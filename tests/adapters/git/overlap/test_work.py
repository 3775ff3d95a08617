"""Snapshots of uncommitted work: the very tree `git add -A` would make, and nothing touched."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parallel_tui.adapters.disk.scratch.folders import sweep
from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot import contents
from parallel_tui.adapters.git.simulate.snapshot.index_copy import CannotSnapshotError
from parallel_tui.adapters.git.simulate.snapshot.work import Work, snapshot, staged
from parallel_tui.errors import GitError
from tests.support.world import World

Look = Callable[[World], Work]


@pytest.fixture
def quarantines() -> Iterator[list[Quarantine]]:
    made: list[Quarantine] = []
    yield made
    for each in made:
        each.close()


def look(world: World, made: list[Quarantine], *, only_staged: bool = False) -> Work:
    """The work in the worktree `one`."""
    repository = discover(str(world.repo))
    runner = Runner(repository)
    git = GitCommands(runner)
    tree = next(tree for tree in git.worktrees() if tree.path.endswith("myapp-one"))
    quarantine = Quarantine(repository)
    made.append(quarantine)
    head_tree = world.git("rev-parse", f"{tree.head}^{{tree}}").strip() if tree.head else ""
    if only_staged:
        return staged(runner, quarantine, tree, head_tree)
    return snapshot(runner, quarantine, tree, git.status(tree), head_tree)


def real(world: World, *, what: str = "-A") -> str:
    """The tree that git itself makes of it, in a copy of the index but not of the objects."""
    tree = world.root / "myapp-one"
    if what:
        world.git("add", what, cwd=tree)
    return world.git("write-tree", cwd=tree).strip()


def _edit(world: World, tree: Path) -> None:
    world.write("README.md", "other\n", cwd=tree)


def _everything(world: World, tree: Path) -> None:
    (tree / "src/app.py").rename(tree / "src/moved.py")
    world.git("add", "-A", cwd=tree)
    world.write("src/moved.py", "edited after\n", cwd=tree)
    (tree / "README.md").chmod(0o755)
    (tree / "link").symlink_to("nowhere\n")
    world.write(os.fsdecode(b"new/\xff \n'"), "x\n", cwd=tree)
    world.write("new/deep/er", "x\n", cwd=tree)
    world.write("new/.gitignore", "no\n", cwd=tree)
    world.write("new/no", "ignored\n", cwd=tree)


def _folder_for_file(world: World, tree: Path) -> None:
    (tree / "README.md").unlink()
    world.write("README.md/inside", "x\n", cwd=tree)
    (tree / "src/app.py").unlink()
    (tree / "src").rmdir()
    world.write("src", "x\n", cwd=tree)


def _folder_for_staged_file(world: World, tree: Path) -> None:
    (tree / "README.md").rename(tree / "content")
    (tree / "README.md").mkdir()
    (tree / "content").rename(tree / "README.md/inside")
    world.git("add", "-A", cwd=tree)
    world.write("README.md/inside", "hello\nmore\n", cwd=tree)
    world.write("README.md/beside", "x\n", cwd=tree)


def _empty_folder_for_file(world: World, tree: Path) -> None:
    (tree / "README.md").unlink()
    (tree / "README.md").mkdir()


def _intent(world: World, tree: Path) -> None:
    world.write("later", "x\n", cwd=tree)
    world.git("add", "-N", "later", cwd=tree)


def _eol(world: World, tree: Path) -> None:
    world.git("config", "core.autocrlf", "true")
    (tree / "dos").write_bytes(b"a\r\nb\r\n")


def _filter(world: World, tree: Path) -> None:
    world.git("config", "filter.up.clean", "tr a-z A-Z")
    world.write(".gitattributes", "*.up filter=up\n", cwd=tree)
    world.write("x.up", "small\n", cwd=tree)


def _v4(world: World, tree: Path) -> None:
    world.git("update-index", "--index-version", "4", cwd=tree)
    _edit(world, tree)


def _split(world: World, tree: Path) -> None:
    world.git("update-index", "--split-index", cwd=tree)
    world.git("config", "core.splitIndex", "true")
    _edit(world, tree)


def _sparse(world: World, tree: Path) -> None:
    world.git("sparse-checkout", "set", "src", cwd=tree)
    world.write("src/app.py", "other\n", cwd=tree)


@pytest.mark.parametrize(
    "act",
    [
        *(_edit, _everything, _folder_for_file, _intent, _eol, _filter),
        *(_folder_for_staged_file, _empty_folder_for_file),
        *(_v4, _split, _sparse),
    ],
)
def test_the_tree_is_the_one_git_would_make(
    world: World, quarantines: list[Quarantine], act: Callable[[World, Path], None]
) -> None:
    act(world, world.worktree("one"))
    work = look(world, quarantines)
    assert work.dirty
    assert work.tree == real(world)
    assert work.notes == ()


def test_an_edit_in_the_second_of_the_checkout_is_seen(
    world: World, quarantines: list[Quarantine]
) -> None:
    tree = world.worktree("one")
    world.git("config", "core.trustctime", "false")
    index = world.repo / ".git/worktrees/myapp-one/index"
    file = tree / "README.md"
    stamp = (1_500_000_000 * 10**9,) * 2
    os.utime(file, ns=stamp)
    world.git("update-index", "--refresh", cwd=tree)
    file.write_text("HELLO\n")  # as long as before
    os.utime(file, ns=stamp)
    os.utime(index, ns=stamp)
    assert look(world, quarantines).tree == real(world)


def test_only_what_is_staged(world: World, quarantines: list[Quarantine]) -> None:
    tree = world.worktree("one")
    _edit(world, tree)
    world.git("add", "-A", cwd=tree)
    world.write("README.md", "not staged\n", cwd=tree)
    world.write("untracked", "x\n", cwd=tree)
    assert look(world, quarantines, only_staged=True).tree == real(world, what="")


def test_lfs_pointers_are_written_without_its_program(
    world: World, quarantines: list[Quarantine]
) -> None:
    tree = world.worktree("one")
    trace = world.root / "ran"
    for name in ("clean", "process"):
        world.git("config", f"filter.lfs.{name}", f"touch '{trace}'; false")
    world.git("config", "filter.lfs.required", "true")
    world.write(".gitattributes", "*.big filter=lfs\n", cwd=tree)
    world.write("a.big", "hello\n", cwd=tree)
    repository = discover(str(world.repo))
    made = Quarantine(repository)
    quarantines.append(made)
    runner = Runner(repository)
    git = GitCommands(runner)
    linked = git.worktrees()[1]
    head_tree = world.git("rev-parse", "HEAD^{tree}").strip()
    entries = git.status(linked)
    trace.unlink(missing_ok=True)  # whatever status did
    work = snapshot(runner, made, linked, entries, head_tree)
    assert not trace.exists()
    pointer = runner.run(["cat-file", "blob", f"{work.tree}:a.big"], env=made.env).text
    assert pointer == (
        "version https://git-lfs.github.com/spec/v1\n"
        "oid sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\nsize 6\n"
    )


def test_nested_repositories_are_left_out(
    world: World, quarantines: list[Quarantine], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = world.worktree("one")
    for nested in ("nested", "new/deep/nested"):
        world.git("init", "-q", str(tree / nested), cwd=tree)
        world.write(f"{nested}/x", "not ours\n", cwd=tree)
    world.write("new/mine", "x\n", cwd=tree)
    work = look(world, quarantines)
    listed = Runner(discover(str(world.repo))).run(
        ["ls-tree", "-r", "--name-only", work.tree], env=quarantines[0].env
    )
    assert listed.text.split() == ["README.md", "new/mine", "src/app.py"]
    assert sorted(work.notes) == [
        "nested/ is a repository of its own and left out",
        "new/deep/nested/ is a repository of its own and left out",
    ]
    monkeypatch.setattr(contents, "MOST_FILES", 0)
    with pytest.raises(CannotSnapshotError, match="more than 0 uncommitted files"):
        look(world, quarantines)


def test_what_has_no_tree_says_why(world: World, quarantines: list[Quarantine]) -> None:
    tree = world.worktree("one")
    world.commit("README.md", "theirs\n")
    world.commit("README.md", "ours\n", cwd=tree)
    world.git("rebase", "-q", "main", cwd=tree, check=False)
    with pytest.raises(CannotSnapshotError, match="unmerged"):
        look(world, quarantines)
    world.git("add", "-A", cwd=tree)  # still in the middle of it, but a tree it is
    assert look(world, quarantines).tree == real(world)
    world.git("rebase", "--abort", cwd=tree)
    world.git("checkout", "-q", "--orphan", "new", cwd=tree)
    with pytest.raises(CannotSnapshotError, match="no commit yet"):
        look(world, quarantines)


def test_quarantines_of_killed_processes_are_deleted(world: World, tmp_path: Path) -> None:
    repository = discover(str(world.repo))
    place = tmp_path / "memory"
    place.mkdir()
    alive = Quarantine(repository, where=place)
    dead = place / f"pdev-overlap-{os.getuid()}-{os.getpid()}-dead"  # a reused process id
    (dead / "objects").mkdir(parents=True)
    (dead / "alive").touch()
    young = place / f"pdev-overlap-{os.getuid()}-1-young"
    young.mkdir()
    other = place / "pdev-overlap-notes"
    other.mkdir()
    assert sweep(place) == 1
    assert {each.name for each in place.iterdir()} == {alive.path.name, young.name, other.name}
    os.utime(young, (1, 1))
    assert sweep(place) == 1
    alive.close()
    alive.close()
    assert [each.name for each in place.iterdir()] == [other.name]


def test_a_repository_in_a_folder_with_colons(isolated: dict[str, str], tmp_path: Path) -> None:
    world = World(tmp_path / 'a:b "c"', isolated)
    world.root.mkdir()
    world.init()
    made = Quarantine(discover(str(world.repo)))
    try:
        head = world.git("rev-parse", "HEAD").strip()
        runner = Runner(discover(str(world.repo)))
        assert runner.run(["cat-file", "-t", head], env=made.env).text == "commit\n"
        with pytest.raises(GitError):
            runner.run(["cat-file", "-t", "d" * 40], env=made.env)
    finally:
        made.close()
    assert subprocess.run(["git", "fsck"], cwd=world.repo, capture_output=True).returncode == 0
