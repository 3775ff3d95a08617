"""Watching where something is in the way: whichever way is in use, nothing is missed for good."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parallel_tui.engine.watching import metadata, polling
from parallel_tui.engine.watching.directories import Directories, InotifyDirectories
from parallel_tui.engine.watching.metadata import MetadataWatch
from parallel_tui.engine.watching.polling import PollingDirectories
from parallel_tui.engine.watching.watched_files import MANY, WatchedDirectories
from parallel_tui.engine.watching.ways import ways_to_watch
from parallel_tui.model.scope import COORDINATION, EVERYTHING, TOPOLOGY, Scope, status_of
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.view.snapshot import Level
from tests.support.waiting import PATIENCE
from tests.support.world import World

Make = Callable[[], Directories]


class Watching:
    """A running watch, and what it has told."""

    def __init__(self, world: World, make: Make | None = None) -> None:
        repository = Repository(
            "myapp", f"{world.repo}/.git", str(world.repo), False, f"{world.repo}/.claude"
        )
        Path(repository.runtime_dir).mkdir(exist_ok=True)
        best, *instead = ways_to_watch(repository)
        self.troubles: list[str | None] = []
        self._told: list[Scope] = []
        self._news = threading.Condition()
        self.watch = MetadataWatch(
            repository, make or best, self._poke, self._trouble, instead=instead
        )

    def _poke(self, scope: Scope) -> None:
        with self._news:
            self._told.append(scope)
            self._news.notify_all()

    def _trouble(self, message: str | None, _: Level) -> None:
        with self._news:
            self.troubles.append(message)
            self._news.notify_all()

    def settle(self) -> None:
        """Hear of everything up to now, and forget it."""
        assert self.watch.drain(PATIENCE)
        with self._news:
            self._told.clear()

    def until(self, wanted: Callable[[], object]) -> None:
        """Wait until something is so."""
        with self._news:
            assert self._news.wait_for(wanted, PATIENCE), (self._told, self.troubles)

    def hears(self, scope: Scope) -> None:
        """Wait until a scope, or everything, is to be looked at again."""
        self.until(lambda: scope in self._told or EVERYTHING in self._told)


@contextmanager
def watching(world: World, make: Make | None = None) -> Iterator[Watching]:
    running = Watching(world, make)
    running.watch.start()
    try:
        running.until(lambda: running.troubles)
        running.settle()
        yield running
    finally:
        running.watch.stop()
        running.watch.join(PATIENCE)
    assert not running.watch._thread.is_alive()


def _through_watchfiles(world: World) -> Make:
    return lambda: WatchedDirectories(f"{world.repo}/.git/pdev")


WAYS: dict[str, Callable[[World], Make]] = {
    "watchfiles": _through_watchfiles,
    "watchfiles without marks": lambda _: WatchedDirectories,
    "inotify": lambda _: InotifyDirectories,
    "polling": lambda _: PollingDirectories,
}


@pytest.fixture(params=WAYS)
def make(request: pytest.FixtureRequest, world: World, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Each way to watch."""
    monkeypatch.setattr(polling, "EVERY", 0.2)
    return WAYS[request.param](world)


@pytest.fixture
def shared(world: World) -> Path:
    """The folder of what sessions share."""
    (world.repo / ".claude/locks").mkdir(parents=True)
    return world.repo / ".claude"


def _lock(shared: Path, name: str) -> None:
    (shared / f"locks/.{name}").write_text("auth\n")
    (shared / f"locks/.{name}").rename(shared / f"locks/{name}.lock")


def test_shared_files_removed_whole_and_made_again(world: World, make: Make, shared: Path) -> None:
    with watching(world, make) as running:
        for number in range(3):
            shutil.rmtree(shared)
            running.hears(COORDINATION)
            (shared / "locks").mkdir(parents=True)
            running.settle()
            _lock(shared, f"again-{number}")
            running.hears(COORDINATION)
            running.settle()


