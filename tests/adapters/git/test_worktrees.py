"""The list of worktrees against what real git does to them."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.git.repo.locate import parse
from parallel_tui.adapters.git.repo.pseudo_refs import with_operations
from parallel_tui.errors import GitError
from parallel_tui.model.session.listing import ListedWorktree
from parallel_tui.model.session.worktree import Operation, OperationKind
from tests.adapters.git.support import NASTY, Git
from tests.support.half_made import half_made
from tests.support.worktrees import quick_worktrees
from tests.support.world import World


def test_one_process_whatever_their_number_and_the_quick_list_agrees(world: World) -> None:
    for number in range(6):
        world.worktree(f"t{number}")
    git = Git.of(world)
    before = git.runner.started
    trees = git.read.worktrees()
    assert git.runner.started == before + 1
    assert len(trees) == 7
    assert trees == quick_worktrees(str(world.repo / "src"))
    for tree in trees[1:]:
        said = world.git("rev-parse", "--absolute-git-dir", cwd=Path(tree.path)).strip()
        assert tree.git_dir == said
        assert tree.head == world.git("rev-parse", "HEAD").strip()
        assert tree.touched == pytest.approx(Path(said, "logs", "HEAD").stat().st_mtime)
    assert [tree.is_main for tree in trees] == [True] + [False] * 6


@pytest.mark.parametrize("name", NASTY)
def test_directories_with_any_name(world: World, name: str) -> None:
    path = world.root / name
    world.git("worktree", "add", "-q", "-b", "x#(touch${IFS}p)", "--", str(path))
    tree = Git.of(world).tree(path)
    assert tree.branch == "x#(touch${IFS}p)"
    assert Path(tree.git_dir, "gitdir").exists()
    assert not tree.missing


def test_one_that_git_is_still_writing(world: World) -> None:
    git = Git.of(world)
    with half_made(world, "slow") as (path, finish):
        tree = git.tree(path)
        assert tree.being_made
        assert tree in quick_worktrees(str(world.repo))
        lock = Path(tree.git_dir, "locked")
        os.utime(lock, (time.time() - 600,) * 2)  # as one that was killed
        assert not git.tree(path).being_made
        finish()
        assert not git.tree(path).being_made
        world.git("worktree", "lock", str(path))
        assert not git.tree(path).being_made


def test_detached_locked_missing_and_unborn(world: World) -> None:
    detached, locked, gone, both = (world.worktree(n) for n in ("d", "l", "g", "b"))
    world.git("checkout", "-q", "--detach", cwd=detached)
    world.git("worktree", "lock", "--reason", "on a\nstick", str(locked))
    world.git("worktree", "lock", str(both))
    shutil.rmtree(gone)
    shutil.rmtree(both)
    git = Git.of(world)
    assert git.tree(detached).detached
    assert git.tree(locked).locked == "on a\nstick"
    assert not git.tree(locked).missing
    assert git.tree(gone).missing
    assert git.tree(gone).prunable
    assert (git.tree(both).missing, git.tree(both).locked, git.tree(both).prunable) == (
        True,
        "",
        None,
    )
    assert git.main.locked is None
    world.git("checkout", "-q", "--orphan", "fresh", cwd=detached)
    assert (git.tree(detached).head, git.tree(detached).branch) == (None, "fresh")


def test_a_moved_directory_keeps_its_identity(world: World) -> None:
    path = world.worktree("auth")
    git = Git.of(world)
    before = git.tree(path)
    git.write.name_session(before, "auth")
    world.git("worktree", "move", str(path), str(world.root / "elsewhere"))
    after = git.tree(world.root / "elsewhere")
    assert (after.git_dir, after.assigned_name) == (before.git_dir, "auth")


def test_reached_through_a_symbolic_link(world: World) -> None:
    real = world.root / "real"
    real.mkdir()
    link = world.root / "link"
    link.symlink_to(real)
    world.git("worktree", "add", "-q", "-b", "t", str(link / "t"))
    # A pointer in the wording of the link, as a hand-made or repaired worktree has it.
    git_dir = world.repo / ".git" / "worktrees" / "t"
    (git_dir / "gitdir").write_text(f"{link}/t/.git\n")
    tree = Git.of(world).read.worktrees()[1]
    assert tree.git_dir == str(git_dir)
    assert tree.branch == "t"


def _conflict(world: World) -> Path:
    path = world.worktree("auth")
    world.commit("README.md", "ours\n", cwd=path)
    world.commit("src/app.py", "y = 2\n", cwd=path)
    world.commit("README.md", "theirs\n")
    return path


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["rebase", "main"], Operation(OperationKind.REBASE, "feature/auth", 1, 2)),
        (["rebase", "--apply", "main"], Operation(OperationKind.REBASE, "feature/auth", 1, 2)),
        (["merge", "main"], Operation(OperationKind.MERGE)),
        (["cherry-pick", "main"], Operation(OperationKind.CHERRY_PICK)),
        (["bisect", "start"], Operation(OperationKind.BISECT, "feature/auth")),
    ],
)
def test_operations_in_progress(world: World, command: list[str], expected: Operation) -> None:
    path = _conflict(world)
    world.git(*command, cwd=path, check=False)
    tree = Git.of(world).tree(path)
    assert tree.operation == expected
    assert tree.own_branch == "feature/auth"
    assert Git.of(world).main.operation is None
    if expected.kind is OperationKind.REBASE:
        assert tree.detached
        world.git("rebase", "--abort", cwd=path)
        assert Git.of(world).tree(path).operation is None


@pytest.mark.parametrize("command", ["cherry-pick", "revert"])
def test_operations_that_reftables_hide(world: World, command: str) -> None:
    path = _conflict(world)
    world.commit("README.md", "again\n", cwd=path)
    world.git(command, "main" if command == "cherry-pick" else "HEAD~2", cwd=path, check=False)
    git = Git.of(world)
    # A reftable repository needs a newer git than this may be; the question is the same for both.
    trees = [replace(tree, operation=None) for tree in git.read.worktrees()]
    before = git.runner.started
    main, tree = with_operations(git.runner, trees)
    assert git.runner.started == before + 1
    assert main.operation is None
    assert tree.operation == Operation(OperationKind(command))


def test_revert_and_am(world: World) -> None:
    path = _conflict(world)
    patch = world.git("format-patch", "-1", "--stdout", "main")
    world.write("mail", patch)
    world.git("am", str(world.repo / "mail"), cwd=path, check=False)
    assert Git.of(world).tree(path).operation == Operation(OperationKind.AM, None, 1, 1)
    world.git("am", "--abort", cwd=path)
    world.commit("README.md", "again\n", cwd=path)
    world.git("revert", "--no-edit", "HEAD~2", cwd=path, check=False)
    assert Git.of(world).tree(path).operation == Operation(OperationKind.REVERT)


@pytest.mark.parametrize("content", ["", "\n", "\0\0", "x" * 5000])
def test_a_damaged_name_file_is_no_error(world: World, content: str) -> None:
    path = world.worktree("auth")
    git = Git.of(world)
    Path(git.tree(path).git_dir, "pdev-session").write_text(content)
    name = git.tree(path).assigned_name
    assert name is None or len(name) <= 200


_text = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12
)
_entry = st.builds(
    ListedWorktree,
    path=_text.map(lambda text: f"/{text}"),
    head=st.one_of(st.none(), st.just("a" * 40)),
    branch=st.one_of(st.none(), _text),
    bare=st.booleans(),
    locked=st.one_of(st.none(), _text, st.just("")),
    prunable=st.one_of(st.none(), _text),
)


def _printed(entry: ListedWorktree) -> bytes:
    lines = [f"worktree {entry.path}", f"HEAD {entry.head or '0' * 40}"]
    lines += ["bare"] if entry.bare else []
    lines += [f"branch refs/heads/{entry.branch}"] if entry.branch is not None else ["detached"]
    if entry.locked is not None:
        lines.append(f"locked {entry.locked}" if entry.locked else "locked")
    lines += [f"prunable {entry.prunable}"] if entry.prunable is not None else []
    return "".join(f"{line}\0" for line in [*lines, "of-the-future 1", ""]).encode()


@given(st.lists(_entry, min_size=1, max_size=4))
def test_the_parser_reads_back_what_git_prints(entries: list[ListedWorktree]) -> None:
    output = b"".join(map(_printed, entries))
    assert parse(output) == tuple(entries)
    with pytest.raises(GitError):
        parse(output[:-2])


@given(st.binary(max_size=60))
def test_the_parser_survives_anything(output: bytes) -> None:
    with suppress(GitError):
        assert all(entry.path is not None for entry in parse(output))
