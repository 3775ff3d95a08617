"""Measures the real dashboard in a real terminal on generated repositories.

    python -m tests.benchmarks.dashboard --worktrees 5,20,50 --files 3000,30000

Times of changes count from the end of the command that made the change to the moment the terminal
shows it. The state file of the coordination store is not among them: nothing on screen reads it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.harness import (
    Floors,
    Table,
    counting_path,
    cpu_seconds,
    floors,
    processes,
    pss_mib,
)
from tests.support.big_repo import big_repo, git, path_of
from tests.support.isolation import environment
from tests.support.terminal import Terminal

Seen = Callable[[list[str]], bool]
BIN = Path(sys.executable).parent
GLANCE = 55
"""Seconds that `--short` takes at most."""


def row(lines: list[str], branch: str) -> str:
    """The line of a session, by its branch."""
    return next((line for line in lines if branch in line), "")


def shows(branch: str, pattern: str) -> Seen:
    """Whether the row of a branch matches."""
    return lambda lines: bool(re.search(pattern, row(lines, branch)))


@dataclass
class Bench:
    """One dashboard on one repository.

    Attributes:
        repo: The main worktree.
        worktrees: How many linked ones there are.
        repeat: How often each change is made.
        seconds: How long idleness is watched.
    """

    repo: Path
    worktrees: int
    repeat: int
    seconds: float
    table: Table

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pdb-"))
        home = self.folder / "home"
        home.mkdir()
        self.env = environment(home, self.folder)
        self.env["PATH"] = f"{BIN}{os.pathsep}{self.env['PATH']}"
        self.env["PDEV_TMUX_SOCKET"] = str(self.folder / "s")
        self.terminal = self._terminal(self.env)
        self.pid = 0

    def _terminal(self, env: dict[str, str]) -> Terminal:
        return Terminal(self.folder, env, columns=220, rows=max(60, self.worktrees * 2 + 30))

    @property
    def branches(self) -> list[str]:
        """Branches of all linked worktrees."""
        return [f"feature/s{number:02d}" for number in range(1, self.worktrees + 1)]

    def tree(self, number: int) -> Path:
        """Directory of a linked worktree."""
        return self.repo.parent / f"{self.repo.name}-s{number:02d}"

    def tmux(self, *args: str) -> str:
        """Run tmux on the server that holds the sessions."""
        done = subprocess.run(
            ["tmux", "-S", str(self.folder / "s"), "-f", "/dev/null", *args],
            env=self.env, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    def windows(self) -> None:
        """Open a quiet window in each worktree, in a session of the user's own."""
        where = ["new-session", "-d", "-s", "work"]
        for number in range(1, self.worktrees + 1):
            home = str(self.tree(number))
            self.tmux(*where, "-n", f"w{number:02d}", "-c", home, "exec cat")
            where = ["new-window", "-d", "-t", "=work:"]

    def start(self, limits: Floors) -> None:
        """Start the dashboard and time its first rows, its first frame, and its completeness."""
        self.terminal.open(self.repo)
        begin = time.perf_counter()
        self.pid = self.terminal.start(["pdev-tui"], self.repo)
        named: Seen = lambda lines: all(row(lines, branch) for branch in self.branches)  # noqa: E731
        rows = self.terminal.until(named)
        framed = self.terminal.until(
            lambda lines: named(lines) and any("Sessions" in line for line in lines)
        )
        full = self.terminal.until(
            lambda lines: all(re.search(r"~\d", row(lines, branch)) for branch in self.branches)
        )

        def ms(moment: float | None) -> float | None:
            return None if moment is None else (moment - begin) * 1000

        self.table.time(
            "names of all sessions in the terminal", ms(rows), limits.python, "python", "6"
        )
        self.table.time(
            "dashboard with all rows", ms(framed), limits.textual, "textual import", "3"
        )
        after = None if full is None or framed is None else (full - framed) * 1000
        self.table.time(
            "… until all statuses stand", after, limits.statuses, "git, two at a time", "1.3"
        )

    def change(
        self, what: str, budget: str, once: Callable[[int], tuple[Callable[[], object], Seen]]
    ) -> None:
        """Make one kind of change several times and time its way to the screen."""
        times: list[float | None] = []
        for number in range(self.repeat):
            act, seen = once(number)
            act()
            done = time.perf_counter()
            moment = self.terminal.until(seen, within=15)
            times.append(None if moment is None else max(0.0, (moment - done) * 1000))
        self.table.spread(what, times, budget)

    def _count(self, branch: str, sign: str) -> int:
        found = re.search(rf"{re.escape(sign)}(\d+)", row(self.terminal.screen(), branch))
        return int(found[1]) if found else 0

    def changes(self) -> None:
        """All kinds of change, each undone afterwards."""
        home, branch = self.tree(1), self.branches[0]

        def commit(number: int) -> tuple[Callable[[], object], Seen]:
            ahead = self._count(branch, "↑")
            return (
                lambda: git(home, "commit", "-q", "--allow-empty", "-m", f"more {number}"),
                shows(branch, rf"↑{ahead + 1}\b"),
            )

        def switch(number: int) -> tuple[Callable[[], object], Seen]:
            name = f"bench/{number}"
            return (lambda: git(home, "switch", "-q", "-c", name), lambda s: bool(row(s, name)))

        def edit(number: int) -> tuple[Callable[[], object], Seen]:
            target = home / path_of(900 + number)
            count = self._count(branch, "~")
            text = target.read_text() + "# edited\n"
            return (lambda: target.write_text(text), shows(branch, rf"~{count + 1}\b"))

        def create(number: int) -> tuple[Callable[[], object], Seen]:
            target = home / f"src/bench{number}.py"
            count = self._count(branch, "?")
            return (lambda: target.write_text("x\n"), shows(branch, rf"\?{count + 1}\b"))

        def add(number: int) -> tuple[Callable[[], object], Seen]:
            path = str(self.repo.parent / f"extra{number}")
            name = f"bench/extra{number}"
            return (
                lambda: git(self.repo, "worktree", "add", "-q", "-b", name, path),
                lambda lines: bool(row(lines, name)),
            )

        def window(number: int) -> tuple[Callable[[], object], Seen]:
            name = f"xw{number}"
            where = ["-n", name, "-c", str(home), "exec cat"]
            return (
                # A session that sorts first: the pane shows fewer rows than there are windows.
                lambda: self.tmux("new-session", "-d", "-s", f"a{number}", *where),
                lambda lines: any(name in line for line in lines),
            )

        tip = git(home, "rev-parse", "HEAD").strip()
        try:
            self.change("commit → ahead", "p50 250, p95 400", commit)
            self.change("tracked edit → modified", "p95 400 + a status", edit)
            self.change("new file → untracked", "p95 400 + a status", create)
            self.change("worktree added → row", "p50 250, p95 400", add)
            self.change("tmux window elsewhere → shown", "p95 150", window)
            self.change("branch switched → row", "p50 250, p95 400", switch)
        finally:
            self._undo(home, branch, tip)

    def _undo(self, home: Path, branch: str, tip: str) -> None:
        for number in range(self.repeat):
            with suppress(subprocess.CalledProcessError):
                git(home, "checkout", "-q", "--", path_of(900 + number))
            (home / f"src/bench{number}.py").unlink(missing_ok=True)
            with suppress(subprocess.CalledProcessError):
                extra = str(self.repo.parent / f"extra{number}")
                git(self.repo, "worktree", "remove", "--force", extra)
        git(home, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
        git(home, "update-ref", f"refs/heads/{branch}", tip)
        for name in git(
            self.repo, "for-each-ref", "--format=%(refname)", "refs/heads/bench"
        ).split():
            git(self.repo, "update-ref", "-d", name)

    def keys(self) -> None:
        """Time from a key to a changed screen, beside that of a program that only echoes.

        The floor is what the terminal and looking at it cost; the difference is ours.
        """
        echo = self._terminal(self.env)
        echo.open(self.repo)
        try:
            floor = [self._key(echo, "a") for _ in range(self.repeat * 3)]
        finally:
            echo.close()
        self.table.spread("floor: key → echo of cat", floor)
        self.terminal.press("g")  # from the first row every key has somewhere to go
        self.terminal.settle()
        keys = ["Down" if number % 6 < 3 else "Up" for number in range(self.repeat * 6)]
        times = [self._key(self.terminal, key) for key in keys]
        self.table.spread("key → screen", times, "p95 50")

    def _key(self, terminal: Terminal, key: str) -> float | None:
        before = terminal.screen(colours=True)
        begin = time.perf_counter()
        terminal.press(key)
        while terminal.screen(colours=True) == before:
            if time.perf_counter() - begin > 2:
                return None
            time.sleep(0.001)
        return (time.perf_counter() - begin) * 1000

    def idle(self) -> None:
        """Watch the dashboard do nothing."""
        time.sleep(3)
        before, begin = cpu_seconds(self.pid), time.perf_counter()
        time.sleep(self.seconds)
        used = (cpu_seconds(self.pid) - before) / (time.perf_counter() - begin) * 60
        self.table.add("idle, CPU seconds a minute, with children", f"{used:.2f} s", "(budget 0.5)")
        memory = pss_mib(self.pid)
        count = processes(self.pid)
        said = "not told here" if memory is None else f"{memory:.0f} MiB in {count} processes"
        self.table.add("memory (PSS), with children", said, "(budget 90)")

    def stop(self) -> None:
        """Quit the dashboard as a user does."""
        self.terminal.press("q")
        begin = time.perf_counter()
        while not self.terminal.ended() and time.perf_counter() - begin < 10:
            time.sleep(0.01)
        took = (time.perf_counter() - begin) * 1000
        self.table.add("q → ended", f"{took:.0f} ms" if self.terminal.ended() else "never")
        self.terminal.close()

    def forks(self) -> None:
        """Count git and tmux processes of an idle minute, in a run of its own."""
        path, log = counting_path(self.folder, ("git", "tmux"), self.env["PATH"])
        self.terminal = self._terminal({**self.env, "PATH": path})
        self.terminal.open(self.repo)
        self.terminal.start([str(BIN / "pdev-tui")], self.repo)
        self.terminal.until(
            lambda lines: all(re.search(r"~\d", row(lines, branch)) for branch in self.branches)
        )
        time.sleep(3)
        log.write_text("")
        time.sleep(self.seconds)
        started = [line.split()[0] for line in log.read_text().splitlines()]
        each = {name: started.count(name) * 60 / self.seconds for name in ("git", "tmux")}
        said = ", ".join(f"{count:.0f} {name}" for name, count in each.items())
        self.table.add("idle, processes started a minute", said)
        self.terminal.press("q")
        self.terminal.close()

    def close(self) -> None:
        """Leave nothing behind but the kept repository."""
        self.terminal.close()
        with suppress(subprocess.CalledProcessError):
            self.tmux("kill-server")
        shutil.rmtree(self.folder, ignore_errors=True)


def measure(worktrees: int, files: int, *, repeat: int, seconds: float) -> None:
    """Run everything on one size of repository."""
    table = Table(f"{worktrees} worktrees of {files} files, {worktrees} windows")
    bench = Bench(big_repo(worktrees, files), worktrees, repeat, seconds, table)
    try:
        trees = [bench.repo, *(bench.tree(number) for number in range(1, worktrees + 1))]
        limits = floors(trees, bench.env, repeat)
        table.add("floor: python -c pass", f"{limits.python:.0f} ms")
        table.add("floor: import textual.app", f"{limits.textual:.0f} ms")
        table.add("floor: git status, one worktree", f"{limits.status:.0f} ms")
        table.add("floor: git status, all, two at a time", f"{limits.statuses:.0f} ms")
        bench.windows()
        bench.start(limits)
        bench.changes()
        bench.keys()
        bench.idle()
        bench.stop()
        bench.forks()
    finally:
        bench.close()


class _TooLongError(Exception):
    """A glance has to stay one, on however busy a machine."""


def _enough(number: int, frame: object) -> None:
    raise _TooLongError


def main() -> int:
    """Measure all sizes asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--worktrees", default="5,20", help="numbers of worktrees (default 5,20)")
    parser.add_argument("--files", default="3000", help="files in each (default 3000)")
    parser.add_argument("--repeat", type=int, default=10, help="times each change is made")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds of idleness to watch")
    parser.add_argument("--short", action="store_true", help="a glance: 5 worktrees, few repeats")
    options = parser.parse_args()
    if options.short:
        options.worktrees, options.files, options.repeat, options.idle = "5", "1000", 3, 6.0
        signal.signal(signal.SIGALRM, _enough)
        signal.alarm(GLANCE)
    try:
        for files in map(int, options.files.split(",")):
            for worktrees in map(int, options.worktrees.split(",")):
                measure(worktrees, files, repeat=options.repeat, seconds=options.idle)
    except _TooLongError:
        print(f"  The rest is left out: {GLANCE} s are over.")
    finally:
        signal.alarm(0)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
