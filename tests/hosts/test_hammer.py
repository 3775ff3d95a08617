"""Many processes of several machines at once, killed at random, as their server's are."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.store.postgres.mirrored.claims import CLASH
from parallel_tui.adapters.store.postgres.server.address import address_of
from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
from parallel_tui.adapters.store.postgres.store import PostgresStore
from tests.hosts import keeper
from tests.hosts.server import Server, _free_port, why_not
from tests.support.waiting import eventually

KEPT = os.environ.get("PDEV_HAMMER_LOG")
"""Where to keep all that was told, to find out what happened."""

LONG = bool(os.environ.get("PDEV_HAMMER"))
EACH = 500 if LONG else 12
KILLS = 40 if LONG else 4
HOSTS = (("red", 0), ("red", 0), ("red", 0), ("green", 0), ("green", 0), ("green", 0),
         ("blue", 3600), ("blue", 3600))  # fmt: skip
"""Eight processes of three machines; the clock of one is an hour off."""


class Fleet:
    """The processes, each begun anew when it was killed, and all that they told."""

    def __init__(self, url: str, key: str, folder: Path) -> None:
        self._command = [sys.executable, "-m", "tests.hosts.hammered", url, key]
        self._folder = folder
        self.told: list[list[str]] = []
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(len(HOSTS))]
        self._mirrors = [
            threading.Thread(target=self._mirror, args=(host, skew)) for host, skew in {*HOSTS}
        ]
        self.mirrors: dict[str, subprocess.Popen[bytes]] = {}
        self._ended = False

    def start(self) -> None:
        """Start all."""
        for thread in (*self._mirrors, *self._threads):
            thread.start()

    def end(self) -> None:
        """End the mirrors."""
        self._ended = True

        def ended() -> bool:
            for made in [*self.mirrors.values()]:
                made.kill()
            return not any(thread.is_alive() for thread in self._mirrors)

        eventually(ended)

    def _mirror(self, host: str, skew: int) -> None:
        what = [str(self._folder / host), host, f"mirror-{host}", "0", str(skew)]
        while not self._ended:
            made = subprocess.Popen([*self._command, *what], cwd=Path(__file__).parents[2])
            self.mirrors[host] = made
            made.wait()

    @property
    def busy(self) -> bool:
        """Whether one still works."""
        return any(thread.is_alive() for thread in self._threads)

    def _run(self, number: int) -> None:
        host, skew = HOSTS[number]
        left = EACH
        while left > 0:
            what = [str(self._folder / host), host, f"s{number}", str(left), str(skew)]
            made = subprocess.Popen(
                [*self._command, *what], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
            )
            self.running[number] = made
            assert made.stdout is not None
            with made.stdout:
                for line in made.stdout:
                    words = line.decode().split()
                    self.told.append([f"s{number}", *words])
                    left -= words[0] != "failed"
            if not made.wait():
                return


def _backends(server: Server) -> list[int]:
    with psycopg.connect(server.url("postgres"), autocommit=True) as made:
        found = made.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'pdev'"
        ).fetchall()
    return [int(pid) for (pid,) in found]


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "PostgreSQL")
def test_nothing_is_lost_torn_or_granted_twice(tmp_path: Path) -> None:
    # Its own, for it is ended, and where a server that is not root's gets to.
    folder = Path(tempfile.mkdtemp(prefix="pdpg-"))
    keeper.make(folder)
    server = Server(folder, _free_port())
    process = keeper.start(folder, server.port)
    address = address_of(server.make("pdev"))
    ServerAdmin(address, "app", "app").init()
    fleet = Fleet(address.url, "app", tmp_path)
    try:
        fleet.start()
        chance = random.Random(7)  # noqa: S311 - no secret
        for number in range(KILLS):
            before = len(fleet.told)
            eventually(lambda: len(fleet.told) > before + 12 or not fleet.busy)  # noqa: B023
            if number == KILLS // 2:
                process.send_signal(signal.SIGINT)
                process.wait()
                process = keeper.start(folder, server.port)
            elif number % 2:
                pool = fleet.mirrors if number % 4 == 1 else fleet.running
                one = chance.choice(list(pool.values()))
                if one.poll() is None:
                    one.kill()
            else:
                found = eventually(lambda: _backends(server) or not fleet.busy)
                if isinstance(found, list):
                    _kill(chance.choice(found))
        eventually(lambda: not fleet.busy)
        fleet.end()
        _check(fleet.told, [tmp_path / host for host in {host for host, _ in HOSTS}], address)
    finally:
        fleet.end()
        if process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait()
        shutil.rmtree(folder)


def _check_files(folders: list[Path], address: object) -> None:
    """Hold the lock files of each machine to what the server says."""
    for folder in folders:
        store = PostgresStore(address, "app", FileStore(str(folder)), timeout=60)  # type: ignore[arg-type]
        for _ in range(2):
            seen = store.read(events=0)
        store.close()
        files = {lock.name: lock.owner for lock in FileStore(str(folder)).locks.all()}
        beside = {lock.name for lock in seen.locks if lock.rivals}
        told = {lock.name: lock.owner for lock in seen.locks}
        assert {name: told.get(name) for name in files if name not in beside} == {
            name: owner for name, owner in files.items() if name not in beside
        }
        assert told.keys() <= files.keys()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _check(told: list[list[str]], folders: list[Path], address: object) -> None:
    """Hold the store to all that it confirmed."""
    for folder in folders:
        store = PostgresStore(address, "app", FileStore(str(folder)), timeout=60)  # type: ignore[arg-type]
        eventually(lambda: store.deliver() == 0)  # noqa: B023
        seen = store.read(events=None)
        store.close()
    if KEPT:
        Path(KEPT).write_text("\n".join(" ".join(words) for words in told))
    assert seen.stale == ""
    grants = Counter(tuple(words[2:4]) for words in told if words[1] == "granted")
    assert [grant for grant, count in grants.items() if count > 1] == []
    assert [words for words in told if words[1] == "stolen"] == []
    assert grants
    events = Counter(
        (each.session, each.type, each.payload.strip('"'))
        for each in seen.events
        if each.type != CLASH  # told again when it happens again
    )
    assert [event for event, count in events.items() if count > 1] == [], "told twice"
    confirmed = {(words[0], words[1], words[2]) for words in told if words[1] in ("both", "alone")}
    assert confirmed - events.keys() == set(), "lost"
    _check_files(folders, address)
    listed = {task.text for each in seen.tasks for task in each.tasks}
    assert {f"{who} {mark}" for who, kind, mark in events if kind == "both"} == listed, "torn"
