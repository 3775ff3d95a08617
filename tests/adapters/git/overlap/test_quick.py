"""Snapshots made without an index: the very tree an index makes, or none at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot import without_index as quick_module
from parallel_tui.adapters.git.simulate.snapshot.index_copy import CannotSnapshotError
from parallel_tui.adapters.git.simulate.snapshot.without_index import GivingUpError, Quick
from parallel_tui.adapters.git.simulate.snapshot.work import through_index
from tests.support.world import World


class Look:
    """Snapshots of the worktree `one`, with and without an index."""

    def __init__(self, world: World) -> None:
        repository = discover(str(world.repo))
        self.world = world
        self.runner = Runner(repository)
        self.git = GitCommands(self.runner)
        self.quarantine = Quarantine(repository)
        self.quick = Quick(self.runner, self.quarantine)
        self.cost = 0

    def both(self) -> tuple[str | None, str]:
        """The tree without an index (`None`: given up), and with one; `cost` of the first."""
        tree = next(tree for tree in self.git.worktrees() if tree.path.endswith("myapp-one"))
        entries = self.git.status(tree)
        head_tree = self.world.git("rev-parse", f"{tree.head}^{{tree}}").strip()
        before = self.runner.started
        try:
            made = self.quick.snapshot(tree, entries, head_tree, CannotSnapshotError)[0]
        except GivingUpError:
            made = None
        self.cost = self.runner.started - before
        return made, through_index(self.runner, self.quarantine, tree, entries, self.quick.hidden)[
            0
        ]


@contextmanager
def looking(world: World) -> Iterator[Look]:
    look = Look(world)
    try:
        yield look
    finally:
        look.quarantine.close()


PATHS = ["a", "a/b", "a/b/c", "d/x", "d/y", "d", "d.txt", "é\n'/z", "e/f/g/h"]
STEP = st.tuples(
    st.sampled_from(["write", "remove", "link", "chmod", "add", "unstage", "drop", "intend"]),
    st.sampled_from(PATHS),
    st.sampled_from(["", "1\n", "2\r\n", "x" * 300]),
)


def apply(world: World, tree: Path, step: tuple[str, str, str]) -> None:
    verb, path, text = step
    target = tree / path
    try:
        if verb in ("write", "link"):
            for parent in reversed(target.relative_to(tree).parents[:-1]):
                if (tree / parent).is_symlink() or (tree / parent).is_file():
                    (tree / parent).unlink()
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_symlink() or verb == "link":
                target.unlink(missing_ok=True)
            target.symlink_to(text or "d") if verb == "link" else target.write_text(text)
        elif verb == "remove":
            shutil.rmtree(target) if target.is_dir() else target.unlink()
        elif verb == "chmod":
            target.chmod(0o755)
    except OSError:
        return
    staging = {"add": ["add", "-A"], "drop": ["rm", "-rq", "--cached"], "intend": ["add", "-N"]}
    staging["unstage"] = ["reset", "-q"]
    if verb in staging:
        world.git(*staging[verb], "--", path, cwd=tree, check=False)


@given(start=st.lists(STEP, max_size=6), steps=st.lists(STEP, min_size=1, max_size=6))
@settings(
    max_examples=int(os.environ.get("PDEV_TRUTH_EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_other_tree_than_with_an_index(
    isolated: dict[str, str],
    start: list[tuple[str, str, str]],
    steps: list[tuple[str, str, str]],
) -> None:
    root = Path(tempfile.mkdtemp(prefix="quick-"))
    try:
        world = World(root / "w", isolated).init()
        tree = world.worktree("one")
        for step in start:
            apply(world, tree, step)
        world.git("add", "-A", cwd=tree)
        world.git("commit", "-q", "--allow-empty", "-m", "start", cwd=tree)
        for step in steps:
            apply(world, tree, step)
        with looking(world) as look:
            made, wanted = look.both()
            assert made == wanted
            made, wanted = look.both()
            assert made == wanted
    finally:
        shutil.rmtree(root)


def test_what_is_known_costs_nothing(world: World) -> None:
    tree = world.worktree("one")
    with looking(world) as look:
        world.write("src/app.py", "x = 2\n", cwd=tree)
        made, wanted = look.both()
        assert (made, look.cost) == (wanted, 2 + 1)  # settings, folders; git's version, once
        world.write("src/app.py", "x = 3\n", cwd=tree)
        assert look.both()[0] not in (made, None)
        assert look.cost == 0
        world.git("config", "core.autocrlf", "input")
        (tree / "README.md").write_bytes(b"one\r\n")
        assert look.both()[0] is None
        assert look.cost == 1


def _line_ends(world: World, tree: Path) -> None:
    (tree / ".gitattributes").write_text("* text=auto\n")
    (tree / "README.md").write_bytes(b"a\r\nb\n")


def _filtered(world: World, tree: Path) -> None:
    world.git("config", "filter.up.clean", "tr a-z A-Z")
    (tree / ".gitattributes").write_text("README.md filter=up\n")
    world.write("README.md", "b\n", cwd=tree)


def _elsewhere(world: World, tree: Path) -> None:
    rules = world.root / "rules"
    rules.write_text("*.md ident\n")
    world.git("config", "core.attributesFile", str(rules))
    world.write("README.md", "$Id: old $\n", cwd=tree)


def _included(world: World, tree: Path) -> None:
    (world.root / "more").write_text("[core]\n\tautocrlf = true\n")
    world.git("config", "includeIf.gitdir:**/myapp-one.path", str(world.root / "more"))
    (tree / "README.md").write_bytes(b"a\r\n")


def _rules_gone(world: World, tree: Path) -> None:
    world.write(".gitattributes", "*.md filter=up\n", cwd=tree)
    world.git("add", "-A", cwd=tree)
    world.git("commit", "-q", "-m", "rules", cwd=tree)
    world.git("config", "filter.up.clean", "tr a-z A-Z")
    world.git("update-index", "--skip-worktree", ".gitattributes", cwd=tree)
    (tree / ".gitattributes").unlink()
    world.write("README.md", "b\n", cwd=tree)


def _modes(world: World, tree: Path) -> None:
    world.git("config", "core.fileMode", "false")
    world.write("README.md", "b\n", cwd=tree)
    (tree / "README.md").chmod(0o755)


def _sparse(world: World, tree: Path) -> None:
    """Staged, and not on the disk since it is outside of what is checked out."""
    world.write("other/f", "1\n", cwd=tree)
    world.git("add", "-A", cwd=tree)
    world.git("update-index", "--skip-worktree", "other/f", cwd=tree)
    (tree / "other/f").unlink()


def _submodule(world: World, tree: Path) -> None:
    world.git("init", "-q", str(tree / "sub"))
    world.git("commit", "-q", "--allow-empty", "-m", "x", cwd=tree / "sub")
    world.git("add", "sub", cwd=tree)
    world.git("commit", "-q", "-m", "sub", cwd=tree)
    world.git("commit", "-q", "--allow-empty", "-m", "y", cwd=tree / "sub")


def _repository_for_file(world: World, tree: Path) -> None:
    (tree / "README.md").unlink()
    world.git("init", "-q", str(tree / "README.md"))
    world.git("commit", "-q", "--allow-empty", "-m", "x", cwd=tree / "README.md")


@pytest.mark.parametrize(
    "act",
    [
        *(_line_ends, _filtered, _elsewhere, _included, _rules_gone, _modes, _sparse),
        *(_submodule, _repository_for_file),
    ],
)
def test_where_only_an_index_tells_it_gives_up(
    world: World, act: Callable[[World, Path], None]
) -> None:
    act(world, world.worktree("one"))
    with looking(world) as look:
        made, wanted = look.both()
        assert made is None
        assert wanted


def test_too_much_is_left_to_git(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = world.worktree("one")
    for name in ("x", "y"):
        world.write(name, "1234567890\n", cwd=tree)
    with looking(world) as look:
        assert look.both()[0] is not None
        monkeypatch.setattr(quick_module, "MOST_FILES", 1)
        assert look.both()[0] is None
        monkeypatch.undo()
        look.quick.forget()
        monkeypatch.setattr(quick_module, "MOST_BYTES", 15)
        assert look.both()[0] is None


def test_removed_from_the_index_and_ignored_is_removed(world: World) -> None:
    tree = world.worktree("one")
    world.git("rm", "-q", "--cached", "README.md", cwd=tree)
    world.write(".gitignore", "README.md\n", cwd=tree)
    with looking(world) as look:
        made, wanted = look.both()
        assert made == wanted
        kept = look.runner.run(["ls-tree", "--name-only", wanted], env=look.quarantine.env).text
        assert kept.split() == [".gitignore", "src"]


def test_staged_outside_of_what_is_checked_out_is_in_it(world: World) -> None:
    tree = world.worktree("one")
    _sparse(world, tree)
    with looking(world) as look:
        wanted = look.both()[1]
        assert wanted == world.git("write-tree", cwd=tree).strip()


def test_an_edit_in_the_same_moment_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_module, "stamp_of", lambda found: 0)  # the coarsest clock there is
    tree = world.worktree("one")
    with looking(world) as look:
        trees = set()
        for text in ("one\n", "two\n", "six\n"):
            world.write("README.md", text, cwd=tree)
            made, wanted = look.both()
            assert made == wanted
            trees.add(made)
        assert len(trees) == 3


def test_files_that_rest_are_hashed_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_module, "_YOUNG", -1)
    tree = world.worktree("one")
    world.write("README.md", "one\n", cwd=tree)
    with looking(world) as look:
        made, wanted = look.both()
        assert made == wanted
        monkeypatch.setattr(quick_module, "MOST_BYTES", 1)
        world.write("src/app.py", "", cwd=tree)
        made, wanted = look.both()
        assert made == wanted
        world.write("README.md", "two\n", cwd=tree)
        assert look.both()[0] is None
