"""A machine whose store is on another server than before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.store.postgres.server.address import address_of
from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
from parallel_tui.adapters.store.postgres.store import PostgresStore
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.sharing.lock import Lock
from tests.hosts.server import Server


def test_what_was_said_of_one_server_is_not_said_of_another(server: Server, tmp_path: Path) -> None:
    key, local = str(tmp_path), FileStore(str(tmp_path / "root"))
    urls = [server.make(f"switched-{os.getpid()}-{name}") for name in ("one", "two")]

    def opened(url: str) -> PostgresStore:
        return PostgresStore(address_of(url), key, local)

    for url in urls:
        ServerAdmin(address_of(url), key, "app").init()
        made = opened(url)
        with made.change(f"of-{url[-3:]}") as tx:
            assert tx.locks.grant(Lock("a.py", "a.py", f"of-{url[-3:]}", since=1.0)) is not None
        made.read()
        made.close()

    away = opened("postgresql://owner@127.0.0.1:1/pdev")
    with pytest.raises(CouldNotLookError):  # what the others said is nothing that this one said
        away.read().demand("locks")
    away.close()

    # The first one goes away, a lock there is released meanwhile, and then the second one is set.
    first = opened(urls[0])
    first.read()
    first.close()
    absent = opened(server.away(urls[0].rpartition("/")[2]))
    with absent.change("of-one") as tx:
        lock = tx.locks.get("a.py")
        assert lock is not None
        tx.locks.remove(lock)
    assert absent.read().locks == ()
    absent.close()
    second = opened(urls[1])
    assert [each.owner for each in second.read().locks] == ["of-two"]
    with second.change("somebody"):
        pass
    assert [each.owner for each in second.read().locks] == ["of-two"], "of the same generation"
    second.close()
    assert local.own.below("away").names() == ()
