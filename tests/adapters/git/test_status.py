"""Uncommitted work, whatever the user's settings hide from himself."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.git.read.status_format import parse
from parallel_tui.errors import GitError
from parallel_tui.model.session.git_status import StatusEntry, StatusKind, WorkStatus
from tests.adapters.git.support import NASTY, Git, fingerprint
from tests.support.world import World

CHANGED, UNTRACKED = StatusKind.CHANGED, StatusKind.UNTRACKED


def _mess(world: World) -> None:
    world.commit("moved.txt", "some lines\n" * 20)
    world.commit("gone.txt", "gone\n")
    world.git("mv", "moved.txt", "new name.txt")
    world.git("rm", "-q", "gone.txt")
    world.write("README.md", "changed\n")
    world.git("add", "README.md")
    world.write("README.md", "changed twice\n")
    world.write("lone.txt", "x")
    world.write("folder/a", "x")
    world.write("folder/b", "x")


MESS = {
    StatusEntry("README.md", CHANGED, "M", "M"),
    StatusEntry("gone.txt", CHANGED, "D", "."),
    StatusEntry("new name.txt", StatusKind.RENAMED, "R", ".", origin="moved.txt"),
    StatusEntry("lone.txt", UNTRACKED),
    StatusEntry("folder/", UNTRACKED),
}


def test_every_kind_of_change(world: World) -> None:
    _mess(world)
    git = Git.of(world)
    before = git.runner.started
    assert set(git.read.status(git.main)) == MESS
    assert git.runner.started - before == 2  # the list for `main`, and one status


def test_settings_of_the_user_hide_nothing(world: World) -> None:
    for key, value in {
        "status.showUntrackedFiles": "no",
        "status.renames": "false",
        "diff.renames": "copies",
        "status.showStash": "true",
        "status.branch": "true",
        "status.short": "true",
        "status.relativePaths": "false",
        "diff.ignoreSubmodules": "all",
        "core.quotePath": "true",
        "color.status": "always",
        "column.status": "always",
    }.items():
        world.git("config", key, value)
    world.write("README.md", "to be stashed\n")
    world.git("stash", "-q")
    _mess(world)
    git = Git.of(world)
    assert set(git.read.status(git.main)) == MESS


def test_nothing_in_the_git_directory_changes(world: World) -> None:
    tree = world.worktree("auth")
    _mess(world)
    # Same content, other time (git compares seconds): what a locking read writes into the index.
    for folder in (tree, world.repo):
        os.utime(folder / "src/app.py", (1_000_000_000, 1_000_000_000))
    git = Git.of(world)
    main, linked = git.main, git.tree(tree)
    base = git.read.base(None)
    before = fingerprint(world.repo / ".git")
    for worktree in (main, linked):
        git.read.status(worktree)
        git.read.status(worktree, ["README.md"])
        git.read.diff(worktree, base)
        git.read.ignored(worktree)
        git.read.tracked_directories(worktree)
        git.read.unreachable_commits(worktree)
        git.read.unlisted(worktree)
    git.read.untracked_matching(["*"])
    assert fingerprint(world.repo / ".git") == before


@pytest.mark.parametrize("name", [*NASTY, "*", ":(top)x", "a[b]c", "!x"])
def test_limited_to_one_literal_path(world: World, name: str) -> None:
    _mess(world)
    world.write(name, "x")
    git = Git.of(world)
    assert git.read.status(git.main, [name]) == (StatusEntry(name, UNTRACKED),)
    assert StatusEntry(name, UNTRACKED) in git.read.status(git.main)


def test_limited_answers_fit_into_the_whole(world: World) -> None:
    _mess(world)
    git = Git.of(world)
    whole = WorkStatus.of(git.read.status(git.main))
    for paths in (["README.md"], ["folder"], ["folder/a"], ["moved.txt", "new name.txt"], [""]):
        fresh = git.read.status(git.main, paths)
        assert whole.with_fresh(paths, fresh) == whole, paths
    (world.repo / "folder" / "a").unlink()
    fresh = git.read.status(git.main, ["folder/a"])
    assert whole.with_fresh(["folder/a"], fresh) == whole  # `folder/b` is still there
    world.write("src/new/deep/file", "x")
    assert git.read.status(git.main, ["src/new/deep/file", "src/app.py"]) == (
        StatusEntry("src/new/", UNTRACKED),
    )
    shutil.rmtree(world.repo / "src" / "new")
    assert git.read.status(git.main, []) == ()
    assert git.read.status(git.main, ["never/was"]) == ()
    many = [f"p{number}" for number in range(5000)]
    assert WorkStatus.of(git.read.status(git.main, many)) == whole


def test_an_edit_of_a_tracked_file_costs_one_process(world: World) -> None:
    world.write("src/app.py", "x = 2\n")
    git = Git.of(world)
    main = git.main
    before = git.runner.started
    assert git.read.status(main, ["src/app.py"]) == (StatusEntry("src/app.py", CHANGED, ".", "M"),)
    assert git.runner.started == before + 1
    world.write("src/app.py", "x = 1\n")
    assert git.read.status(main, ["src/app.py"]) == ()
    assert git.runner.started == before + 3


def test_conflicts(world: World) -> None:
    path = world.worktree("auth")
    world.commit("README.md", "ours\n", cwd=path)
    world.commit("README.md", "theirs\n")
    world.git("merge", "main", cwd=path, check=False)
    git = Git.of(world)
    (entry,) = git.read.status(git.tree(path))
    assert (entry.path, entry.kind, entry.index, entry.worktree) == (
        "README.md",
        StatusKind.UNMERGED,
        "U",
        "U",
    )


def _submodule(world: World) -> Path:
    other = world.root / "other"
    world.git("clone", "-q", str(world.repo), str(other), cwd=world.root)
    world.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other), "sub")
    world.git("commit", "-q", "-m", "submodule")
    return world.repo / "sub"


def test_submodules_show_what_is_dirty_in_them(world: World) -> None:
    sub = _submodule(world)
    world.git("config", "-f", ".gitmodules", "submodule.sub.ignore", "all")
    world.git("commit", "-qam", "ignore it")
    git = Git.of(world)
    assert git.read.unlisted(git.main).submodules == ("sub",)
    assert git.read.status(git.main) == ()
    (sub / "new").write_text("x")
    (entry,) = git.read.status(git.main)
    assert (entry.path, entry.worktree, entry.submodule) == ("sub", "M", True)
    # A watcher reports a path inside; git refuses such a path, the answer must not be "clean".
    for path in ("sub/new", "sub/src/app.py"):
        assert entry in git.read.status(git.main, [path])


def test_a_repository_without_a_commit(empty_world: World) -> None:
    empty_world.git("init", "-q", "-b", "main", str(empty_world.repo), cwd=empty_world.root)
    empty_world.write("a", "x")
    empty_world.git("add", "a")
    git = Git.of(empty_world)
    assert git.read.status(git.main) == (StatusEntry("a", CHANGED, "A", "."),)


_name = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=10
)
_OID = "a" * 40


@st.composite
def _records(draw: st.DrawFn) -> tuple[StatusEntry, bytes]:
    kind = draw(st.sampled_from(StatusKind))
    path = draw(_name)
    if kind is UNTRACKED:
        return StatusEntry(path, kind), f"? {path}\0".encode()
    letters = draw(st.text("MTADRCU.", min_size=2, max_size=2))
    sub = draw(st.sampled_from(["N...", "SCMU", "S..U"]))
    origin = draw(_name) if kind is StatusKind.RENAMED else None
    entry = StatusEntry(path, kind, letters[0], letters[1], origin, sub[0] == "S")
    start = {CHANGED: "1", StatusKind.RENAMED: "2", StatusKind.UNMERGED: "u"}[kind]
    modes = " ".join(["100644"] * (4 if kind is StatusKind.UNMERGED else 3))
    oids = " ".join([_OID] * (3 if kind is StatusKind.UNMERGED else 2))
    score = " R100" if kind is StatusKind.RENAMED else ""
    tail = f"\0{origin}" if origin else ""
    return entry, f"{start} {letters} {sub} {modes} {oids}{score} {path}{tail}\0".encode()


@given(st.lists(_records(), max_size=5))
def test_the_parser_reads_back_what_git_prints(records: list[tuple[StatusEntry, bytes]]) -> None:
    output = b"# branch.head x\0" + b"".join(printed for _, printed in records)
    assert parse(output) == tuple(entry for entry, _ in records)
    with pytest.raises(GitError):
        parse(output[:-1])


@given(st.binary(max_size=80))
def test_the_parser_survives_anything(output: bytes) -> None:
    with suppress(GitError):
        assert all(entry.path for entry in parse(output) if entry.kind is not UNTRACKED)
