"""What benchmarks measure with: floors, process trees, and a limit to the time they take."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def median_ms(call: Callable[[], object], repeat: int) -> float:
    """Median wall time of a call in milliseconds."""
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        call()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True)
class Floors:
    """What cannot be undercut on this machine, in milliseconds.

    Attributes:
        python: `python -c pass`.
        textual: `python -c "import textual.app"`.
        status: `git status` of one worktree.
        statuses: `git status` of all worktrees, two at a time.
    """

    python: float
    textual: float
    status: float
    statuses: float


def _status(tree: Path, env: Mapping[str, str]) -> None:
    subprocess.run(
        ["git", "status", "--porcelain=v2", "-z", "--branch"],
        cwd=tree,
        env={**env, "GIT_OPTIONAL_LOCKS": "0"},
        capture_output=True,
        check=True,
    )


def refresh(trees: Iterable[Path], env: Mapping[str, str]) -> None:
    """Write fresh indexes: on a stale one each read-only status compares the files themselves."""
    for tree in trees:
        subprocess.run(["git", "status"], cwd=tree, env=dict(env), capture_output=True, check=True)


def floors(trees: Sequence[Path], env: Mapping[str, str], repeat: int) -> Floors:
    """Measure all floors, caches warm."""

    def python(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], env=dict(env), check=True)

    def all_statuses() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda tree: _status(tree, env), trees))

    python("import textual.app")()
    all_statuses()
    return Floors(
        python=median_ms(python("pass"), repeat),
        textual=median_ms(python("import textual.app"), repeat),
        status=median_ms(lambda: _status(trees[-1], env), repeat),
        statuses=median_ms(all_statuses, max(2, repeat // 2)),
    )


def _stats() -> dict[int, tuple[int, float]]:
    """By process id: its parent, and its CPU seconds with those of its reaped children."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # ended in between
        found[int(entry.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / _TICK)
    return found


def _members(root: int, stats: Mapping[int, tuple[int, float]]) -> list[int]:
    tree = [root] if root in stats else []
    for pid in tree:
        tree.extend(child for child, (parent, _) in stats.items() if parent == pid)
    return tree


def cpu_seconds(root: int) -> float:
    """CPU seconds of a process, its living descendants, and those they have waited for."""
    stats = _stats()
    return sum(stats[pid][1] for pid in _members(root, stats))


def pss_mib(root: int) -> float | None:
    """Proportional memory of a process tree; `None` where the kernel does not tell."""
    total = 0
    for pid in _members(root, _stats()):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            return None
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def processes(root: int) -> int:
    """How many processes a tree has."""
    return len(_members(root, _stats()))


def counting_path(folder: Path, programs: Iterable[str], path: str) -> tuple[str, Path]:
    """A PATH on which some programs note each start in a log before they run.

    For counting forks. A note costs a shell, so that a run that counts is never one that times.

    Returns:
        The PATH, and the log: one line a start.
    """
    log = folder / "starts"
    log.touch()
    shims = folder / "shims"
    shims.mkdir()
    for name in programs:
        real = next(Path(p) / name for p in path.split(os.pathsep) if (Path(p) / name).exists())
        shim = shims / name
        shim.write_text(f'#!/bin/sh\necho "{name} $*" >>"{log}"\nexec "{real}" "$@"\n')
        shim.chmod(0o755)
    return f"{shims}{os.pathsep}{path}", log


class TooLongError(Exception):
    """A measurement has taken more time than it was given."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Limit the time of what is measured, on however busy a machine; 0 is no limit.

    Raises:
        TooLongError: In the middle of whatever runs when the time is over.
    """

    def enough(number: int, frame: object) -> None:
        raise TooLongError(f"{seconds} s were over")

    before = signal.signal(signal.SIGALRM, enough)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
