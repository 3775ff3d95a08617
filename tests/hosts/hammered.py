"""One of many processes that work on a store at once: a machine's session that may be killed.

    python -m tests.hosts.hammered URL KEY FOLDER HOST NAME COUNT SKEW

Each line that it prints tells something that was confirmed to it; the test holds the store to it.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time

from parallel_tui.adapters.process import liveness

_TIME = time.time


def main(url: str, key: str, folder: str, host: str, name: str, count: int, skew: float) -> None:
    """Do so many operations, each confirmed by a line."""
    liveness.host = lambda: host
    time.time = lambda: _TIME() + skew
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from parallel_tui.errors import ParallelError
    from parallel_tui.model.sharing.lock import Lock, LockState
    from parallel_tui.model.sharing.tasks import Task

    store = PostgresStore(address_of(url), key, FileStore(folder), timeout=60)
    chance = random.Random(f"{name}{os.getpid()}")  # noqa: S311 - no secret
    mine: dict[str, int] = {}
    done = 0

    def tell(*what: object) -> None:
        os.write(1, (" ".join(map(str, what)) + "\n").encode())

    while done < count:
        mark = f"{os.getpid()}-{done}"
        target = f"t{chance.randrange(5)}"
        try:
            kind = chance.randrange(4)
            if kind == 0:
                # Two things that must both be there, or neither; all add to one text.
                with store.change(name) as tx:
                    tx.events.emit("both", name, mark)
                    tx.tasks.append("all", [Task(f"{name} {mark}")])
                tell("both", mark)
            elif kind == 1:
                # What may wait while the server is away.
                with store.change(name) as tx:
                    tx.events.emit("alone", name, mark)
                tell("alone", mark)
            elif target in mine:
                with store.change(name) as tx:
                    lock = tx.locks.get(target)
                    stolen = lock is None or lock.generation != mine[target]
                    if lock is not None and not stolen:
                        tx.locks.remove(lock)
                tell(
                    "stolen" if stolen else "released",
                    target,
                    mine.pop(target),
                    os.getpid(),
                    _TIME(),
                )
            else:
                granted = None
                with store.change(name) as tx:
                    lock = tx.locks.get(target)
                    if lock is not None and tx.judge(lock) is LockState.DEAD:
                        tx.locks.remove(lock)
                        lock = None
                    if lock is None:
                        me = liveness.myself()
                        wish = Lock(target, target, name, since=tx.now, holder=me)
                        granted = tx.locks.grant(wish)
                if granted is not None:
                    mine[target] = granted.generation
                    tell("granted", target, granted.generation, os.getpid(), _TIME())
        except ParallelError as error:
            # What was not confirmed may have happened or not, and is never believed to have.
            if "is not known" in error.message:
                mine.pop(target, None)
            tell("failed", mark)
            signal.sigtimedwait([], 0.05)  # a server that is away is not asked without a pause
            continue
        done += 1
    store.close()


if __name__ == "__main__":
    URL, KEY, FOLDER, HOST, NAME, COUNT, SKEW = sys.argv[1:]
    main(URL, KEY, FOLDER, HOST, NAME, int(COUNT), float(SKEW))
