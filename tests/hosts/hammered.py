"""One of many processes that work on a store at once: a machine's session that may be killed.

    python -m tests.hosts.hammered URL KEY FOLDER HOST NAME COUNT SKEW

Each line that it prints tells something that was confirmed to it; the test holds the store to it.
A COUNT of 0 is the mirror of a machine: it reads whatever is new until it is killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

from parallel_tui.adapters.process import liveness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from parallel_tui.model.sharing.lock import Lock

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
    if not count:
        mirror(store)
    scripts = Scripts(Path(folder, "locks"), name)
    chance = random.Random(f"{name}{os.getpid()}")  # noqa: S311 - no secret
    mine: dict[str, int] = {}
    done = 0

    def tell(*what: object) -> None:
        os.write(1, (" ".join(map(str, what)) + "\n").encode())

    while done < count:
        mark = f"{os.getpid()}-{done}"
        target = f"t{chance.randrange(5)}"
        try:
            kind = chance.randrange(5)
            if kind == 4:
                for what in scripts.step(target, store.read(events=0).locks):
                    tell(*what, os.getpid(), _TIME())
            elif kind == 0:
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


_PACE = 0.2
"""Seconds between two looks at files: scripts tell nobody of theirs."""


def mirror(store: PostgresStore) -> None:
    """Do what a machine's mirror does, until this process is killed."""
    news = threading.Event()
    store.watch(news.set)
    while True:
        news.wait(_PACE)
        news.clear()
        store.read(events=0)


class Scripts:
    """Locks files as the guide's script does, and believes in it once the server says so."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._held: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("t?.lock"):  # as the same session unlocks what it locked
            if self._is_ours(file.stem):
                file.unlink(missing_ok=True)

    def _is_ours(self, target: str) -> bool:
        try:
            side = json.loads((self._folder / f".meta/{target}.json").read_bytes())
        except (OSError, ValueError):
            side = {}
        try:
            owner = (self._folder / f"{target}.lock").read_text().strip()
        except OSError:
            return False
        return owner == self._name and not (side.get("mirrored") and side.get("owner") == owner)

    def _stamp(self, target: str) -> str:
        try:
            seen = (self._folder / f"{target}.lock").lstat()
        except OSError:
            return ""
        return f"{seen.st_ino}-{seen.st_mtime_ns}"

    def step(self, target: str, locks: tuple[Lock, ...]) -> list[tuple[object, ...]]:
        """Lock or unlock a path; what there is to tell of it."""
        file = self._folder / f"{target}.lock"
        held = {
            each.name: each.generation
            for each in locks
            if each.script is not None
            and each.owner == self._name
            and each.script.root == str(self._folder.parent)
            and each.script.file == self._stamp(each.name)
        }
        told: list[tuple[object, ...]] = []
        for name, generation in [*self._held.items()]:
            if held.get(name) != generation:
                told.append(("stolen", name, self._held.pop(name)))
        for name, generation in held.items():
            if name not in self._held:
                self._held[name] = generation
                told.append(("granted", name, generation))
        if target in self._held:
            file.unlink(missing_ok=True)
            told.append(("released", target, self._held.pop(target)))
        elif not file.exists():
            file.write_text(f"{self._name}\n")
        elif self._is_ours(target):
            file.unlink(missing_ok=True)  # it gives up waiting
        return told


if __name__ == "__main__":
    URL, KEY, FOLDER, HOST, NAME, COUNT, SKEW = sys.argv[1:]
    main(URL, KEY, FOLDER, HOST, NAME, int(COUNT), float(SKEW))
