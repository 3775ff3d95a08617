"""What benchmarks are made of: floors, process trees, and a table that compares with floors.

Reports, never judges: figures depend on the machine, so each stands as a ratio to what plain
Python and plain git need in the same run.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
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


@dataclass
class Table:
    """Rows of figures, printed in columns.

    Attributes:
        title: Stands above.
        rows: What, figure, and against what.
    """

    title: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, figure: str, against: str = "") -> None:
        """Add a row and show it at once, for a benchmark takes its time."""
        if not self.rows:
            print(f"\n{self.title}\n{'-' * len(self.title)}", flush=True)
        self.rows.append((what, figure, against))
        print(f"  {what:<46} {figure:>24}   {against}", flush=True)

    def time(self, what: str, ms: float | None, floor: float, name: str, budget: str = "") -> None:
        """Add a time with its ratio to a floor."""
        if ms is None:
            self.add(what, "never", budget)
            return
        ratio = f"{ms / floor:.2f} × {name}"
        self.add(what, f"{ms:.0f} ms", f"{ratio}{f'   (budget {budget})' if budget else ''}")

    def spread(self, what: str, values: Sequence[float | None], budget: str = "") -> None:
        """Add median and 95th percentile of times in milliseconds."""
        seen = [value for value in values if value is not None]
        lost = len(values) - len(seen)
        if not seen:
            self.add(what, "never seen", budget)
            return
        figure = f"p50 {statistics.median(seen):.0f}  p95 {quantile(seen, 0.95):.0f} ms"
        note = f"n={len(values)}" + (f", {lost} never seen" if lost else "")
        self.add(what, figure, f"{note}{f'   (budget {budget})' if budget else ''}")
