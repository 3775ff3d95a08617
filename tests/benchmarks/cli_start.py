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

CALLS: Final = "git calls"
"""With a command's name: the same commands of git, started one after the other without `pdev`."""

COMMANDS: Final[tuple[tuple[str, float | None, str], ...]] = (
    # as typed, budget, what of git's work is no part of it
    ("--version", None, ""),
    ("path main", 5, ""),
    ("locks", 5, ""),
    ("locks --json", 5, ""),
    ("lock --check src/a.py", 5, ""),
    ("lock src/a.py", 5, ""),
    ("unlock src/a.py", 5, ""),
    ("event emit note", 5, ""),
    ("event list", 5, ""),
    ("handoff list", 5, ""),
    ("tasks", 5, ""),
    ("task done finished", 5, ""),
    ("session set", 5, ""),
    ("session show", 5, ""),
    ("status --tmux", None, ""),
    ("list --quick", None, ""),
    ("list", 8, STATUS),
    ("status", 8, STATUS),
    ("check", 8, CALLS),
    ("check --staged", 8, CALLS),
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


def _started(
    argv: Sequence[str], where: Path, folder: Path, env: Mapping[str, str]
) -> list[list[str]]:
    """What a command starts, by programs of the same names that write themselves down."""
    log = folder / "started"
    log.write_text("", encoding="utf-8")
    shims = folder / "shims"
    shims.mkdir(exist_ok=True)
    for name in COUNTED:
        real = shutil.which(name)
        if real:
            shim = shims / name
            told = f'printf \'%s\\037\' {name} "$@" >> "{log}"; echo >> "{log}"'
            shim.write_text(f'#!/bin/sh\n{told}\nexec "{real}" "$@"\n', encoding="utf-8")
            shim.chmod(0o755)
    path = f"{shims}:{env.get('PATH', '')}"
    subprocess.run(argv, cwd=where, env={**env, "PATH": path}, capture_output=True, check=False)
    return [line.split("\037")[:-1] for line in log.read_text(encoding="utf-8").split("\n")[:-1]]


def measure(report: Report, rounds: int) -> None:
    """All rows; rounds interleave, so that a busy moment of the machine falls on all alike."""
    report.size = f"{WORKTREES} × 1"
    with tempfile.TemporaryDirectory(prefix="pdev-bench-") as made:
        folder = Path(made).resolve()
        env = _environment(folder)
        trees = make(folder, env)
        refresh(trees, env)
        argv = {name: [PDEV, *name.split()] for name, _, _ in COMMANDS}
        for words in argv.values():  # what is kept from one run to the next is there then
            _timed(words, trees[0], env)
        started = {name: _started(words, trees[0], folder, env) for name, words in argv.items()}
        calls = {f"{CALLS} {name}": started[name] for name, _, less in COMMANDS if less == CALLS}
        times: dict[str, list[float]] = {name: [] for name in (*FLOORS, STATUS, *calls, *argv)}
        for number in range(rounds + 1):
            sampled = {name: _timed(words, trees[0], env) for name, words in FLOORS.items()}
            sampled[STATUS] = sum(_timed(["git", "status", "--porcelain=v2", "-z"], tree, env)
                                  for tree in trees)  # fmt: skip
            for name, commands in calls.items():
                sampled[name] = sum(_timed(words, trees[0], env) for words in commands)
            sampled |= {name: _timed(words, trees[0], env) for name, words in argv.items()}
            if number:  # the first one warms what is read
                for name, sample in sampled.items():
                    times[name].append(sample)
        medians = {name: statistics.median(samples) for name, samples in times.items()}
        for name in (*FLOORS, STATUS):
            report.value(Section.FLOOR, name, medians[name])
        for name, budget, less in COMMANDS:
            bare = f"{CALLS} {name}" if less == CALLS else less
            report.add(
                Row(
                    Section.COMMANDS,
                    f"pdev {name}",
                    medians[name] - (medians[bare] if bare else 0.0),
                    floor=medians[FLOOR],
                    against=FLOOR,
                    budget=budget,
                    size=report.size,
                    note=_note(len(started[name]), less),
                )
            )


def _note(started: int, less: str) -> str:
    programs = f"starts {started} program{'' if started == 1 else 's'}" if started else ""
    without = {STATUS: "without bare git status", CALLS: "without bare git calls"}.get(less, "")
    return ", ".join(filter(None, (programs, without)))


def main() -> None:
    """Measure and print."""
    measure(Report(), int(sys.argv[1]) if len(sys.argv) > 1 else 20)


if __name__ == "__main__":
    main()
