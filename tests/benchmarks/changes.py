"""Changes of all kinds, and how long each takes to be on the screen.

Times count from the end of the command that made the change to the moment the terminal shows it.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bench import Bench, Seen, row, shows
from tests.benchmarks.harness import Floors
from tests.benchmarks.report import Section
from tests.support import fake_agent
from tests.support.big_repo import git, path_of

Once = Callable[[int], tuple[Callable[[], object], Seen]]
"""By its number: what makes a change, and whether the screen shows it."""

PAUSE = 0.25
"""Seconds, at least, between a change on the screen and the next one."""

SLOW_EDIT = 400.0
"""Milliseconds that an edit may take besides a status of its path."""


@dataclass
class Changes:
    """All kinds of change, each undone afterwards.

    Attributes:
        bench: The dashboard that shows them.
        limits: Floors of the run.
    """

    bench: Bench
    limits: Floors

    def __post_init__(self) -> None:
        self.home = self.bench.tree(1)
        self.name = self.bench.names[0]
        self.switched = self.bench.tree(2)  # its row says nothing that is of more use than a branch
        self.shared = self.bench.repo / ".claude"
        self.agents = Path(self.bench.env["HOME"]) / ".claude"
        (self.agents / "sessions").mkdir(parents=True, exist_ok=True)

    def measure(self) -> None:
        """Make all of them, several times."""
        edit = SLOW_EDIT + self.limits.status
        tip = git(self.home, "rev-parse", "HEAD").strip()
        try:
            self._change(Section.SHARED, "lock file", self._lock, 100, 200)
            self._change(Section.SHARED, "event file", self._event, 100, 200)
            self._change(Section.AGENT, "its own state file → state", self._agent, 100, 200)
            self._change(Section.GIT, "commit → ahead", self._commit, 250, 400)
            self._change(Section.EDIT, "tracked edit → modified", self._edit, None, edit)
            self._change(Section.EDIT, "new file → untracked", self._create, None, edit)
            self._change(Section.GIT, "worktree added → row", self._add, 250, 400)
            self._change(Section.WINDOW, "window opened elsewhere", self._window, None, 150)
            self._change(Section.WINDOW, "window renamed elsewhere", self._rename, None, 150)
            self._change(Section.WINDOW, "window closed elsewhere", self._kill, None, 150)
            self._change(Section.GIT, "branch switched → row", self._switch, 250, 400)
        finally:
            self._undo(tip)

    def while_it_starts(self) -> None:
        """Lock one path at the first frame, while what watches is still being put together."""
        act, seen = self._lock(0)
        act()
        done = time.perf_counter()
        moment = self.bench.terminal.until(seen, within=15)
        took = None if moment is None else max(0.0, (moment - done) * 1000)
        self.bench.report.value(Section.SHARED, "lock file, right after the first frame", took)
        (self.shared / "locks/bench0.lock").unlink()
        self.bench.terminal.until(lambda lines: not seen(lines), within=15)

    def _change(
        self, section: Section, what: str, once: Once, p50: float | None, p95: float | None
    ) -> None:
        """Make one kind of change several times and time its way to the screen."""
        times: list[float | None] = []
        for number in range(self.bench.repeat):
            act, seen = once(number)
            # A change right after another one waits for the next snapshot: that is not its own way.
            time.sleep(PAUSE + number % 7 * 0.03)
            act()
            done = time.perf_counter()
            moment = self.bench.terminal.until(seen, within=15)
            times.append(None if moment is None else max(0.0, (moment - done) * 1000))
        self.bench.report.spread(section, what, times, p50=p50, p95=p95)

    def _count(self, sign: str) -> int:
        line = row(self.bench.terminal.screen(), self.name)
        found = re.search(rf"{re.escape(sign)}(\d+)", line)
        return int(found[1]) if found else 0

    def _put(self, path: Path, text: str) -> None:
        """Write a file of the store as its writers do: at once and whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.write_text(text)
        draft.rename(path)

    def _lock(self, number: int) -> tuple[Callable[[], object], Seen]:
        path = self.shared / f"locks/bench{number}.lock"
        return (
            lambda: self._put(path, "s01\n"),
            lambda lines: bool(re.search(rf"· {number + 1} locks?\b", "\n".join(lines[:3]))),
        )

    def _event(self, number: int) -> tuple[Callable[[], object], Seen]:
        name = f"{int(time.time() * 1000)}_noted{number}"
        told: dict[str, object] = {"id": name, "type": f"noted{number}", "session": "s01"}
        told |= {"payload": None, "timestamp": time.time(), "acknowledged": []}
        path = self.shared / f"events/{name}.json"
        return (
            lambda: self._put(path, json.dumps(told)),
            lambda lines: any(f"noted{number}" in line for line in lines),
        )

    def _agent(self, number: int) -> tuple[Callable[[], object], Seen]:
        """The program in the window of the session writes down what it does."""
        listed = self.bench.tmux("list-panes", "-a", "-F", "#{pane_pid} #{pane_current_path}")
        pid = next(int(line.split()[0]) for line in listed.splitlines() if str(self.home) in line)
        status, state = (("waiting", "waiting"), ("busy", "working"))[number % 2]
        return (
            lambda: fake_agent.write(self.agents, fake_agent.record(pid, status)),
            shows(self.name, rf"\b{state}\b"),
        )

    def _commit(self, number: int) -> tuple[Callable[[], object], Seen]:
        ahead = self._count("↑")
        return (
            lambda: git(self.home, "commit", "-q", "--allow-empty", "-m", f"more {number}"),
            shows(self.name, rf"↑{ahead + 1}\b"),
        )

    def _switch(self, number: int) -> tuple[Callable[[], object], Seen]:
        name = f"bench/{number}"
        return (
            lambda: git(self.switched, "switch", "-q", "-c", name),
            lambda lines: any(name in line for line in lines),
        )

    def _edit(self, number: int) -> tuple[Callable[[], object], Seen]:
        target = self.home / path_of(900 + number)
        count = self._count("~")
        text = target.read_text() + "# edited\n"
        return (lambda: target.write_text(text), shows(self.name, rf"~{count + 1}\b"))

    def _create(self, number: int) -> tuple[Callable[[], object], Seen]:
        target = self.home / f"src/bench{number}.py"
        count = self._count("?")
        return (lambda: target.write_text("x\n"), shows(self.name, rf"\?{count + 1}\b"))

    def _add(self, number: int) -> tuple[Callable[[], object], Seen]:
        path = str(self.bench.repo.parent / f"extra{number}")
        name = f"bench/extra{number}"
        return (
            lambda: git(self.bench.repo, "worktree", "add", "-q", "-b", name, path),
            lambda lines: bool(row(lines, f" extra{number} ")),
        )

    def _window(self, number: int) -> tuple[Callable[[], object], Seen]:
        name = f"xw{number}x"
        where = ["-n", name, "-c", str(self.home), "exec cat"]
        return (
            # A session that sorts first: the pane shows fewer rows than there are windows.
            lambda: self.bench.tmux("new-session", "-d", "-s", f"a{number}", *where),
            lambda lines: any(name in line for line in lines),
        )

    def _rename(self, number: int) -> tuple[Callable[[], object], Seen]:
        name = f"yw{number}y"
        return (
            lambda: self.bench.tmux("rename-window", "-t", f"=a{number}:", name),
            lambda lines: any(name in line for line in lines),
        )

    def _kill(self, number: int) -> tuple[Callable[[], object], Seen]:
        name = f"yw{number}y"
        return (
            lambda: self.bench.tmux("kill-window", "-t", f"=a{number}:"),
            lambda lines: all(name not in line for line in lines),
        )

    def _undo(self, tip: str) -> None:
        repo = self.bench.repo
        states = self.agents.glob("sessions/*.json")
        noted = self.shared.glob("events/*_noted*")
        for path in [*self.shared.glob("locks/bench*"), *noted, *states]:
            path.unlink(missing_ok=True)
        for number in range(self.bench.repeat):
            with suppress(subprocess.CalledProcessError):
                git(self.home, "checkout", "-q", "--", path_of(900 + number))
            (self.home / f"src/bench{number}.py").unlink(missing_ok=True)
            with suppress(subprocess.CalledProcessError):
                git(repo, "worktree", "remove", "--force", str(repo.parent / f"extra{number}"))
        own = self.bench.names[1].strip()
        git(self.switched, "symbolic-ref", "HEAD", f"refs/heads/feature/{own}")
        git(self.home, "update-ref", f"refs/heads/feature/{self.name.strip()}", tip)
        for name in git(repo, "for-each-ref", "--format=%(refname)", "refs/heads/bench").split():
            git(repo, "update-ref", "-d", name)
