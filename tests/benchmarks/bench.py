"""One real dashboard in a real terminal, on a generated repository with windows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.benchmarks.report import Report
from tests.support.isolation import environment
from tests.support.terminal import Terminal

Seen = Callable[[list[str]], bool]
BIN = Path(sys.executable).parent

PRINTING = 20
"""How many windows print at most."""

LISTED = 40
"""Columns of the list up to the end of a name; the pane beside it names sessions too."""


def listed(lines: list[str]) -> list[str]:
    """The lines of the sessions pane: other panes name sessions too."""
    end = (number for number, line in enumerate(lines) if line.startswith("╰"))
    return [line for line in lines[: next(end, len(lines))] if line.startswith("│")]


def row(lines: list[str], name: str) -> str:
    """The line of a session in the list, by its name."""
    return next((line for line in listed(lines) if name in line[:LISTED]), "")


def shows(name: str, pattern: str) -> Seen:
    """Whether the row of a session matches."""
    return lambda lines: bool(re.search(pattern, row(lines, name)))


@dataclass
class Presses:
    """Milliseconds from keys to changed screens; `None` for one that was never seen.

    Attributes:
        times: Of the dashboard.
        floor: Of a program that only echoes, in turn with them.
    """

    times: list[float | None] = field(default_factory=list)
    floor: list[float | None] = field(default_factory=list)

    def __iadd__(self, other: Presses) -> Self:
        """Add others'."""
        self.times += other.times
        self.floor += other.floor
        return self


@dataclass
class Bench:
    """One dashboard on one repository.

    Attributes:
        repo: The main worktree.
        worktrees: How many linked ones there are.
        repeat: How often each change is made.
        seconds: How long idleness is watched.
        report: Where figures go.
    """

    repo: Path
    worktrees: int
    repeat: int
    seconds: float
    report: Report

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pdb-"))
        home = self.folder / "home"
        home.mkdir()
        self.env = environment(home, self.folder)
        self.env["PATH"] = f"{BIN}{os.pathsep}{self.env['PATH']}"
        self.env["PDEV_TMUX_SOCKET"] = str(self.folder / "s")
        self.terminal = self.fresh_terminal(self.env)
        self.pid = 0

    def fresh_terminal(self, env: dict[str, str]) -> Terminal:
        """One more terminal, high enough for all rows."""
        return Terminal(self.folder, env, columns=220, rows=max(60, self.worktrees * 2 + 30))

    @property
    def names(self) -> list[str]:
        """Names of the sessions of all linked worktrees, as they stand in a row."""
        return [f" s{number:02d} " for number in range(1, self.worktrees + 1)]

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

    @property
    def trees(self) -> list[Path]:
        """All worktrees, the main one first."""
        return [self.repo, *(self.tree(number) for number in range(1, self.worktrees + 1))]

    def named(self, lines: list[str]) -> bool:
        """Whether all sessions are on the screen."""
        return all(any(name in line for line in lines) for name in self.names)

    def framed(self, lines: list[str]) -> bool:
        """Whether the dashboard is, with all its rows."""
        return all(row(lines, name) for name in self.names)

    def complete(self, lines: list[str]) -> bool:
        """Whether all statuses are on the screen."""
        return all(re.search(r"~\d", row(lines, name)) for name in self.names)

    def conflicts(self, lines: list[str]) -> int:
        """How many the header tells of; -1 when it tells nothing."""
        found = re.search(r"sessions · (\d+) conflict", "\n".join(lines[:3]))
        return int(found[1]) if found else -1

    def cold(self) -> None:
        """Start with nothing known, up to the first frame with all rows."""
        shutil.rmtree(self.folder / "home/.cache", ignore_errors=True)
        self.terminal.open(self.repo)
        self.pid = self.terminal.start(["pdev-tui"], self.repo)
        self.terminal.until(self.framed)

    def settled(self) -> int:
        """Conflicts once all is predicted."""
        self.terminal.until(self.complete)
        self.terminal.until(lambda lines: self.conflicts(lines) >= 0, within=8)
        self.terminal.settle(still=1.5)
        return self.conflicts(self.terminal.screen())

    def again(self) -> None:
        """A terminal for another start."""
        self.terminal.press("q")
        self.terminal.until(lambda lines: self.terminal.ended(), within=10)
        self.terminal.close()
        self.terminal = self.fresh_terminal(self.env)

    @property
    def printing(self) -> range:
        """Numbers of the worktrees whose windows print: at most twenty."""
        return range(1, min(PRINTING, self.worktrees) + 1)

    def print_always(self) -> None:
        """Let windows of worktrees print 20 lines a second each.

        Each is one process that starts no other: 400 forks a second would be measured instead.
        """
        wait = "exec {never}<> <(:); while :; do echo line $RANDOM; read -t 0.05 -u $never; done"
        for number in self.printing:
            where = ["-k", "-t", f"=work:w{number:02d}"]
            self.tmux("respawn-pane", *where, "bash", "-c", wait)

    def quiet(self) -> None:
        """Let each window of a worktree rest again."""
        for number in self.printing:
            self.tmux("respawn-pane", "-k", "-t", f"=work:w{number:02d}", "exec cat")

    @contextmanager
    def echo(self) -> Iterator[Terminal]:
        """A terminal with a program that only echoes."""
        echo = self.fresh_terminal(self.env)
        echo.open(self.repo)
        try:
            yield echo
        finally:
            echo.close()

    def pressed(self, most: float, enough: int | None = None) -> Presses:
        """Times of keys pressed one after another.

        Args:
            most: Seconds of it.
            enough: Ends it as soon as that many conflicts are told of.
        """
        found = Presses()
        key = "Down"
        with self.echo() as echo:
            end = time.perf_counter() + most
            while time.perf_counter() < end:
                found.floor.append(self.key(echo, "a"))
                key = self._onward(key)
                found.times.append(self.key(self.terminal, key))
                if enough is not None and self.conflicts(self.terminal.screen()) == enough:
                    break
        return found

    def _onward(self, key: str) -> str:
        """The key that moves the cursor, which goes with its row when others come above it."""
        rows = [
            line
            for line in listed(self.terminal.screen())
            if any(name in line[:LISTED] for name in self.names)
        ]
        there = [number for number, line in enumerate(rows) if "▌" in line[:LISTED]]
        if not there or there[0] < 2:
            return "Down"
        return "Up" if there[0] > min(8, len(rows) - 3) else key

    def key(self, terminal: Terminal, key: str) -> float | None:
        """Milliseconds from a key to a changed screen."""
        before = terminal.screen(colours=True)
        begin = time.perf_counter()
        terminal.press(key)
        while terminal.screen(colours=True) == before:
            if time.perf_counter() - begin > 2:
                return None
            time.sleep(0.001)
        return (time.perf_counter() - begin) * 1000

    def close(self) -> None:
        """Leave nothing behind but the kept repository."""
        self.terminal.close()
        with suppress(subprocess.CalledProcessError):
            self.tmux("kill-server")
        shutil.rmtree(self.folder, ignore_errors=True)
