"""What `pdev` costs to start and to answer, as ratios to bare Python in the same run.

`python -m tests.benchmarks.cli_start [ROUNDS]` makes a repository with five worktrees in a
temporary directory, and measures each command there, with the number of processes that it starts.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.harness import refresh
from tests.benchmarks.report import Report, Row, Section

PDEV: Final = str(Path(sys.executable).parent / "pdev")
WORKTREES: Final = 5
FLOOR: Final = "python -I -S -c pass"
STATUS: Final = "git status, each worktree"
COUNTED: Final = ("git", "tmux", "env")
"""Programs that commands start."""


FLOORS: Final[dict[str, Sequence[str]]] = {
    FLOOR: (sys.executable, "-I", "-S", "-c", "pass"),
    "python -c pass": (sys.executable, "-c", "pass"),
}

COMMANDS: Final[tuple[tuple[str, float | None, bool], ...]] = (
    # as typed, budget, whether the bare `git status` calls are no part of it
    ("--version", None, False),
    ("path main", 5, False),
    ("locks", 5, False),
    ("locks --json", 5, False),
    ("lock --check src/a.py", 5, False),
    ("lock src/a.py", 5, False),
    ("unlock src/a.py", 5, False),
    ("event emit note", 5, False),
    ("event list", 5, False),
    ("handoff list", 5, False),
    ("tasks", 5, False),
    ("task done finished", 5, False),
    ("session set", 5, False),
    ("session show", 5, False),
    ("status --tmux", None, False),
    ("list --quick", None, False),
    ("list", 8, True),
    ("status", 8, True),
    ("check", None, False),
)


def _environment(folder: Path) -> dict[str, str]:
    # Of Python's too: without its compiled modules each start would compile the program anew.
    others = ("PDEV_", "CLAUDE", "GIT_", "TMUX", "XDG_", "PYTHON")
    env = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    told = {f"GIT_{who}_{what}": "bench@example.invalid"
            for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}  # fmt: skip
    return {**env, **told, "HOME": str(folder), "TMUX_TMPDIR": str(folder)}


def make(folder: Path, env: Mapping[str, str]) -> list[Path]:
    """A repository with worktrees; returns their directories, the main one first."""
    repo = folder / "app"
    trees = [repo, *(folder / f"app-{number}" for number in range(1, WORKTREES))]

    def git(*args: str) -> None:
        subprocess.run(["git", *args], env=env, check=True, capture_output=True)

    git("init", "-q", "-b", "main", str(repo))
    (repo / "a.txt").write_text("a\n", encoding="utf-8")
    git("-C", str(repo), "add", "a.txt")
    git("-C", str(repo), "commit", "-q", "-m", "first")
    for tree in trees[1:]:
        git("-C", str(repo), "worktree", "add", "-q", str(tree))
    return trees


def _timed(argv: Sequence[str], where: Path, env: Mapping[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run(argv, cwd=where, env=env, capture_output=True, check=False)
    return (time.perf_counter() - begin) * 1000


def _counted(argv: Sequence[str], where: Path, folder: Path, env: Mapping[str, str]) -> int:
    """Programs that a command starts, by programs of their names that write themselves down."""
    log = folder / "started"
    log.write_text("", encoding="utf-8")
    shims = folder / "shims"
    shims.mkdir(exist_ok=True)
    for name in COUNTED:
        real = shutil.which(name)
        if real:
            shim = shims / name
            shim.write_text(f'#!/bin/sh\necho >> "{log}"\nexec "{real}" "$@"\n', encoding="utf-8")
            shim.chmod(0o755)
    path = f"{shims}:{env.get('PATH', '')}"
    subprocess.run(argv, cwd=where, env={**env, "PATH": path}, capture_output=True, check=False)
    return len(log.read_text(encoding="utf-8").splitlines())


def measure(report: Report, rounds: int) -> None:
    """All rows; rounds interleave, so that a busy moment of the machine falls on all alike."""
    report.size = f"{WORKTREES} × 1"
    with tempfile.TemporaryDirectory(prefix="pdev-bench-") as made:
        folder = Path(made).resolve()
        env = _environment(folder)
        trees = make(folder, env)
        refresh(trees, env)
        argv = {name: [PDEV, *name.split()] for name, _, _ in COMMANDS}
        times: dict[str, list[float]] = {name: [] for name in (*FLOORS, STATUS, *argv)}
        for number in range(rounds + 1):
            sampled = {name: _timed(words, trees[0], env) for name, words in FLOORS.items()}
            sampled[STATUS] = sum(_timed(["git", "status", "--porcelain=v2", "-z"], tree, env)
                                  for tree in trees)  # fmt: skip
            sampled |= {name: _timed(words, trees[0], env) for name, words in argv.items()}
            if number:  # the first one warms what is read
                for name, sample in sampled.items():
                    times[name].append(sample)
        medians = {name: statistics.median(samples) for name, samples in times.items()}
        for name in (*FLOORS, STATUS):
            report.value(Section.FLOOR, name, medians[name])
        for name, budget, statuses in COMMANDS:
            started = _counted(argv[name], trees[0], folder, env)
            report.add(
                Row(
                    Section.COMMANDS,
                    f"pdev {name}",
                    medians[name] - (medians[STATUS] if statuses else 0.0),
                    floor=medians[FLOOR],
                    against=FLOOR,
                    budget=budget,
                    size=report.size,
                    note=_note(started, statuses=statuses),
                )
            )


def _note(started: int, *, statuses: bool) -> str:
    programs = f"starts {started} program{'' if started == 1 else 's'}" if started else ""
    return ", ".join(filter(None, (programs, "without bare git status" if statuses else "")))


def main() -> None:
    """Measure and print."""
    measure(Report(), int(sys.argv[1]) if len(sys.argv) > 1 else 20)


if __name__ == "__main__":
    main()
