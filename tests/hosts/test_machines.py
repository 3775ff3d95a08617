"""What one machine does is seen, and proved, on another."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files.contents import FileContents
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.model.sharing.lock import Holder, Liveness, Lock, LockState
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.panes.events import EventsPane
from parallel_tui.ui.panes.handoffs import HandoffsPane
from parallel_tui.ui.panes.locks import LocksPane
from tests.hosts.server import AWAY
from tests.support.waiting import eventually

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.postgres.store import PostgresStore


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes this process one of another machine from now on."""
    from parallel_tui.adapters.store.postgres import hosts

    def become(name: str) -> None:
        monkeypatch.setattr(liveness, "host", lambda: name)
        hosts.this_host.cache_clear()

    monkeypatch.setattr(liveness, "host", liveness.host)
    yield become
    monkeypatch.undo()
    hosts.this_host.cache_clear()


def _state(store: PostgresStore, name: str) -> LockState | None:
    with store.change("somebody") as tx:
        lock = tx.locks.get(name)
        return None if lock is None else tx.judge(lock)


def test_the_end_of_a_session_is_proved_by_its_own_machine_alone(
    machine: Callable[..., PostgresStore], on: Callable[[str], None]
) -> None:
    from parallel_tui.adapters.store.postgres.leases import beat
    from parallel_tui.adapters.store.postgres.server.link import Link

    red, green = machine("red"), machine("green")

    def beat_here() -> None:
        link = Link(red.address, red.key, 10.0)
        beat(link, lambda _name, _generation: None)
        link.drop()

    with subprocess.Popen([sys.executable], stdin=subprocess.PIPE) as owner:
        on("red")
        holder = liveness.holder_of(owner.pid)
        with red.change("auth") as tx:
            # A place that tells red that the session is gone, and green nothing.
            gone = f"{red.local.root.path}/worktrees/gone"
            tx.locks.grant(Lock("a", "a", "auth", since=tx.now, holder=holder))
            tx.locks.grant(Lock("b", "b", "auth", since=tx.now, worktree=gone))
        on("green")
        assert (_state(green, "a"), _state(green, "b")) == (LockState.HELD, LockState.HELD)
        locks = green.read().locks
        assert [green.liveness(each) for each in locks] == [Liveness.ALIVE, Liveness.UNKNOWN]
        beat_here()
        assert _state(green, "a") is LockState.HELD, "green proves nothing of red's"
        owner.kill()
        owner.wait()
        assert _state(green, "a") is LockState.HELD
        on("red")
        assert _state(red, "a") is LockState.DEAD
        beat_here()
    on("green")
    assert _state(green, "a") is LockState.DEAD
    assert green.read().ended == {"a", "b"}


def test_a_command_that_waits_elsewhere_is_forgotten_when_it_is_silent(
    machine: Callable[..., PostgresStore], on: Callable[[str], None]
) -> None:
    store = machine()
    on("red")
    waiter = Waiter("w", "auth", ("a",), (), Holder("red", "boot", 7, "1"))
    with store.change("auth") as tx:
        tx.waiting.replace([waiter])
    on("green")
    assert store.waiting() == {"auth"}
    with store.change("api") as tx:
        tx.waiting.replace(tx.waiting.all())  # another's turn does not renew it
    _age(store, "waiter", "seen")
    assert store.waiting() == frozenset()


def _age(store: PostgresStore, table: str, column: str) -> None:
    from parallel_tui.adapters.store.postgres.server.link import Link

    link = Link(store.address, store.key, 10.0)
    link.ready()
    later = f"{column} - interval '2 min'"
    link.run(f"UPDATE pdev.{table} SET {column} = {later} WHERE repository = {link.id}")
    link.drop()


