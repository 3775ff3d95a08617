"""What the shared store costs: `python -m tests.benchmarks.store`.

Floor of the same run: a bare loop that takes `flock`, writes a temporary file, syncs and renames
it. Reports; asserts nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.model.sharing.lock import Lock, lock_name
from tests.adapters.store.crowd import Crowd

ROOT = Path(__file__).parents[2]


def timed(action: Callable[[], object], repeat: int = 5) -> float:
    """Median milliseconds of an action."""
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        action()
        times.append((time.perf_counter() - begin) * 1000)
    return sorted(times)[repeat // 2]


def bare_loop(folder: Path, count: int) -> float:
    """Operations a second of the floor."""
    begin = time.perf_counter()
    for number in range(count):
        with (folder / "guard").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            temporary = folder / "file.tmp"
            with temporary.open("w") as stream:
                stream.write(json.dumps({"n": number}))
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(folder / "file")
    return count / (time.perf_counter() - begin)


def hammer(folder: Path, processes: int, operations: int) -> float:
    """Operations a second of many processes doing mixed work."""
    begin = time.perf_counter()
    running = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.adapters.store.hammer"),
                *(str(folder), f"s{number}", str(operations), str(number)),
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        for number in range(processes)
    ]
    for process in running:
        process.wait()
    return processes * operations / (time.perf_counter() - begin)


def main() -> None:
    """Print a report."""
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        floor = bare_loop(folder, 500)
        print(f"floor: flock + write + fsync + rename   {floor:8.0f} operations/s")
        rate = hammer(folder / "hammer", 8, 500)
        print(
            f"8 processes x 500 mixed operations      {rate:8.0f} operations/s"
            f"   {rate / floor:.2f} of the floor"
        )
        crowd = Crowd(folder / "killed", size=8, operations=500)
        begin = time.perf_counter()
        crowd.run(kill_every=100)
        took = time.perf_counter() - begin
        crowd.check()
        done = sum(len(member.lines) for member in crowd.members)
        print(f"the same with {crowd.killed} processes killed, one every 100 operations:")
        print(f"    {done} operations finished and all found again, {done / took:.0f} operations/s")
        store = FileStore(str(folder / "large"))
        for number in range(5000):
            target = f"src/part{number % 50}/file{number}.py"
            store.locks.create(Lock(lock_name(target), target, "auth", since=0.0, generation=1))
        for number in range(20000):
            name = f"{1_700_000_000_000 + number}_x{number}.json"
            path = folder / "large/events" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(
                json.dumps(
                    {
                        "id": name[:-5],
                        "type": "note",
                        "session": "a",
                        "payload": None,
                        "timestamp": number,
                        "acknowledged": [],
                    }
                )
            )
        fresh = FileStore(str(folder / "large"))
        begin = time.perf_counter()
        fresh.read()
        first = (time.perf_counter() - begin) * 1000
        print(f"5,000 locks and 20,000 events: first read {first:.0f} ms,")
        print(f"    again, nothing changed: {timed(fresh.read):.0f} ms")
        everything = timed(lambda: FileStore(str(folder / "large")).read(events=None), 1)
        print(f"    all events parsed: {everything:.0f} ms")


if __name__ == "__main__":
    main()
