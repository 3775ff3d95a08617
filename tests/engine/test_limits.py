"""Limits reached and looks that fail: something else takes over, says so, and hands back."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_tui.engine import looks, retry
from parallel_tui.engine.sources import activity
from parallel_tui.engine.watching import tree_link
from parallel_tui.engine.watching.tree_child import Trees
from parallel_tui.model.fact import Unknown
from parallel_tui.model.session.freshness import Slice
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.view.snapshot import Level, Snapshot, Source, WatchMode
from tests.engine.live import live
from tests.support.waiting import eventually
from tests.support.world import World

# Three descriptors are open: the kernel refuses the fourth, as it does when a user's are used up.
_STARVED = tree_link._START.replace(
    "main()", "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3)); main()"
)


def _troubles(snapshot: Snapshot, source: Source) -> list[str]:
    return [health.message for health in snapshot.health if health.source is source]


def _work(snapshot: Snapshot, name: str) -> object:
    session = snapshot.session(name)
    return session.status if session else None


def _modified(snapshot: Snapshot, name: str) -> int:
    work = _work(snapshot, name)
    return work.modified if isinstance(work, WorkStatus) else -1


def test_without_inotify_edits_are_looked_for_until_it_can_be_had(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth = world.worktree("auth")
    monkeypatch.setattr(tree_link, "_START", _STARVED)
    monkeypatch.setattr(activity, "ROUND", 2.0)
    with live(world.repo) as view:
        assert view.snapshot.watch is WatchMode.ACTIVITY
        (note,) = [each for each in view.snapshot.health if each.source is Source.TREES]
        assert note.level is Level.NOTE
        assert "no inotify instance" in note.message
        world.write("README.md", "edited\n", cwd=auth)
        view.until(lambda s: _modified(s, "auth") == 1)
        monkeypatch.undo()
        view.until(lambda s: s.watch is WatchMode.TREE)
        view.until(lambda s: not _troubles(s, Source.TREES))


def test_a_child_that_dies_again_and_again_is_not_started_again_without_a_pause(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_link, "_START", "import sys; sys.exit(1)")
    with live(world.repo) as view:
        assert view.snapshot.watch is WatchMode.ACTIVITY
        eventually(lambda: view.engine._trees._child.failures >= 4)
        assert view.engine._trees._not_before > 0
        assert retry.pause_after(4, first=0.2) >= 1.6
        assert "again and again" in _troubles(view.snapshot, Source.TREES)[0]


def test_a_child_that_hangs_is_ended_and_started_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth = world.worktree("auth")
    with live(world.repo) as view:
        trees = view.engine._trees
        first = trees.pid
        assert first is not None
        monkeypatch.setattr("parallel_tui.engine.watching.answers.GIVE_UP", 0.2)
        os.kill(first, signal.SIGSTOP)

        def another() -> bool:
            view.engine._table.within("trees", 0.0)
            return trees.pid not in (None, first)

        eventually(another)
        view.until(lambda s: s.watch is WatchMode.TREE and not _troubles(s, Source.TREES))
        world.write("README.md", "edited\n", cwd=auth)
        view.until(lambda s: _modified(s, "auth") == 1)


@pytest.fixture
def hang(world: World) -> Iterator[Path]:
    """A file; while it is there, git hangs wherever it has to filter `slow.txt`."""
    world.commit("slow.txt", "aaaa\n")
    world.commit(".gitattributes", "slow.txt filter=slow\n")
    path = world.root / "hang"
    script = world.write("clean.sh", f'#!/bin/sh\nwhile [ -e "{path}" ]; do sleep 0.1; done\ncat\n')
    script = script.rename(world.root / "clean.sh")
    script.chmod(0o755)
    world.git("config", "filter.slow.clean", str(script))
    yield path
    path.unlink(missing_ok=True)


def test_a_git_that_hangs_holds_up_its_own_row_only_and_that_row_says_so(
    world: World, hang: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    auth, other = world.worktree("auth"), world.worktree("other")
    monkeypatch.setattr(retry, "PATIENCE", 0.5)
    monkeypatch.setattr(looks, "PATIENCE", 0.5)
    with live(world.repo) as view:
        hang.touch()
        (auth / "slow.txt").write_text("bbbb\n")  # of the same size: git has to look into it

        def old(snapshot: Snapshot) -> bool:
            session = snapshot.session("auth")
            return session is not None and session.as_of(Slice.WORK) is not None

        view.until(old)
        assert any("git status" in each for each in _troubles(view.snapshot, Source.GIT))
        (other / "README.md").write_text("edited\n")
        view.until(lambda s: _modified(s, "other") == 1)
        assert old(view.snapshot)
        hang.unlink()
        view.until(lambda s: _modified(s, "auth") == 1 and not old(s))
        view.until(lambda s: not _troubles(s, Source.GIT))


def test_a_worktree_replaced_by_a_file_says_so_and_is_right_when_it_is_back(world: World) -> None:
    auth = world.worktree("auth")
    with live(world.repo) as view:
        aside = world.root / "aside"
        auth.rename(aside)
        auth.write_text("in the way")
        found = view.until(lambda s: isinstance(_work(s, "auth"), Unknown))
        assert "directory" in str(_work(found, "auth"))
        view.until(lambda s: s.watch is WatchMode.TREE)
        auth.unlink()
        aside.rename(auth)
        (auth / "README.md").write_text("edited\n")
        view.until(lambda s: _modified(s, "auth") == 1)
        view.until(lambda s: not _troubles(s, Source.GIT) + _troubles(s, Source.TREES))


def test_the_troubles_of_a_worktree_end_with_it(world: World) -> None:
    auth = world.worktree("auth")
    index = Path(f"{world.repo}/.git/worktrees/myapp-auth/index")
    with live(world.repo) as view:
        index.write_bytes(b"broken")
        view.until(lambda s: _troubles(s, Source.GIT))
        shutil.rmtree(auth)
        world.git("worktree", "prune")
        view.until(lambda s: s.session("auth") is None)
        view.until(lambda s: not _troubles(s, Source.GIT) + _troubles(s, Source.TREES))


def test_a_root_deleted_and_made_again_at_once_is_watched_again(world: World) -> None:
    auth = world.worktree("auth")
    with live(world.repo) as view:
        copy = world.root / "copy"
        shutil.copytree(auth, copy, symlinks=True)
        shutil.rmtree(auth)
        copy.rename(auth)
        view.until(lambda s: isinstance(_work(s, "auth"), WorkStatus))
        eventually(lambda: not view.engine._trees.unwatched(view.engine._facts.live_trees()))
        (auth / "README.md").write_text("edited again\n")
        view.until(lambda s: _modified(s, "auth") == 1)


def test_a_root_that_moved_away_is_not_taken_for_the_one_that_comes(tmp_path: Path) -> None:
    trees, root = Trees(), tmp_path / "root"
    root.mkdir()
    trees.watch(str(root), [""])
    root.rename(tmp_path / "elsewhere")
    root.mkdir()
    assert trees.read()[1] == {str(root)}
    trees.watch(str(root), [""])
    (root / "file").write_text("new")
    hints, gone, _ = trees.read()
    assert (hints, gone) == ({str(root): {"file"}}, set())
    trees.inotify.close()
