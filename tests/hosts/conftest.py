"""A server for the tests of one folder, and stores on it as several machines have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hosts.server import AWAY, Server, demand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.postgres.store import PostgresStore


@pytest.fixture
def server() -> Server:
    """The server of this run."""
    return demand()


@pytest.fixture
def machine(server: Server, tmp_path: Path) -> Iterator[Callable[..., PostgresStore]]:
    """Opens the store as a machine with files of its own does, of the same repository."""
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.store import PostgresStore

    key = str(tmp_path)
    ServerAdmin(address_of(server.url()), key, "app").init()
    opened: list[PostgresStore] = []

    def open_store(name: str = "one", url: str = "") -> PostgresStore:
        files = FileStore(str(tmp_path / name))
        where = server.away() if url == AWAY else url or server.url()
        opened.append(PostgresStore(address_of(where), key, files))
        return opened[-1]

    yield open_store
    for each in opened:
        each.close()
