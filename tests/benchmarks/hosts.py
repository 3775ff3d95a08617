"""What a store on a server costs as machines become many: `make hosts`.

    python -m tests.benchmarks.hosts [--machines 3,30,100] [--seconds 20]

Simulated machines hear each change and ask for what is new, by the program's own code and
connections; only what they were told is not drawn. A writer makes each change as a command does,
by a connection of its own. One more process is a whole store that tells how long changes took to
arrive. All of it runs on one computer, the server among it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

SESSIONS = 10
EVERY = 30.0
"""Seconds in which each session changes something once."""

COLUMNS = (
    "machines", "sessions", "changes a minute", "connections", "reads", "commits", "kB",
    "ms of the server's CPU", "p50 ms", "p95 ms",
)  # fmt: skip
"""From reads to CPU: for each change and machine."""


def watch(url: str, key: str, first: int, count: int) -> None:
    """Be so many machines until told to end."""
    from parallel_tui.adapters.process import liveness
    from parallel_tui.adapters.store.postgres import leases
    from parallel_tui.adapters.store.postgres.following import Following
    from parallel_tui.adapters.store.postgres.kinds.events import EventRows
    from parallel_tui.adapters.store.postgres.leases import beat
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.link import Link
    from parallel_tui.adapters.store.postgres.watch import ServerWatch

    names = threading.local()
    liveness.host = lambda: getattr(names, "own", "somebody")
    vars(leases)["this_host"] = liveness.host
    address = address_of(url)
    ended = threading.Event()
    done = [0]

    def machine(number: int) -> ServerWatch:
        told = threading.Event()
        reading = Link(address, key, 30.0)

        def read() -> None:
            known = None
            while not ended.is_set():
                told.wait()
                told.clear()
                reading.ready()
                known = known or Following(EventRows(reading.run, reading.id), 500)
                while known.take(reading.as_of_one_moment(known.asking())) is None:
                    pass
                done[0] += 1

        threading.Thread(target=read, daemon=True).start()
        link = Link(address, key, 30.0)

        def beats() -> None:
            names.own = f"m{number}"
            beat(link, lambda _name, _generation: None)

        return ServerWatch(link, told.set, lambda: None, beats)

    watches = [machine(number) for number in range(first, first + count)]
    print("ready", flush=True)
    for line in sys.stdin:
        if line == "count\n":
            print(done[0], flush=True)
    os._exit(0 if watches else 1)


def observe(url: str, key: str, folder: str) -> None:
    """Say how long each event took to get here."""
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.store import PostgresStore

    store, told = PostgresStore(address_of(url), key, FileStore(folder)), threading.Event()
    store.watch(told.set)
    seen: set[str] = set()
    store.read()
    print("ready", flush=True)
    while True:
        told.wait()
        told.clear()
        for event in store.read().events:
            if event.id not in seen:
                seen.add(event.id)
                print(time.time() - float(json.loads(event.payload)["at"]), flush=True)


def write(url: str, key: str, folder: str, sessions: int, seconds: float) -> None:
    """Change something as often as so many sessions do, each time as a command."""
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from parallel_tui.model.sharing.coordination import SessionRecord
    from parallel_tui.model.sharing.lock import Lock

    chance = random.Random(7)  # noqa: S311 - no secret
    began, done = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        who = f"session-{chance.randrange(sessions)}"
        store = PostgresStore(address_of(url), key, FileStore(folder))
        with store.change(who) as tx:
            kind = done % 4
            if kind == 0:
                tx.events.emit("note", who, {"at": time.time(), "text": "x" * 80})
            elif kind == 1:
                tx.sessions.put(SessionRecord(who, "working", last_update=int(time.time() * 1e3)))
            else:
                lock = tx.locks.get(f"src_{who}")
                if lock is None:
                    tx.locks.grant(Lock(f"src_{who}", f"src/{who}", who, since=tx.now))
                else:
                    tx.locks.remove(lock)
            tx.journal.add("note", {"target": who})
        store.close()
        done += 1
        due = began + done * EVERY / sessions
        time.sleep(max(0.0, due - time.monotonic()))
    print(done, flush=True)


def _run(what: str, *args: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.benchmarks.hosts", what, *map(str, args)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _line(made: subprocess.Popen[str]) -> str:
    assert made.stdout is not None
    return made.stdout.readline().strip()


def _asked(made: subprocess.Popen[str]) -> int:
    assert made.stdin is not None
    made.stdin.write("count\n")
    made.stdin.flush()
    return int(_line(made))


def _settle(groups: list[subprocess.Popen[str]]) -> None:
    """Wait until nobody reads any more."""
    before = -1
    while (now := sum(map(_asked, groups))) != before:
        before = now
        time.sleep(3)


def _cpu(pid: int) -> float:
    """Seconds of processor of a process and its children, ended ones among them."""
    import psutil

    top = psutil.Process(pid)
    times = top.cpu_times()
    spent = times.user + times.system + times.children_user + times.children_system
    for each in top.children(recursive=True):
        try:
            found = each.cpu_times()
        except psutil.Error:
            continue
        spent += found.user + found.system
    return float(spent)


def _sent() -> int:
    """Bytes that went over loopback."""
    for line in Path("/proc/net/dev").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name.strip() == "lo":
            return int(rest.split()[0])
    return 0


def measure(machines: int, seconds: float) -> dict[str, str]:
    """One row of the table."""
    import psycopg

    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from parallel_tui.model.sharing.coordination import SessionRecord
    from tests.hosts import keeper
    from tests.hosts.server import Server, _free_port

    folder = Path(tempfile.mkdtemp(prefix="pdgr-"))
    here = folder / "here"
    keeper.make(folder)
    server = Server(folder, _free_port())
    process = keeper.start(folder, server.port, f"max_connections={machines * 3 + 30}", "fsync=on")
    running: list[subprocess.Popen[str]] = []
    try:
        address = address_of(server.make("pdev"))
        ServerAdmin(address, "k", "growth").init()
        sessions = machines * SESSIONS
        store = PostgresStore(address, "k", FileStore(str(here)))
        with store.change("somebody") as tx:
            for number in range(sessions):
                tx.sessions.put(SessionRecord(f"session-{number}", "working"))
            for number in range(500):
                tx.events.emit("note", "somebody", {"at": 0, "text": "x" * 80, "n": number})
        store.close()
        share = -(-machines // 4)
        groups = [
            _run("watch", address.url, "k", first, min(share, machines - first))
            for first in range(0, machines, share)
        ]
        observer = _run("observe", address.url, "k", here / "observer")
        running += [*groups, observer]
        for each in running:
            assert _line(each) == "ready"
        _settle(groups)
        with psycopg.connect(server.url("postgres"), autocommit=True) as asking:

            def stat(query: str) -> int:
                found = asking.execute(query.encode()).fetchone()
                return int(found[0]) if found else 0

            commits = "SELECT xact_commit FROM pg_stat_database WHERE datname = 'pdev'"
            before = (stat(commits), sum(map(_asked, groups)), _sent(), _cpu(process.pid))
            began = time.monotonic()
            writer = _run("write", address.url, "k", here, sessions, seconds)
            running.append(writer)
            time.sleep(seconds / 2)
            connections = stat("SELECT count(*) FROM pg_stat_activity WHERE datname = 'pdev'")
            changes = int(_line(writer))
            took = time.monotonic() - began
            time.sleep(1.5)  # until statistics are told
            after = (stat(commits), sum(map(_asked, groups)), _sent(), _cpu(process.pid))
        observer.send_signal(signal.SIGKILL)
        assert observer.stdout is not None
        took_each = sorted(1000 * float(line) for line in observer.stdout)
        took_each = [each for each in took_each if each < 600_000]
        each_told = changes * machines
        return dict(
            zip(
                COLUMNS,
                (
                    str(machines),
                    str(sessions),
                    f"{changes * 60 / took:.0f}",
                    str(connections),
                    f"{(after[1] - before[1]) / each_told:.1f}",
                    f"{(after[0] - before[0]) / each_told:.1f}",
                    f"{(after[2] - before[2]) / each_told / 1000:.1f}",
                    f"{(after[3] - before[3]) * 1000 / each_told:.1f}",
                    f"{statistics.median(took_each):.0f}",
                    f"{took_each[int(len(took_each) * 0.95)]:.0f}",
                ),
                strict=True,
            )
        )
    finally:
        for each in running:
            each.kill()
            each.wait()
        process.send_signal(signal.SIGQUIT)
        process.wait()
        shutil.rmtree(folder)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--machines", default="3,30,100")
    parser.add_argument("--seconds", type=float, default=20.0)
    parsed = parser.parse_args()
    print("| " + " | ".join(COLUMNS) + " |")
    print("|" + " ---: |" * len(COLUMNS))
    for number in parsed.machines.split(","):
        print("| " + " | ".join(measure(int(number), parsed.seconds).values()) + " |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["watch"]:
        watch(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    elif sys.argv[1:2] == ["observe"]:
        observe(*sys.argv[2:5])
    elif sys.argv[1:2] == ["write"]:
        url, key, folder, sessions, seconds = sys.argv[2:]
        write(url, key, folder, int(sessions), float(seconds))
    else:
        main()
