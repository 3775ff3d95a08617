"""How many rows and bytes changes leave on a server: `make hosts`.

python -m tests.benchmarks.hosts_sizes [--changes 4000]
"""

from __future__ import annotations

import argparse
import shutil
import signal
import tempfile
import time
from pathlib import Path

TABLES = ("lock", "session", "handoff", "event", "journal", "delivered", "repository")
SESSIONS = 10


def main() -> None:
    """Make changes of each kind in turn, and print what they have left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=4000)
    count = parser.parse_args().changes
    import psycopg

    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from parallel_tui.model.sharing.coordination import SessionRecord
    from parallel_tui.model.sharing.lock import Lock
    from tests.hosts import keeper
    from tests.hosts.server import Server, _free_port

    top = Path(tempfile.mkdtemp(prefix="pdsz-"))
    top.chmod(0o755)
    (top / "server").mkdir()
    keeper.make(top / "server")
    server = Server(top / "server", _free_port())
    process = keeper.start(server.folder, server.port)
    try:
        address = address_of(server.make("pdev"))
        ServerAdmin(address, "k", "app").init()
        store = PostgresStore(address, "k", FileStore(str(top / "here")))
        with psycopg.connect(address.url, autocommit=True) as asking:

            def ask(query: str) -> int:
                found = asking.execute(query.encode()).fetchone()
                return int(found[0]) if found else 0

            wal = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
            before = ask(wal)
            sizes = {each: ask(f"SELECT pg_total_relation_size('pdev.{each}')") for each in TABLES}
            began = time.monotonic()
            for number in range(count):
                who = f"session-{number // 4 % SESSIONS}"
                path = f"src/{who}/module_{number // 400}.py"
                with store.change(who) as tx:
                    lock = tx.locks.get(path.replace("/", "_"))
                    match number % 4:
                        case 0:
                            wish = Lock(path.replace("/", "_"), path, who, since=tx.now)
                            tx.locks.grant(wish)
                            tx.journal.add("lock", {"target": path, "owner": who, "generation": 1})
                        case 1:
                            tx.events.emit("note", who, {"message": "Tests are green " * 4})
                            tx.journal.add("event", {"type": "note"})
                        case 2:
                            now = int(tx.now * 1000)
                            tx.sessions.put(SessionRecord(who, "working", last_update=now))
                        case _ if lock is not None:
                            tx.locks.remove(lock)
                            tx.journal.add(
                                "unlock", {"target": path, "owner": who, "generation": 1}
                            )
            took = time.monotonic() - began
            written = ask(wal) - before
            asking.execute(b"VACUUM")
            print("| table | rows | bytes | bytes a change |")
            print("| --- | ---: | ---: | ---: |")
            for each in TABLES:
                rows = ask(f"SELECT count(*) FROM pdev.{each}")  # noqa: S608
                size = ask(f"SELECT pg_total_relation_size('pdev.{each}')") - sizes[each]
                print(f"| {each} | {rows} | {size} | {size / count:.0f} |")
            print(f"| log of the server (WAL) | | {written} | {written / count:.0f} |")
            print(f"\n{count} changes, {count / took:.0f} a second, one after another")
        store.close()
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()
        shutil.rmtree(top)


if __name__ == "__main__":
    main()
