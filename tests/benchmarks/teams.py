"""What starting twenty sessions at once costs, beside the same git and tmux commands run bare.

    python -m tests.benchmarks.teams [--sessions 20] [--rounds 5]

Each round starts a team in a fresh repository, with `git` and `tmux` that write down how they were
called, and then runs exactly these calls again from a shell, in another fresh repository. A second
figure is beside what a person would type: `git worktree add` and `tmux new-window` for each.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.benchmarks.report import Report, Section

PDEV: Final = str(Path(sys.executable).parent / "pdev")

_LOGGING: Final = """#!/bin/sh
{{ printf '%s\\0' {name} "$@"; printf '\\1\\0'; }} >>"$CALLS"
exec {real} "$@"
"""


class Place:
    """A home, a repository and a tmux server of their own.

    Args:
        root: A folder that is empty.
        files: How many files the repository has.
    """

    def __init__(self, root: Path, files: int) -> None:
        self.root = root
        self.repo = root / "myapp"
        (root / "home").mkdir(parents=True)
        (root / "tmux").mkdir()
        # A shell that says nothing and ends with its window: what it does is nobody's cost here.
        self.env = {
            "HOME": str(root / "home"),
            "PATH": os.environ["PATH"],
            "TMUX_TMPDIR": str(root / "tmux"),
            "SHELL": "/bin/sh",
            "LANG": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            **{f"GIT_{who}_NAME": "a" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "a@b" for who in ("AUTHOR", "COMMITTER")},
            # The same commits everywhere: calls name them.
            **{f"GIT_{who}_DATE": "2026-01-01T00:00:00Z" for who in ("AUTHOR", "COMMITTER")},
        }
        self.run("git", "init", "-q", "-b", "main", str(self.repo), cwd=root)
        for number in range(files):
            path = self.repo / f"src/d{number % 20}/f{number}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"x = {number}\n" * 20)
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "first")
        self.run("tmux", "new-session", "-d", "-s", "warm")  # a server is there in both

    def run(self, *argv: str, cwd: Path | None = None, **more: str) -> None:
        """Run a command to its good end."""
        done = subprocess.run(
            argv,
            cwd=cwd or self.repo,
            env={**self.env, **more},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{argv} failed: {done.stderr.decode()}")

    def timed(self, *argv: str, **more: str) -> float:
        """Seconds that a command takes."""
        began = time.perf_counter()
        self.run(*argv, cwd=None, **more)
        return time.perf_counter() - began

    def end(self) -> None:
        """End the server."""
        self.run("tmux", "kill-server")


def logging_programs(folder: Path) -> str:
    """A `PATH` of programs that write down how they are called."""
    folder.mkdir()
    for name in ("git", "tmux"):
        real = shutil.which(name)
        program = folder / name
        program.write_text(_LOGGING.format(name=name, real=real))
        program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def calls(log: Path) -> list[list[str]]:
    """Calls as they were written down."""
    found: list[list[str]] = []
    words: list[str] = []
    for word in log.read_bytes().split(b"\0"):
        if word == b"\1":
            found.append(words)
            words = []
        elif word:
            words = [*words, os.fsdecode(word)]
    return found


def script(found: list[list[str]], before: Path, after: Path) -> str:
    """A shell script of the same calls in another place; what they print and answer is dropped."""
    lines = ["#!/bin/sh", "exec </dev/null >/dev/null 2>&1"]
    for words in found:
        moved = [word.replace(str(before), str(after)) for word in words]
        lines.append(shlex.join(moved))
    return "\n".join(lines) + "\n"


def bare(sessions: int) -> str:
    """What a person would type."""
    lines = ["#!/bin/sh", "exec </dev/null >/dev/null 2>&1"]
    for number in range(sessions):
        lines.append(f"git worktree add -b feature/s{number} ../myapp-s{number} main")
        lines.append(f"tmux new-window -d -n s{number} -c ../myapp-s{number}")
    return "\n".join(lines) + "\n"


def bare_end(sessions: int) -> str:
    """What a person would type to end them."""
    lines = ["#!/bin/sh", "exec </dev/null >/dev/null 2>&1"]
    for number in range(sessions):
        lines.append(f"tmux kill-window -t s{number}")
        lines.append(f"git worktree remove --force ../myapp-s{number}")
    return "\n".join(lines) + "\n"


def bare_layout(windows: int) -> str:
    """What a person would type for windows of two panes each."""
    lines = ["#!/bin/sh", "exec </dev/null >/dev/null 2>&1"]
    for number in range(windows):
        lines.append(f"tmux new-window -d -n w{number} 'sleep 1000'")
        lines.append(f"tmux split-window -d -h -t w{number} 'sleep 1000'")
    return "\n".join(lines) + "\n"


def layout_file(windows: int) -> str:
    """The same as a layout."""
    panes = "    panes:\n      - sleep 1000\n      - sleep 1000\n"
    return "windows:\n" + "".join(f"  - name: w{each}\n{panes}" for each in range(windows))


def measure(report: Report, *, sessions: int, files: int, rounds: int) -> None:
    """Measure what is beside what a person would type, and report the best of all rounds."""
    report.size = f"{sessions} × {files}"
    took: dict[str, list[float]] = {}

    def timed(what: str, place: Place, *argv: str) -> None:
        took.setdefault(what, []).append(place.timed(*argv, PDEV_AGENT="") * 1000)

    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="pdev-up-") as folder:
            ours, theirs = (Place(Path(folder, name), files) for name in ("ours", "theirs"))
            team = "sessions:\n" + "".join(f"  s{each}: {{}}\n" for each in range(sessions))
            (ours.root / "team.yml").write_text(team)
            (ours.root / "layout.yml").write_text(layout_file(sessions))
            for name, text in (
                ("up", bare(sessions)),
                ("one", bare(1).replace("s0", "one")),
                ("load", bare_layout(sessions)),
                ("down", bare_end(sessions)),
            ):
                (theirs.root / f"{name}.sh").write_text(text)
            timed("up", ours, PDEV, "up", "../team.yml", "--yes")
            timed("up, bare", theirs, "sh", "../up.sh")
            timed("one", ours, PDEV, "spawn", "one")
            timed("one, bare", theirs, "sh", "../one.sh")
            timed("load", ours, PDEV, "layout", "load", "--trust", "../layout.yml")
            timed("load, bare", theirs, "sh", "../load.sh")
            timed("down", ours, PDEV, "down", "../team.yml", "--yes")
            timed("down, bare", theirs, "sh", "../down.sh")
            for place in (ours, theirs):
                if left := list(place.root.glob("myapp-s*")):
                    raise SystemExit(f"{place.root.name}: {len(left)} worktrees are left")
                place.end()
    for key, what, against, budget in (
        ("up", f"pdev up, {sessions} sessions", "git worktree add, tmux new-window", 1.3),
        ("one", "pdev spawn", "git worktree add, tmux new-window", None),
        ("load", f"pdev layout load, {sessions} windows", "tmux new-window, split-window", 1.3),
        ("down", f"pdev down, {sessions} sessions", "tmux kill-window, git worktree remove", None),
    ):
        floor = min(took[f"{key}, bare"])
        report.time(Section.TEAMS, what, min(took[key]), floor, against, budget=budget)


def one_round(root: Path, sessions: int, files: int) -> tuple[float, float, float, int]:
    """Seconds of a start, of its calls run bare and of what a person would type; and its calls."""
    team = "sessions:\n" + "".join(f"  s{number}: {{}}\n" for number in range(sessions))
    places = [Place(root / name, files) for name in ("seen", "made", "same", "bare")]
    seen, made, same, plain = places
    for place in places:
        (place.root / "team.yml").write_text(team)
    log = seen.root / "calls"
    path = logging_programs(seen.root / "bin")
    up = (PDEV, "up", "../team.yml", "--yes", "--json")
    seen.run(*up, PATH=path, CALLS=str(log), PDEV_AGENT="")
    found = calls(log)
    (same.root / "same.sh").write_text(script(found, seen.root, same.root))
    (plain.root / "bare.sh").write_text(bare(sessions))
    figures = (
        made.timed(*up, PDEV_AGENT=""),
        same.timed("sh", str(same.root / "same.sh")),
        plain.timed("sh", str(plain.root / "bare.sh")),
    )
    for place in places:
        there = len(list(place.root.glob("myapp-*")))
        if there != sessions:
            raise SystemExit(f"{place.root.name}: {there} worktrees, not {sessions}")
        place.end()
    return (*figures, len(found))


def main() -> int:
    """Measure, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    rows = []
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory(prefix="pdev-up-") as folder:
            rows.append(one_round(Path(folder), given.sessions, given.files))
    up, same, plain, count = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"{given.sessions} sessions, {given.files} files, median of {given.rounds} rounds")
    print(f"pdev up            {up:6.2f} s")
    print(f"same {count:4.0f} calls     {same:6.2f} s   ratio {up / same:.2f}")
    print(f"worktree, window   {plain:6.2f} s   ratio {up / plain:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
