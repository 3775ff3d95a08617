"""Measure what slots are worth: many sessions that run their tests, in turn and all at once.

    python -m tests.benchmarks.slots [SESSIONS] [AT ONCE]

Each session runs a suite of its own in a process of its own: tests that compute, hold memory, and
fail when they take longer than twice what they take on an idle machine; such a failure says
nothing about the code. Memory is that of all suites together, read ten times a second.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.isolation import environment
from tests.support.world import World

TESTS = 8
STEPS = 2_500_000
"""What one test computes: about a quarter of a second."""
MEMORY = 60 << 20
"""Bytes that a suite holds."""

SUITE = """
import sys, time
limit, tests, steps, memory = float(sys.argv[1]), *map(int, sys.argv[2:])
held = bytearray(b"x") * memory
late = 0
for _ in range(tests):
    began, total = time.monotonic(), 0
    for step in range(steps):
        total += step
    late += time.monotonic() - began > limit
print(late)
"""


def suite(limit: float) -> list[str]:
    """The command of one suite, whose tests may each take so many seconds."""
    return [sys.executable, "-c", SUITE, str(limit), str(TESTS), str(STEPS), str(MEMORY)]


def memory_of(pids: list[int]) -> int:
    """Bytes that processes hold together."""
    held = 0
    for pid in pids:
        try:
            held += int(Path("/proc", str(pid), "statm").read_bytes().split()[1])
        except (OSError, IndexError):
            continue
    return held * os.sysconf("SC_PAGE_SIZE")


def measure(world: World, sessions: int, limit: float, slot: str | None) -> tuple[float, int, int]:
    """Run one suite a session.

    Returns:
        Seconds, tests that were late, and the most bytes held at a time.
    """
    pdev = str(Path(sys.executable).parent / "pdev")
    before = [pdev, "run", "--slot", slot, "--session"] if slot else []
    began = time.monotonic()
    started = [
        subprocess.Popen(
            [*before, *([f"s{number}", "--"] if slot else []), *suite(limit)],
            cwd=world.repo,
            env=world.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for number in range(sessions)
    ]
    most = 0
    while any(process.poll() is None for process in started):
        most = max(most, memory_of([each.pid for each in started if each.returncode is None]))
        time.sleep(0.1)
    took = time.monotonic() - began
    return took, sum(int(process.communicate()[0]) for process in started), most


def main() -> None:
    """Measure both, beside one suite alone."""
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    cores = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count() or 1
    with tempfile.TemporaryDirectory(prefix="slots-") as folder:
        home = Path(folder, "home")
        home.mkdir()
        world = World(Path(folder, "w"), environment(home, Path(folder)))
        world.init()
        alone = min(measure(world, 1, 1e9, None)[0] for _ in range(3))
        limit = 2 * alone / TESTS
        sys.stdout.write(f"one suite alone: {alone:.1f} s; limit of a test {limit:.2f} s\n")
        for name, slot in (("all at once", None), (f"{cores} in a slot", f"test:{cores}")):
            took, late, most = measure(world, sessions, limit, slot)
            sys.stdout.write(
                f"{sessions} sessions, {name}: {took:.1f} s, {late} of {sessions * TESTS} tests "
                f"late, {most >> 20} MiB\n"
            )


if __name__ == "__main__":
    main()
