"""A real PostgreSQL server that all tests of a run share."""

from __future__ import annotations

import fcntl
import functools
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hosts import keeper
from tests.support.waiting import eventually

AWAY = "away"
"""What stands for `Server.away` where a machine is opened."""


@dataclass(frozen=True)
class Server:
    """A server on loopback.

    Attributes:
        folder: Where its data and its socket are.
        port: Where it listens.
    """

    folder: Path
    port: int

    def url(self, database: str = "pdev", role: str = "owner") -> str:
        """A database of it, as `store` names one."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def away(self, database: str = "pdev") -> str:
        """The same database as long as no way leads to it."""
        return f"{self.url(database)}?hostaddr=127.0.0.2"

    def make(self, database: str) -> str:
        """Make an empty database; returns its URL."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as made:
            made.execute(f'CREATE DATABASE "{database}"'.encode())
        return self.url(database)


def why_not() -> str:
    """Why no server can be run here; empty when one can."""
    return "" if keeper.programs() else "PostgreSQL is not installed (Debian: postgresql)"


def demand() -> Server:
    """The server of this run.

    Skips the test where there is none.
    """
    reason = why_not()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return _shared()


@functools.cache
def _shared() -> Server:
    """The server that all workers of this run share; the first of them starts it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    # Directly below the temporary folder: a socket's path must stay short.
    folder = Path(tempfile.gettempdir(), f"pdpg-{run[:12]}")
    folder.mkdir(mode=0o755, exist_ok=True)
    users = (folder / "users").open("ab")
    fcntl.flock(users, fcntl.LOCK_SH)
    _held.append(users)
    with (folder / "starting").open("a+") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        starting.seek(0)
        found = starting.read()
        if found:
            return Server(folder, int(found))
        port = _free_port()
        made = subprocess.Popen(
            [sys.executable, "-m", "tests.hosts.keeper", str(folder), str(port)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

        def ready() -> bool:
            assert made.poll() is None, "the server's keeper has ended"
            return (folder / "ready").exists()

        _held.append(made)
        eventually(ready, what="PostgreSQL")
        server = Server(folder, port)
        server.make("pdev")
        starting.write(str(port))
    return server


_held: list[object] = []


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