def test_shared_files_replaced_at_once(world: World, make: Make, shared: Path) -> None:
    other = world.repo / "other"
    (other / "locks").mkdir(parents=True)
    with watching(world, make) as running:
        shared.rename(world.repo / "former")
        other.rename(shared)
        running.hears(COORDINATION)
        running.settle()
        _lock(shared, "a")
        running.hears(COORDINATION)


def test_git_directories_of_worktrees_come_and_go(world: World, make: Make) -> None:
    with watching(world, make) as running:
        for _ in range(2):  # the second one has the path of the first
            auth = world.worktree("auth")
            running.hears(TOPOLOGY)
            running.settle()
            world.write("new.py", "x = 1\n", cwd=auth)
            world.git("add", "-A", cwd=auth)
            running.hears(status_of(f"{world.repo}/.git/worktrees/myapp-auth"))
            running.settle()
            world.git("worktree", "remove", "--force", str(auth))
            world.git("branch", "-D", "feature/auth")
            running.hears(TOPOLOGY)
            running.settle()


def test_a_shared_folder_that_is_a_link_and_leads_elsewhere_later(
    world: World, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "RECONCILE", 0.2)
    places = [world.root / "one", world.root / "two"]
    for place in places:
        (place / "locks").mkdir(parents=True)
    shared = world.repo / ".claude"
    shared.symlink_to(places[0])
    with watching(world, make) as running:
        _lock(shared, "a")
        running.hears(COORDINATION)
        running.settle()
        shared.unlink()
        shared.symlink_to(places[1])
        running.hears(COORDINATION)
        running.settle()
        _lock(shared, "b")
        running.hears(COORDINATION)


def test_more_changes_at_once_than_a_queue_holds(world: World, make: Make, shared: Path) -> None:
    with watching(world, make) as running:
        for number in range(MANY + 500):
            (shared / f"locks/{number}.lock").touch()
        running.hears(COORDINATION)
        running.settle()
        _lock(shared, "after")
        running.hears(COORDINATION)
        assert running.troubles == [None]


_STARVED = """
import sys, threading
from pathlib import Path
from tests.engine.test_watching_odd import watching
from tests.support.world import World
from parallel_tui.model.scope import COORDINATION

world = World(Path(sys.argv[1]), {})
with watching(world) as running:
    print(running.troubles[0])
    (world.repo / ".claude/locks/a.lock").touch()
    running.hears(COORDINATION)
"""


def _may_set_limits() -> bool:
    """Whether there are namespaces that have limits of their own."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(["unshare", "-U", "-r", "true"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not _may_set_limits(), reason="needs a user namespace, to set limits in")
@pytest.mark.parametrize(
    ("limit", "told"),
    [("instances", "max_user_instances"), ("watches", "max_user_watches")],
)
@pytest.mark.usefixtures("shared")
def test_where_the_system_gives_no_watch_at_all_it_is_said_and_looked_for(
    world: World, limit: str, told: str
) -> None:
    starve = f'echo 0 > /proc/sys/user/max_inotify_{limit}; exec "$@"'
    starved = ["unshare", "-U", "-r", "sh", "-c", starve, "sh"]
    done = subprocess.run(
        [*starved, sys.executable, "-c", _STARVED, str(world.root)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "noticed within 2 s, not at once" in done.stdout
    assert told in done.stdout


def test_a_folder_that_watchfiles_cannot_name_is_explained(world: World) -> None:
    def refused() -> Directories:
        "\udcff".encode()
        raise AssertionError("unreachable")

    with watching(world, refused) as running:
        assert running.troubles == [
            "What changes is noticed by inotify for now, as watchfiles cannot: "
            "the name of a directory is not UTF-8"
        ]


def test_a_folder_that_watchfiles_may_not_watch_has_inotify_take_over(
    world: World, shared: Path
) -> None:
    def refused() -> Directories:
        raise PermissionError(13, "Permission denied")

    with watching(world, refused) as running:
        assert running.troubles == [
            "What changes is noticed by inotify for now, as watchfiles cannot: Permission denied"
        ]
        _lock(shared, "a")
        running.hears(COORDINATION)
