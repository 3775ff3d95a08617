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
from tests.benchmarks.report import Report, Section

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


def measure(report: Report, operations: int = 500) -> None:
    """Hammer a store, kill its writers, and read a large one."""
    report.size = ""
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        floor = bare_loop(folder, operations)
        rate = hammer(folder / "hammer", 8, operations)
        report.time(
            Section.STORE, "an operation, 8 processes at once", 1000 / rate, 1000 / floor,
            "flock + write + fsync + rename",
        )  # fmt: skip
        crowd = Crowd(folder / "killed", size=8, operations=operations)
        begin = time.perf_counter()
        crowd.run(kill_every=100)
        took = time.perf_counter() - begin
        crowd.check()
        done = sum(len(member.lines) for member in crowd.members)
        report.time(
            Section.STORE, f"an operation, {crowd.killed} writers killed, none lost",
            took / done * 1000, 1000 / floor, "flock + write + fsync + rename",
        )  # fmt: skip
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
        again = timed(fresh.read)
        everything = timed(lambda: FileStore(str(folder / "large")).read(events=None), 1)
        for what, ms in (
            ("5,000 locks and 20,000 events, first read", first),
            ("the same, nothing changed", again),
            ("the same, all events parsed", everything),
        ):
            report.value(Section.STORE, what, ms)


def main() -> None:
    """Measure and print."""
    measure(Report())


if __name__ == "__main__":
    main()
