"""A server that is there and cannot be used: what is said, and what is kept until it can."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.store.postgres.server.address import AwayError, address_of
from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
from parallel_tui.adapters.store.postgres.store import PostgresStore
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.sharing.lock import Lock
from tests.hosts.server import AWAY, Server


def _run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as made:
        for each in statements:
            made.execute(each.encode())


def _emit(store: PostgresStore) -> tuple[str, ...]:
    with store.change("auth") as tx:
        tx.events.emit("note", "auth", None)
    return tx.warnings


def test_what_is_taken_away_under_a_dashboard_is_told_and_comes_back(
    server: Server, tmp_path: Path
) -> None:
    url = server.make(f"broken-{tmp_path.parent.name}-{tmp_path.name}"[:60])
    admin = ServerAdmin(address_of(url), "k", "app")
    admin.init()
    store = PostgresStore(address_of(url), "k", FileStore(str(tmp_path)))
    _emit(store)
    for gone, why in (
        ("DELETE FROM pdev.repository", "not know this repository"),
        ("DROP SCHEMA pdev CASCADE", "no tables of pdev"),
    ):
        _run(url, gone)
        (problem,) = store.read().problems
        assert why in problem.reason
        assert "pdev store init" in problem.remedy
        with pytest.raises(CouldNotLookError, match=why):
            _emit(store)
        admin.init()
        assert store.read().problems == ()
        assert _emit(store) == ()
        assert len(store.read().events) == 1
    name = url.rpartition("/")[2]
    _run(server.url("postgres"), f'DROP DATABASE "{name}" WITH (FORCE)')
    assert "does not exist; shown is what was known" in store.read().stale
    assert "once it answers" in _emit(store)[0]
    _run(server.url("postgres"), f'CREATE DATABASE "{name}"')
    admin.init()
    assert len(store.read().events) == 1, "that which waited"
    store.close()


def test_what_waits_waits_on_while_the_server_takes_nothing(
    server: Server, machine: Callable[..., PostgresStore]
) -> None:
    store = machine()
    store.read()
    busy = PostgresStore(store.address, store.key, store.local, timeout=0.1)
    with store.change("other"):
        _emit(machine(url=AWAY))
        with pytest.raises(CouldNotLookError, match="Others have held"):
            busy.deliver()
    assert store.local.own.below("quarantine").names() == ()
    assert len(busy.read().events) == 1
    busy.close()


def test_a_machine_that_has_only_locked_can_release_while_the_server_is_away(
    machine: Callable[..., PostgresStore],
) -> None:
    with machine().change("auth") as tx:
        tx.locks.grant(Lock("a", "a", "auth", since=tx.now))
    with machine(url=AWAY).change("auth") as tx:
        (lock,) = tx.locks.all()
        assert tx.locks.remove(lock)
    assert machine().read().locks == ()


def test_a_server_that_stands_still_is_left(server: Server, tmp_path: Path) -> None:
    address = address_of(server.url())
    ServerAdmin(address, str(tmp_path), "app").init()
    store = PostgresStore(address, str(tmp_path), FileStore(str(tmp_path)), timeout=0.1)
    store.read()
    made = store._writing.ready()
    process = made.info.backend_pid
    made.patience = 0.5  # type: ignore[attr-defined]
    try:
        os.kill(process, signal.SIGSTOP)
        with pytest.raises(AwayError, match="no answer within"):
            store._writing.run("SELECT 1")
    finally:
        os.kill(process, signal.SIGCONT)
    assert store.read().stale == ""
    store.close()


def test_a_pooler_that_passes_no_news_on_is_told(
    machine: Callable[..., PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the news are taken away; `docs/hosts.md` says what a real one does."""
    from parallel_tui.adapters.store.postgres.watch import ServerWatch
    from tests.support.waiting import eventually

    store, told = machine(), list[int]()
    monkeypatch.setattr(ServerWatch, "_hears", lambda *_: False)
    watch = store.watch(lambda: told.append(1))
    eventually(lambda: len(told) > 1, what="looks without news")
    assert "a pooler gives each transaction another" in store.read().problems[0].reason
    watch.close()
