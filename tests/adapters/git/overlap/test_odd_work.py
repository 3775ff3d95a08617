"""Uncommitted work under unusual settings: the very tree `git add -A` would make of it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import Level, Verdict
from tests.adapters.git.overlap.test_work import look, real
from tests.adapters.git.overlap.truth import predict
from tests.support.world import World

Act = Callable[[World, Path], None]


@pytest.fixture
def quarantines() -> Iterator[list[Quarantine]]:
    made: list[Quarantine] = []
    yield made
    for each in made:
        each.close()


def _edit(world: World, tree: Path) -> None:
    world.write("README.md", "other\n", cwd=tree)
    world.write("new", "x\n", cwd=tree)


def _skip_worktree(world: World, tree: Path) -> None:
    world.git("update-index", "--skip-worktree", "README.md", cwd=tree)
    (tree / "README.md").unlink()
    world.write("src/app.py", "other\n", cwd=tree)


def _untracked_cache(world: World, tree: Path) -> None:
    world.git("config", "core.untrackedCache", "true")
    world.git("update-index", "--force-untracked-cache", cwd=tree)
    world.git("status", cwd=tree)
    _edit(world, tree)


def _fsmonitor(world: World, tree: Path) -> None:
    """A hook that says that nothing changed is not asked: it would hide the work."""
    hook = world.write("monitor", "#!/bin/sh\nprintf 'token\\0'\n", cwd=world.root)
    hook.chmod(0o755)
    _edit(world, tree)
    world.git("config", "core.fsmonitor", str(hook))


def _encoding(world: World, tree: Path) -> None:
    world.commit(".gitattributes", "*.u16 working-tree-encoding=UTF-16LE eol=crlf\n", cwd=tree)
    (tree / "a.u16").write_bytes("a\r\nä\r\n".encode("utf-16-le"))


def _mode_alone(world: World, tree: Path) -> None:
    (tree / "README.md").chmod(0o755)


def _mode_that_does_not_count(world: World, tree: Path) -> None:
    world.git("config", "core.fileMode", "false")
    (tree / "README.md").chmod(0o755)
    (tree / "src/app.py").write_text("y\n")
    (tree / "run").write_text("x\n")
    (tree / "run").chmod(0o755)


def _links_as_files(world: World, tree: Path) -> None:
    (tree / "link").symlink_to("nowhere")
    world.git("add", "link", cwd=tree)
    world.git("commit", "-qm", "link", cwd=tree)
    world.git("config", "core.symlinks", "false")
    (tree / "link").unlink()
    (tree / "link").write_text("elsewhere")


def _link_for_folder(world: World, tree: Path) -> None:
    shutil.rmtree(tree / "src")
    (tree / "src").symlink_to("/")


def _hidden_by_status(world: World, tree: Path) -> None:
    world.git("config", "status.showUntrackedFiles", "no")
    world.git("config", "status.relativePaths", "false")
    world.git("config", "diff.ignoreSubmodules", "all")
    _edit(world, tree)


def _ignored(world: World, tree: Path) -> None:
    world.write(".gitignore", ".env\nout/\n", cwd=tree)
    world.write(".env", "secret\n", cwd=tree)
    world.write("out/x", "x\n", cwd=tree)
    world.write("tracked.env", "x\n", cwd=tree)


def _tracked_though_ignored(world: World, tree: Path) -> None:
    world.write(".gitignore", "kept\n", cwd=tree)
    world.write("kept", "1\n", cwd=tree)
    world.git("add", "-f", "-A", cwd=tree)
    world.git("commit", "-qm", "kept", cwd=tree)
    world.write("kept", "2\n", cwd=tree)


def _sparse_index(world: World, tree: Path) -> None:
    world.git("sparse-checkout", "set", "--cone", "--sparse-index", "src", cwd=tree)
    world.write("src/app.py", "other\n", cwd=tree)


def _partly_staged(world: World, tree: Path) -> None:
    world.write("README.md", "staged\n", cwd=tree)
    world.write("gone", "staged, then deleted\n", cwd=tree)
    world.git("add", "-A", cwd=tree)
    world.write("README.md", "not staged\n", cwd=tree)
    (tree / "gone").unlink()


@pytest.mark.parametrize(
    "act",
    [
        *(_skip_worktree, _untracked_cache, _fsmonitor, _encoding, _mode_alone),
        *(_mode_that_does_not_count, _links_as_files, _link_for_folder, _hidden_by_status),
        *(_ignored, _tracked_though_ignored, _sparse_index, _partly_staged),
    ],
)
def test_the_tree_is_the_one_git_would_make(
    world: World, quarantines: list[Quarantine], act: Act
) -> None:
    tree = world.worktree("one")
    act(world, tree)
    index = world.repo / ".git/worktrees/myapp-one/index"
    before = index.read_bytes()
    work = look(world, quarantines)
    assert index.read_bytes() == before
    if act is _fsmonitor:
        world.git("config", "--unset", "core.fsmonitor")
    assert work.tree == real(world)
    assert work.dirty
    assert work.notes == ()


@pytest.mark.parametrize("state", ["moved", "edited inside", "gone", "file instead"])
def test_a_submodule_that_is_not_committed(
    world: World, quarantines: list[Quarantine], state: str
) -> None:
    library = world.root / "lib"
    world.git("init", "-q", "-b", "main", str(library), cwd=world.root)
    for number in range(2):
        (library / "x").write_text(f"{number}\n")
        world.git("add", "x", cwd=library)
        world.git("commit", "-qm", str(number), cwd=library)
    allow = ["-c", "protocol.file.allow=always"]
    world.git(*allow, "submodule", "add", "-q", str(library), "lib")
    world.git("commit", "-qm", "submodule")
    tree = world.worktree("one")
    world.git(*allow, "submodule", "update", "--init", "-q", cwd=tree)
    world.write("README.md", "other\n", cwd=tree)
    if state == "moved":
        world.git("checkout", "-q", "HEAD~1", cwd=tree / "lib")
    elif state == "edited inside":
        world.write("lib/x", "edited\n", cwd=tree)
        world.write("lib/new", "x\n", cwd=tree)
    else:
        shutil.rmtree(tree / "lib")
        if state == "file instead":
            world.write("lib", "x\n", cwd=tree)
    work = look(world, quarantines)
    assert work.tree == real(world)


def test_a_filter_that_must_run_and_fails_leaves_the_work_unknown(world: World) -> None:
    for name in ("one", "two"):
        world.worktree(name)
    world.git("config", "filter.broken.clean", "false")
    world.git("config", "filter.broken.required", "true")
    tree = world.root / "myapp-one"
    world.write(".gitattributes", "*.x filter=broken\n", cwd=tree)
    world.write("a.x", "x\n", cwd=tree)
    with pytest.raises(GitError, match=r"a\.x"):
        predict(world, ["one", "two"])


def test_a_rebase_under_way_is_judged_once_it_is_a_tree_again(world: World) -> None:
    tree = world.worktree("one")
    world.worktree("two")
    world.commit("README.md", "theirs\n")
    world.commit("README.md", "ours\n", cwd=tree)
    world.git("rebase", "-q", "main", cwd=tree, check=False)
    from tests.adapters.git.overlap.test_moving import Sight

    sight = Sight(world)
    try:
        found = sight.verdicts()
        for name in ("one", "pair"):
            verdict = found[name].verdict
            assert isinstance(verdict, Unknown)
            assert "unmerged" in verdict.reason
        assert isinstance(found["two"].verdict, Verdict)
        world.git("add", "-A", cwd=tree)
        assert isinstance(sight.verdicts()["pair"].verdict, Verdict)
    finally:
        sight.board.close()


def _lfs_environment(world: World) -> None:
    if shutil.which("git-lfs", path=world.env.get("PATH")) is None:
        pytest.skip("git-lfs is not installed")
    world.git("lfs", "install", "--local", "--skip-repo")


def test_pointers_are_those_that_lfs_itself_makes(
    world: World, quarantines: list[Quarantine]
) -> None:
    _lfs_environment(world)
    tree = world.worktree("one")
    world.write(".gitattributes", "*.big filter=lfs diff=lfs merge=lfs -text\n", cwd=tree)
    (tree / "a.big").write_bytes(b"\0" * 5000)
    (tree / "empty.big").write_bytes(b"")
    world.write("pointer.big", "version https://git-lfs.github.com/spec/v1\n"
                f"oid sha256:{'a' * 64}\nsize 3\n", cwd=tree)  # fmt: skip
    (tree / "run.big").write_text("#!/bin/sh\n")
    (tree / "run.big").chmod(0o755)
    work = look(world, quarantines)
    assert not (world.repo / ".git/lfs/objects").exists()
    assert work.tree == real(world)
    assert (world.repo / ".git/lfs/objects").exists()  # git's own way does copy the file


def test_lfs_files_that_both_change_conflict_and_others_do_not(world: World) -> None:
    _lfs_environment(world)
    world.commit(".gitattributes", "*.big filter=lfs diff=lfs merge=lfs -text\n")
    world.commit("a.big", "base\n" * 3)
    for name in ("one", "two"):
        tree = world.worktree(name)
        (tree / "a.big").write_text(name)
        (tree / f"{name}.big").write_text(name)
    verdict = predict(world, ["one", "two"])["one", "two"]
    assert isinstance(verdict, Verdict)
    assert [path.path for path in verdict.paths if path.level is Level.CONFLICT] == ["a.big"]


def test_objects_that_only_the_quarantine_has_are_not_the_repositorys(
    world: World, quarantines: list[Quarantine]
) -> None:
    tree = world.worktree("one")
    world.write("new", "only here\n", cwd=tree)
    work = look(world, quarantines)
    runner = Runner(discover(str(world.repo)))
    with pytest.raises(GitError):
        runner.run(["cat-file", "-e", work.commit])
    done = subprocess.run(
        ["git", "fsck", "--full", "--strict"],
        cwd=world.repo,
        env={**world.env, **quarantines[0].env},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
