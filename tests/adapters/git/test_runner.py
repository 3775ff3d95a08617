"""Rules that hold for every command."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from parallel_tui.errors import GitError
from tests.adapters.git.support import Git
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World


def test_a_deleted_worktree_is_an_error_and_never_another_worktree(world: World) -> None:
    # Nested: a fallback would find the outer one and answer for it.
    inner = world.repo / "inner"
    world.git("worktree", "add", "-q", "-b", "inner", str(inner))
    git = Git.of(world)
    tree = git.tree(inner)
    shutil.rmtree(inner)
    with pytest.raises(GitError, match="does not exist any more") as caught:
        git.read.status(tree)
    assert caught.value.hint
    with pytest.raises(GitError, match="does not exist any more"):
        git.read.diff(tree, git.read.base(None))


def test_a_lost_link_is_not_answered_by_the_worktree_around(world: World) -> None:
    inner = world.repo / "inner"
    world.git("worktree", "add", "-q", "-b", "inner", str(inner))
    world.commit("README.md", "main moved on\n")
    git = Git.of(world)
    tree = git.tree(inner)
    (inner / ".git").unlink()
    world.write("README.md", "only in main\n")
    assert git.read.status(tree) == ()


def test_a_vanished_repository_is_named(world: World) -> None:
    git = Git.of(world)
    main = git.main
    shutil.rmtree(world.repo)
    with pytest.raises(GitError, match="does not exist any more"):
        git.read.worktrees()
    with pytest.raises(GitError, match="does not exist any more"):
        git.read.status(main)


def test_a_command_that_hangs_is_ended_with_its_children(world: World) -> None:
    pid_file = world.root / "pid"
    # Git waits for the alias, whose child ignores what ends it politely.
    script = f"!sh -c 'trap \"\" TERM INT HUP; echo $$ > {pid_file}; while :; do sleep 30; done'"
    world.git("config", "alias.hang", script)
    git = Git.of(world)
    began = time.monotonic()
    with pytest.raises(GitError, match=r"gave no answer within 2 seconds"):
        git.runner.run(["hang"], timeout=2)
    assert time.monotonic() - began < PATIENCE
    pid = int(pid_file.read_text())
    eventually(lambda: not _alive(pid), what="the child is gone")


def test_a_stream_that_hangs_is_ended(world: World) -> None:
    world.git("config", "alias.hang", "!echo begun; exec sleep 60")
    git = Git.of(world)

    def read_all() -> None:
        with git.runner.stream(["hang"], timeout=2) as stream:
            assert list(stream.lines()) == [b"begun\n"]
            stream.finished()

    with pytest.raises(GitError, match="gave no answer within 2 seconds"):
        read_all()


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_several_threads_at_once(world: World) -> None:
    trees = [world.worktree(f"t{number}") for number in range(4)]
    for number, path in enumerate(trees):
        for count in range(number + 1):
            (path / f"new{count}").write_text("x")
    git = Git.of(world)
    worktrees = [git.tree(path) for path in trees]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(git.read.status, worktrees * 10))
    assert [len(answer) for answer in answers] == [1, 2, 3, 4] * 10


def test_reads_run_no_hook_and_leave_no_child(world: World) -> None:
    marker = world.root / "ran"
    hook = world.root / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {marker}\n")
    hook.chmod(0o755)
    hooks = world.repo / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    shutil.copy(hook, hooks / "post-index-change")
    world.git("config", "core.fsmonitor", str(hook))
    world.git("config", "diff.external", str(hook))
    world.git("config", "diff.shout.textconv", str(hook))
    world.write(".gitattributes", "* diff=shout\n")
    world.commit("a.txt", "one\n")
    marker.unlink(missing_ok=True)
    world.write("a.txt", "two\n")
    git = Git.of(world)
    git.read.status(git.main)
    assert git.read.diff(git.main, git.read.base(None)).files
    git.read.ignored(git.main)
    assert not marker.exists()


def test_failures_carry_what_git_said(world: World) -> None:
    git = Git.of(world)
    (world.repo / ".git" / "index").write_bytes(b"garbage that is no index at all" * 4)
    with pytest.raises(GitError) as caught:
        git.read.status(git.main)
    error = caught.value
    assert error.status == 128
    assert str(world.repo) in error.message
    assert "\n" not in error.message
    assert "index" in error.stderr
    assert "read-tree" in error.hint


def test_the_callers_directory_does_not_matter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = Git.of(world)
    gone = world.root / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert [tree.path for tree in git.read.worktrees()] == [str(world.repo)]
    assert git.read.status(replace(git.main)) == ()
    os.chdir(world.root)
