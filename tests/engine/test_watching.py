"""Watching by itself: what counts as news, and that neither a crash nor a limit loses any."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest

from parallel_tui.engine.watching import trees as tree_watch
from parallel_tui.engine.watching.classify import classify
from parallel_tui.engine.watching.directories import Directories, InotifyDirectories
from parallel_tui.engine.watching.inotify import Inotify
from parallel_tui.engine.watching.metadata import MetadataWatch
from parallel_tui.engine.watching.polling import PollingDirectories
from parallel_tui.engine.watching.tree_child import MOST_YOUNG, Trees
from parallel_tui.engine.watching.watched_files import WatchedDirectories
from parallel_tui.model.scope import COORDINATION, EVERYTHING, MUX, TOPOLOGY, Scope, status_of
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.config import Config, EditWatch
from parallel_tui.model.view.snapshot import Level, Source, WatchMode
from tests.engine.live import live
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

REPO = Repository("app", "/w/app/.git", "/w/app", False, "/w/app/.claude")

# Recorded from git 2.39: what each command leaves behind in the directories that are watched.
RECORDED = {
    "add in a worktree": (
        ["worktrees/a/index.lock", "worktrees/a/index"],
        {status_of("/w/app/.git/worktrees/a")},
    ),
    "add in the main worktree": (["index.lock", "index"], {status_of("/w/app/.git")}),
    "commit": (
        [
            "worktrees/a/index.lock",
            "worktrees/a/index",
            "worktrees/a/COMMIT_EDITMSG",
            "worktrees/a/HEAD.lock",
            "refs/heads/feature/a.lock",
            "refs/heads/feature/a",
        ],
        {status_of("/w/app/.git/worktrees/a"), TOPOLOGY},
    ),
    "checkout": (["HEAD.lock", "HEAD", "index.lock"], {TOPOLOGY}),
    "pack-refs": (["packed-refs.lock", "packed-refs.new", "packed-refs"], {TOPOLOGY}),
    "rebase stops": (
        ["worktrees/a/rebase-merge", "worktrees/a/REBASE_HEAD", "worktrees/a/AUTO_MERGE"],
        {TOPOLOGY},
    ),
    "worktree lock": (["worktrees/a/locked"], {TOPOLOGY}),
    "worktree add": (["worktrees/new"], {TOPOLOGY}),
    "reftable": (["reftable/tables.list.lock", "reftable/tables.list"], {TOPOLOGY}),
    "reftable of a worktree": (["worktrees/a/reftable/tables.list"], {TOPOLOGY}),
    "fetch": (["FETCH_HEAD", "objects/pack/tmp_pack_x", "refs/remotes/o/x"], {TOPOLOGY}),
    "gc and messages": (
        ["gc.pid", "gc.pid.lock", "COMMIT_EDITMSG", "ORIG_HEAD", "logs", "objects"],
        set(),
    ),
    "tmux rings": (["pdev/doorbell"], {MUX}),
    "our own files": (["pdev", "pdev/trash", "pdev/journal.lock"], set()),
}


@pytest.mark.parametrize("what", RECORDED)
def test_what_git_leaves_behind_asks_for_the_right_look(what: str) -> None:
    paths, scopes = RECORDED[what]
    found = {classify(REPO, f"{REPO.common_dir}/{path}") for path in paths}
    assert found - {None} == scopes


def test_what_lies_elsewhere_says_nothing() -> None:
    assert classify(REPO, "/w/app/HEAD") is None
    assert classify(REPO, "/w/app/.git-other/HEAD") is None


@pytest.mark.parametrize("make", [InotifyDirectories, WatchedDirectories, PollingDirectories])
def test_folders_made_while_watching_are_watched_and_nothing_in_them_is_lost(
    world: World, make: Callable[[], Directories]
) -> None:
    repository = Repository(
        "myapp", f"{world.repo}/.git", str(world.repo), False, f"{world.repo}/.claude"
    )
    told: list[Scope] = []
    news = threading.Condition()

    def poke(scope: Scope) -> None:
        with news:
            told.append(scope)
            news.notify_all()

    def heard(scope: Scope) -> None:
        with news:
            assert news.wait_for(lambda: scope in told, PATIENCE), told
            told.clear()

    troubles: list[str | None] = []
    watch = MetadataWatch(repository, make, poke, lambda text, _: troubles.append(text))
    watch.start()
    try:
        auth = world.worktree("auth", "deep/in/here")
        heard(TOPOLOGY)
        watch.drain(PATIENCE)
        told.clear()
        world.commit("a", "1", cwd=auth)
        heard(status_of(f"{repository.common_dir}/worktrees/myapp-auth"))
        watch.drain(PATIENCE)
        told.clear()
        world.git("update-ref", "refs/heads/deep/in/there", "main")
        heard(TOPOLOGY)
        assert troubles == [None]
    finally:
        watch.stop()
        watch.join(PATIENCE)
    assert watch._thread.is_alive() is False


def test_a_watch_that_cannot_be_had_is_told_and_tried_again(world: World) -> None:
    repository = Repository(
        "myapp", f"{world.repo}/.git", str(world.repo), False, f"{world.repo}/.claude"
    )
    troubles: list[str | None] = []
    poked = threading.Event()
    broken = [OSError(24, "too many instances")]

    def make() -> Directories:
        if broken:
            raise broken.pop()
        return InotifyDirectories()

    def poke(scope: Scope) -> None:
        if scope == EVERYTHING:
            poked.set()

    watch = MetadataWatch(repository, make, poke, lambda text, _: troubles.append(text))
    watch.start()
    try:
        eventually(lambda: troubles)
        assert "no inotify instance is left" in str(troubles[0])
        assert poked.wait(PATIENCE), "after a gap everything is looked at again"
        assert troubles[-1] is None
    finally:
        watch.stop()
        watch.join(PATIENCE)


def test_a_folder_made_while_a_subscription_begins_is_watched(world: World) -> None:
    repository = Repository(
        "myapp", f"{world.repo}/.git", str(world.repo), False, f"{world.repo}/.claude"
    )
    late = [world.repo / ".claude/locks"]

    class Slow(InotifyDirectories):
        """Takes so long that a folder comes after it was looked for, and before it is watched."""

        def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
            if late:
                late.pop().mkdir(parents=True)
            return super().watch(directories, roots)

    told = threading.Event()
    watch = MetadataWatch(
        repository,
        Slow,
        lambda scope: told.set() if scope == COORDINATION else None,
        lambda _text, _level: None,
    )
    watch.start()
    try:
        assert told.wait(PATIENCE)
        told.clear()
        (world.repo / ".claude/locks/a.lock").write_text("auth\n")
        assert told.wait(PATIENCE)
    finally:
        watch.stop()
        watch.join(PATIENCE)


@pytest.fixture
def trees(tmp_path: Path) -> Iterator[Trees]:
    made = Trees()
    yield made
    made.inotify.close()


def test_many_folders_made_at_once_do_not_eat_the_watches(trees: Trees, tmp_path: Path) -> None:
    trees.watch(str(tmp_path), [""])
    for number in range(MOST_YOUNG + 100):
        (tmp_path / f"node_modules/{number}").mkdir(parents=True)
    hints, _, _ = trees.read()
    assert hints == {str(tmp_path): {"node_modules"}}
    trees.read()
    assert len(trees.inotify) <= MOST_YOUNG + 1
    shutil.rmtree(tmp_path / "node_modules")
    trees.read()
    assert len(trees.inotify) == 1, "and give them back"


def test_an_overflow_is_told_not_swallowed(trees: Trees, tmp_path: Path) -> None:
    trees.watch(str(tmp_path), [""])
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    a, b = tmp_path / "a", tmp_path / "b"
    for _ in range(most // 4 + 10):
        a.touch()
        b.touch()
        a.unlink()
        b.unlink()
    _, _, lost = trees.read()
    assert lost


def test_a_directory_that_cannot_be_watched_is_passed_over(tmp_path: Path) -> None:
    watch = Inotify()
    assert not watch.add(str(tmp_path / "absent"))
    (tmp_path / "file").write_text("")
    assert not watch.add(str(tmp_path / "file"))
    assert watch.add(str(tmp_path))
    watch.close()
    watch.close()


def test_the_child_is_started_again_after_its_death_and_misses_nothing(world: World) -> None:
    auth = world.worktree("auth")
    with live(world.repo) as view:
        first = view.engine._trees.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        # Nobody watches now.
        world.write("src/app.py", "unwatched\n", cwd=auth)
        view.until(lambda s: any(health.source is Source.TREES for health in s.health))
        view.until(lambda s: not any(health.source is Source.TREES for health in s.health))
        view.seen()
        assert view.work("auth").modified == 1
        second = view.engine._trees.pid
        assert second not in (None, first)
        world.write("README.md", "watched again\n", cwd=auth)
        view.until(lambda s: view.work("auth").modified == 2)
    assert not Path(f"/proc/{second}").exists(), "and it ends with the engine"


def test_too_many_directories_turn_to_activity(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_watch, "most_directories", lambda: 2)
    with live(world.repo) as view:
        assert view.snapshot.watch is WatchMode.ACTIVITY
        (note,) = [health for health in view.snapshot.health if health.source is Source.TREES]
        assert note.level is Level.NOTE
        assert view.engine._trees.pid is None
        world.write("README.md", "edited\n")
        view.seen()
        assert view.work("main").modified == 1


@pytest.mark.tmux
def test_in_activity_mode_a_window_that_prints_is_a_reason_to_look(world: World) -> None:
    auth = world.worktree("auth")
    world.window("agent", auth, "read go; echo x > made; echo done; exec cat")
    with live(world.repo, config=Config(edit_watch=EditWatch.ACTIVITY)) as view:
        world.tmux("send-keys", "-t", "=work:agent", "Enter")
        view.until(lambda s: view.work("auth").untracked == 1)


def test_when_nothing_happens_nothing_is_asked_or_told(world: World) -> None:
    world.worktree("auth")
    with live(world.repo) as view:
        mux = view.engine._mux
        ticks = threading.Semaphore(0)
        read = mux._mux.listing

        def counted(*args: object) -> object:
            ticks.release()
            return read(*args)  # type: ignore[arg-type]

        mux._mux.listing = counted  # type: ignore[method-assign,assignment]
        # A last listing of directories may still be on its way.
        eventually(lambda: not view.engine._trees._subscribed.any_stale())
        view.seen()
        asked, told = len(view.git.asked), len(view.published)
        for _ in range(4):
            assert ticks.acquire(timeout=PATIENCE)
        assert view.git.asked[asked:] == []
        assert len(view.published) == told


def test_two_dashboards_do_not_wake_each_other(world: World) -> None:
    world.worktree("auth")
    with live(world.repo) as one, live(world.repo) as two:
        one.seen()
        two.seen()
        asked = len(one.git.asked)
        two.engine.poke(status_of(None))
        assert two.engine.wait_idle(PATIENCE)
        one.engine._watch.drain(PATIENCE)
        assert one.git.asked[asked:] == [], "reading a status writes nothing that others see"


def test_a_reader_that_writes_nothing_is_left_in_the_git_directory(world: World) -> None:
    auth = world.worktree("auth")
    index = Path(f"{world.repo}/.git/worktrees/myapp-auth/index")
    os.utime(auth / "README.md", (1, 1))
    before = index.read_bytes()
    with live(world.repo) as view:
        assert view.work("auth").clean
    assert index.read_bytes() == before
    assert sorted(path.name for path in Path(f"{world.repo}/.git/pdev").iterdir()) == []


def test_a_log_written_all_the_time_is_looked_at_ever_less_and_holds_up_nothing(
    world: World,
) -> None:
    world.commit(".gitignore", "*.log\n")
    with live(world.repo) as view:
        stop = threading.Event()
        looks: list[float] = []
        status = view.git.status

        def timed(tree: Worktree, paths: Collection[str] | None = None) -> object:
            if paths is not None and "noisy.log" in paths:
                looks.append(time.monotonic())
            return status(tree, paths)

        view.git.status = timed  # type: ignore[method-assign,assignment]

        def log() -> None:
            while not stop.wait(0.01):
                (world.repo / "noisy.log").write_text("tick")

        writer = threading.Thread(target=log)
        writer.start()
        try:
            eventually(lambda: len(looks) >= 4)
            world.write("README.md", "edited\n")
            view.until(lambda s: view.work("main").modified == 1)
            # It is written every 10 ms and looked at as soon as ten times a second.
            eventually(lambda: looks[-1] - looks[-2] > 1.0, what="a pause of more than a second")
        finally:
            stop.set()
            writer.join()
        view.seen()


def test_a_worktree_inside_another_one(world: World) -> None:
    with live(world.repo) as view:
        nested = world.repo / "inside"
        world.git("worktree", "add", "-q", "-b", "inside", str(nested))
        view.seen()
        eventually(lambda: not view.engine._trees.unwatched(view.engine._facts.live_trees()))
        view.seen()
        world.write("src/app.py", "edited\n", cwd=nested)
        world.write("README.md", "edited\n", cwd=nested)
        view.until(lambda s: view.work("inside").modified == 2)
