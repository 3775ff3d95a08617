"""What a dashboard of several repositories costs beside one of as many sessions in one.

    python -m tests.benchmarks.several --shapes 3x5,10x3 --files 300

Both run in turn, with the same windows on one tmux server, so that figures are of the same machine
at nearly the same time.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bench import BIN
from tests.benchmarks.dashboard import rests, used
from tests.benchmarks.harness import processes, pss_mib, refresh
from tests.benchmarks.report import Report, Row, Section
from tests.support.big_repo import big_repo
from tests.support.isolation import environment
from tests.support.terminal import Terminal

COST = 1.1
"""The most that several may take of the time that one takes, at its start and at rest."""

USUAL = "3x5,10x3"
"""Repositories and sessions of each that are compared."""

FILES = 300
"""Tracked files of each worktree."""

ROOM = 1.15
"""The same of memory and processes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one dashboard costs.

    Attributes:
        frame: Milliseconds to the first frame with all rows.
        cpu: CPU seconds a minute at rest, with children.
        memory: PSS in MiB, with children.
        processes: How many there are.
        threads: Of the dashboard's own process.
    """

    frame: float | None
    cpu: float
    memory: float | None
    processes: int
    threads: int


class Shape:
    """Some repositories of equal size below one folder, a window in each worktree.

    Args:
        repositories: How many; they are copies of one.
        sessions: Linked worktrees of each.
        files: Tracked files of each.
    """

    def __init__(self, repositories: int, sessions: int, files: int) -> None:
        self.total = repositories * sessions
        self.folder = Path(tempfile.mkdtemp(prefix="pds-"))
        home = self.folder / "home"
        home.mkdir()
        self.env = environment(home, self.folder)
        self.env["PATH"] = f"{BIN}:{self.env['PATH']}"
        self.env["PDEV_TMUX_SOCKET"] = str(self.folder / "s")
        kept = big_repo(sessions, files)
        self.repos = [self._copy(kept, number) for number in range(repositories)]
        self.trees = [tree for repo in self.repos for tree in sorted(repo.parent.glob("big*"))]
        refresh(self.trees, self.env)
        where = ["new-session", "-d", "-s", "work", "-x", "100", "-y", "30"]
        for tree in self.trees:
            if tree not in self.repos:
                self._tmux(*where, "-c", str(tree), "exec cat")
                where = ["new-window", "-d", "-t", "=work:"]
        self.terminal = self._fresh()

    def _copy(self, kept: Path, number: int) -> Path:
        """One more of a repository and its worktrees."""
        home = self.folder / f"r{number:02d}"
        shutil.copytree(kept.parent, home, symlinks=True)
        repo = home / "big"
        linked = [str(path) for path in sorted(home.glob("big-s*"))]
        subprocess.run(
            ["git", "worktree", "repair", *linked], cwd=repo, env=self.env, capture_output=True,
            check=True,
        )  # fmt: skip
        named = repo.rename(home / f"repo{number:02d}")
        subprocess.run(
            ["git", "worktree", "repair", *linked], cwd=named, env=self.env, capture_output=True,
            check=True,
        )  # fmt: skip
        return named

    def _fresh(self) -> Terminal:
        return Terminal(self.folder, self.env, columns=220, rows=self.total + len(self.repos) + 40)

    def _tmux(self, *args: str) -> None:
        subprocess.run(
            ["tmux", "-S", str(self.folder / "s"), "-f", "/dev/null", *args],
            env=self.env, capture_output=True, check=True,
        )  # fmt: skip

    def _framed(self, lines: list[str]) -> bool:
        return sum(line.startswith("│") and "feature/s" in line for line in lines) >= self.total

    def start(self) -> tuple[int, float | None]:
        """Start a dashboard; its process, and milliseconds to its first frame with all rows."""
        self.terminal.open(self.folder)
        begin = time.perf_counter()
        pid = self.terminal.start(["pdev-tui", *map(str, self.repos)], self.folder)
        framed = self.terminal.until(self._framed)
        return pid, None if framed is None else (framed - begin) * 1000

    def quit(self) -> None:
        """End it as a user does."""
        self.terminal.press("q")
        self.terminal.until(lambda _: self.terminal.ended(), within=10)
        self.terminal.close()
        self.terminal = self._fresh()

    def measure(self, starts: int, seconds: float) -> Figures:
        """Start it some times, and watch the last one at rest."""
        frames = []
        for number in range(starts):
            if number:
                self.quit()
            pid, frame = self.start()
            frames += [frame] if frame is not None else []
        rests(pid)
        cpu = used(pid, seconds)
        threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
        frame = statistics.median(frames) if len(frames) == starts else None
        return Figures(frame, cpu, pss_mib(pid), processes(pid), threads)

    def close(self) -> None:
        """Leave nothing behind."""
        self.terminal.close()
        with suppress(subprocess.CalledProcessError):
            self._tmux("kill-server")
        shutil.rmtree(self.folder, ignore_errors=True)


def measure(
    report: Report, repositories: int, sessions: int, files: int, *, starts: int, seconds: float
) -> None:
    """Compare several repositories with one that has as many sessions."""
    report.size = f"{repositories} × {sessions}"
    found = []
    for shape in ((1, repositories * sessions), (repositories, sessions)):
        made = Shape(*shape, files)
        try:
            found.append(made.measure(starts, seconds))
        finally:
            made.close()
    one, all_ = found
    against = f"one × {repositories * sessions}"
    for what, unit, mine, its, most in (
        ("dashboard, all rows", "ms", all_.frame, one.frame, COST),
        ("CPU a minute at rest, with children", "s", all_.cpu, one.cpu, COST),
        ("PSS, with children", "MiB", all_.memory, one.memory, ROOM),
        ("processes", "", all_.processes, one.processes, ROOM),
        ("threads", "", all_.threads, one.threads, None),
    ):
        report.add(Row(Section.SEVERAL, what, mine, unit, its, against, most, report.size))


def measure_all(report: Report, *, starts: int, seconds: float) -> None:
    """Compare the usual shapes."""
    for repositories, sessions in shapes(USUAL):
        measure(report, repositories, sessions, FILES, starts=starts, seconds=seconds)


def shapes(text: str) -> list[tuple[int, int]]:
    """Numbers of repositories and of sessions in each, as `3x5,10x3`."""
    return [(int(a), int(b)) for a, _, b in (each.partition("x") for each in text.split(","))]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--shapes", default=USUAL, help="repositories x sessions of each")
    parser.add_argument("--files", type=int, default=FILES, help="files in each worktree")
    parser.add_argument("--starts", type=int, default=5, help="starts, for the median")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds of rest to watch")
    options = parser.parse_args(argv)
    report = Report()
    for repositories, sessions in shapes(options.shapes):
        measure(
            report, repositories, sessions, options.files,
            starts=options.starts, seconds=options.idle,
        )  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
