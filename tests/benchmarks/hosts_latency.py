"""How long a change on one machine takes to stand on the screen of another: `make hosts`.

    python -m tests.benchmarks.hosts_latency [--count 40]

Two clones with homes of their own, a server with `fsync`, and the whole dashboard in a terminal of
200×60. Measured from the moment at which the change was confirmed to the first machine.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.harness import quantile
from tests.support.isolation import environment
from tests.support.terminal import Terminal
from tests.support.waiting import eventually
from tests.support.world import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from parallel_tui.adapters.store.postgres.transaction import RowTransaction


def _lock(tx: RowTransaction, mark: str) -> None:
    from parallel_tui.model.sharing.lock import Lock

    tx.locks.grant(Lock(mark, mark, "auth", since=tx.now))


def _release(tx: RowTransaction, mark: str) -> None:
    lock = tx.locks.get(mark)
    if lock is not None:
        tx.locks.remove(lock)


def _event(tx: RowTransaction, mark: str) -> None:
    tx.events.emit("note", "auth", {"message": mark})


def _handoff(tx: RowTransaction, mark: str) -> None:
    from parallel_tui.model.sharing.coordination import Handoff

    tx.handoffs.put(Handoff(mark, "auth", "api", mark, timestamp=int(tx.now * 1000)))


def _close(tx: RowTransaction, mark: str) -> None:
    from parallel_tui.model.sharing.coordination import HandoffState
    from parallel_tui.record import replace

    found = tx.handoffs.get(mark)
    if found is not None:
        tx.handoffs.put(replace(found, state=HandoffState.DONE, changed=int(tx.now * 1000)))


KINDS: dict[str, tuple[Callable[[RowTransaction, str], None], str | None]] = {
    "lock": (_lock, "held"),
    "release": (_release, None),
    "event": (_event, ""),
    "handoff": (_handoff, ""),
    "handoff done": (_close, "done"),
}
"""How each is made, and what stands beside its mark then; `None` where it is gone."""


def took(store: PostgresStore, terminal: Terminal, kind: str, mark: str) -> float:
    """Make one change; milliseconds from its confirmation to the screen."""
    make, beside = KINDS[kind]
    with store.change("auth") as tx:
        make(tx, mark)
    began = time.perf_counter()
    while not _shown(terminal, mark, beside):
        if time.perf_counter() - began > 20:
            raise RuntimeError("\n".join(terminal.screen()))
        time.sleep(0.002)
    return (time.perf_counter() - began) * 1000


def _shown(terminal: Terminal, mark: str, beside: str | None) -> bool:
    there = [line for line in terminal.screen() if mark in line]
    return not there if beside is None else any(beside in line for line in there)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=40)
    count = parser.parse_args().count
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from tests.hosts import keeper
    from tests.hosts.server import Server, _free_port

    top = Path(tempfile.mkdtemp(prefix="pdla-"))
    top.chmod(0o755)
    (top / "server").mkdir()
    (top / "tmux").mkdir(mode=0o700)
    keeper.make(top / "server")
    server = Server(top / "server", _free_port())
    process = keeper.start(server.folder, server.port, "fsync=on")
    world = World(top, environment(top / "home", top / "tmux"))
    terminal: Terminal | None = None
    try:
        world.init()
        for name in ("auth", "api"):
            world.worktree(name)
        key = world.git("rev-list", "--max-parents=0", "HEAD").strip()
        address = address_of(server.make("pdev"))
        ServerAdmin(address, key, "app").init()
        store = PostgresStore(address, key, FileStore(str(top / "other")))
        env = {**world.env, "PDEV_STORE": address.url, "PYTHONPATH": str(Path(__file__).parents[2])}
        terminal = Terminal(top, env, columns=200, rows=60)
        terminal.open(world.repo)
        terminal.start([sys.executable, "-m", "parallel_tui"], world.repo)
        eventually(lambda: any("Locks" in line for line in terminal.screen()), what="the dashboard")
        took(store, terminal, "lock", "warm-up")
        times: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for number in range(count):
            for kind in KINDS:
                mark = f"{kind.split()[0].replace('release', 'lock')}-{number:03d}"
                times[kind].append(took(store, terminal, kind, mark))
                time.sleep(0.3)
        print("| change on one machine, screen of another | p50 ms | p95 ms | longest ms |")
        print("| --- | ---: | ---: | ---: |")
        for kind, found in times.items():
            row = (statistics.median(found), quantile(found, 0.95), max(found))
            print(f"| {kind} | " + " | ".join(f"{each:.0f}" for each in row) + " |")
        print(json.dumps({"count": count}), file=sys.stderr)
        store.close()
    finally:
        if terminal is not None:
            terminal.close()
        world.close()
        process.send_signal(signal.SIGQUIT)
        process.wait()
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    main()