def test_hooks_of_each_machine_see_the_locks_of_all(
    machine: Callable[..., PostgresStore], on: Callable[[str], None]
) -> None:
    red, green = machine("red"), machine("green")
    on("red")
    with red.change("auth") as tx:
        for name in (".env", "src_päth#{x}"):
            target = name.replace("_", "/")
            worktree = f"{red.local.root.path}/worktrees/gone"
            lock = Lock(name, target, "auth", since=tx.now, ttl=9.0, worktree=worktree)
            tx.locks.grant(lock)
    on("green")
    scripts = green.local.locks.folder
    scripts.write("theirs.lock", b"script\n")
    green.read()
    seen = {lock.name: lock for lock in FileStore(green.local.root.path).read().locks}
    assert seen.keys() == {".env", "src_päth#{x}", "theirs"}
    assert (seen[".env"].owner, seen[".env"].worktree) == ("auth", None)
    assert FileContents(green.local).take().locks.keys() == {"theirs"}, "the others are no copies"
    on("red")
    assert FileStore(red.local.root.path).read().locks[0].worktree is not None
    with red.change("auth") as tx:
        for each in tx.locks.all():
            if each.script is None:
                tx.locks.remove(each)
    assert [lock.name for lock in FileStore(red.local.root.path).read().locks] == ["theirs"]
    on("green")
    green.read()
    assert [lock.name for lock in FileStore(green.local.root.path).read().locks] == ["theirs"]


def test_a_hook_s_word_that_a_session_works_reaches_the_others(
    machine: Callable[..., PostgresStore],
) -> None:
    store = machine()
    with store.change("auth") as tx:
        tx.locks.grant(Lock("a", "a", "auth", since=tx.now, ttl=600.0))
    meta = store.local.locks.meta
    details = json.loads(meta.read("a.json") or b"")
    meta.write("a.json", json.dumps({**details, "renewed": details["since"] + 60}).encode())
    told = threading.Event()
    watch = store.watch(told.set)
    eventually(lambda: (store.read().locks[0].renewed or 0) > details["since"] + 50)
    watch.close()


def test_whoever_watches_hears_again_after_its_connection_was_lost(
    machine: Callable[..., PostgresStore],
) -> None:
    import psycopg

    store = machine()
    told = threading.Event()
    watch = store.watch(told.set)
    eventually(told.is_set)
    for _ in range(2):
        with psycopg.connect(store.address.url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND application_name = 'pdev'"
                " AND (query LIKE 'LISTEN%' OR query LIKE '%INSERT INTO pdev.host%')"
            )
        told.clear()
        with store.change("auth") as tx:
            tx.events.emit("note", "auth", None)
        eventually(told.is_set)
    watch.close()
    assert len(store.read().events) == 2


@pytest.mark.parametrize("off", [3600.0, -3600.0])
def test_a_clock_that_is_off_lets_nothing_expire(
    machine: Callable[..., PostgresStore], monkeypatch: pytest.MonkeyPatch, off: float
) -> None:
    import time

    with machine("right").change("auth") as tx:
        tx.locks.grant(Lock("a", "a", "auth", since=tx.now, ttl=600.0))
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + off)
    store = machine("wrong")
    with store.change("api") as tx:
        tx.locks.grant(Lock("b", "b", "api", since=tx.now, ttl=600.0))
    away = machine("wrong", AWAY)
    for seen in (store.read(), away.read()):
        assert seen.ahead == -off
        states = [seen.lock_state(each, time.time()) for each in seen.locks]
        assert states == [LockState.HELD, LockState.HELD]
        mirrored = FileStore(store.local.root.path).read().locks
        assert [abs((each.since or 0) - time.time()) < 99 for each in mirrored] == [True, True]
        for pane in (LocksPane, EventsPane, HandoffsPane):
            snapshot = Snapshot(repository="app", coordination=seen)  # type: ignore[arg-type]
            assert pane.SPEC.slice(snapshot).ahead == -off
    monkeypatch.undo()
    with machine("right").change("else") as tx:
        assert [tx.judge(each) for each in tx.locks.all()] == [LockState.HELD, LockState.HELD]
    assert machine("right").read().ahead == 0.0


def test_a_machine_says_what_it_is_and_how_it_is_reached(
    machine: Callable[..., PostgresStore],
) -> None:
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin

    store = machine()
    store.about = lambda: {"git": "2.39", "ssh": "me@red", "path": "/src", "tables": 3, "odd": []}
    watch = store.watch(lambda: None)
    admin = ServerAdmin(store.address, store.key, "app")

    def told() -> list[tuple[object, ...]]:
        hosts = admin.status().hosts
        return [(each.git, each.ssh, each.path, each.tables, each.python) for each in hosts]

    eventually(lambda: told() == [("2.39", "me@red", "/src", 3, "")])
    watch.close()
