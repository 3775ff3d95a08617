"""What `pdev` costs to start, as ratios to bare Python in the same run.

`python -m tests.benchmarks.cli_start [DIR] [ROUNDS]` measures in a repository (default: here).
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

PDEV: Final = str(Path(sys.executable).parent / "pdev")

FLOOR: Final = "python -c pass"

PROGRAMS: Final[dict[str, Sequence[str]]] = {
    FLOOR: (sys.executable, "-c", "pass"),
    "python -c 'import textual.app'": (sys.executable, "-c", "import textual.app"),
    "git worktree list": ("git", "worktree", "list", "--porcelain"),
    "pdev --version": (PDEV, "--version"),
    "pdev": (PDEV,),
    "pdev config show": (PDEV, "config", "show"),
    "pdev path main": (PDEV, "path", "main"),
    "pdev list --quick": (PDEV, "list", "--quick"),
    "pdev list": (PDEV, "list"),
}
"""Floors first."""


def measure(directory: str, rounds: int) -> dict[str, float]:
    """Median wall-clock milliseconds of each program.

    Rounds interleave the programs, so that a busy moment of the machine falls on all alike.
    """
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, argv in PROGRAMS.items():
            started = time.perf_counter()
            subprocess.run(argv, cwd=directory, capture_output=True, check=True)
            times[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(samples) for name, samples in times.items()}


def main() -> None:
    """Measure and print."""
    directory = sys.argv[1] if len(sys.argv) > 1 else "."
    medians = measure(directory, int(sys.argv[2]) if len(sys.argv) > 2 else 10)
    for name, milliseconds in medians.items():
        print(f"{name:<32} {milliseconds:7.1f} ms  {milliseconds / medians[FLOOR]:5.1f} x")


if __name__ == "__main__":
    main()
