"""What keeping all overlaps up to date costs, against one bare batch of the same merges.

Run: `python -m tests.benchmarks.overlap [--files N] [--sessions N …] [--untouched ROUNDS]`. The
floor of a step is one `git merge-tree --stdin` in an empty object directory over the pairs that
the step is about, and the snapshots that such a batch needs as well, made as one would by hand: a
copy of the index, `git update-index`, `git write-tree`. Ratios are to both.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.merges import merge_all
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.adapters.git.simulate.verdict.board import Board
from parallel_tui.adapters.git.simulate.verdict.cache import VerdictCache
from parallel_tui.model.fact import Fact
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Verdict
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree
from tests.benchmarks import overlap_untouched
from tests.benchmarks.harness import pss_mib, refresh
from tests.benchmarks.report import Report, Section
from tests.support.big_repo import big_repo, git, path_of

Update = tuple[float, int]
"""Milliseconds and processes of an update."""

Subjects = Sequence[tuple[Worktree, Fact[tuple[StatusEntry, ...]]]]


def timed(action: Callable[[], object]) -> float:
    """Milliseconds of an action."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


class Bench:
    """One repository and its sessions."""

    def __init__(self, repo: Path, repeat: int, report: Report) -> None:
        self.repo = repo
        self.repeat = repeat
        self.report = report
        self.repository: Repository = discover(str(repo))
        self.runner = Runner(self.repository)
        self.git = GitCommands(self.runner)
        self.base = self.git.base("main").oid
        self.trees = self.git.worktrees()[1:]
        self.board: Board | None = None
        self.found: tuple[Overlap, ...] = ()

    def subjects(self) -> Subjects:
        """Sessions with fresh statuses, which the live view has anyway."""
        self.trees = self.git.worktrees()[1:]
        return [(tree, self.git.status(tree)) for tree in self.trees]

    def floor(self, only: int | None = None) -> tuple[float, float]:
        """Milliseconds of bare snapshots and of one bare batch, all pairs or those of one."""
        subjects = self.subjects()
        quarantine = Quarantine(self.repository)
        try:
            commits, times = [], []
            for tree, status in subjects:
                began = time.perf_counter()
                commits.append(self._bare(quarantine, tree, status))
                times.append((time.perf_counter() - began) * 1000)
            pairs = list(combinations(commits, 2))
            if only is not None:
                pairs = [pair for pair in pairs if commits[only] in pair]
            batch = timed(lambda: merge_all(self.runner, quarantine, pairs))
        finally:
            quarantine.close()
        return sum(times) if only is None else statistics.median(times), batch

    def _bare(
        self, quarantine: Quarantine, tree: Worktree, status: Fact[tuple[StatusEntry, ...]]
    ) -> str:
        entries = status if isinstance(status, tuple) else ()
        index = quarantine.path / "bare-index"
        shutil.copyfile(f"{tree.git_dir}/index", index)
        env = {**quarantine.env, "GIT_INDEX_FILE": str(index)}
        paths = b"".join(raw(entry.path) + b"\0" for entry in entries)
        command = ["update-index", "--add", "--remove", "-z", "--stdin"]
        self.runner.run([*OPTIONS, *command], worktree=tree, env=env, stdin=paths)
        made = self.runner.run([*OPTIONS, "write-tree"], worktree=tree, env=env).text.strip()
        return quarantine.commit(made, (tree.head or "",))

    def measure(self) -> None:
        """Everything, a row each."""
        before = pss_mib(os.getpid()) or 0.0
        everything = self.floor()
        single = self.floor(3)
        home, first = Path(self.trees[3].path), self.trees[3].git_dir
        file = home / path_of(131 * 5)
        text = file.read_text()
        tip = git(home, "rev-parse", "HEAD").strip()
        with tempfile.TemporaryDirectory() as folder:
            cache = VerdictCache(Path(folder), self.repository)
            self.board = Board(self.runner, cache=cache)
            cold = [self._update()]
            pairs = len(self.found)
            for what, ms in (
                ("bare snapshots of all", everything[0]),
                (f"bare batch, {pairs} pairs with base", everything[1]),
                ("bare snapshot of one", single[0]),
                ("bare batch, pairs of one", single[1]),
            ):
                self.report.value(Section.FLOOR, what, ms)
            self._line("cold", cold, everything, 1.3)
            self._line("no change", [self._update() for _ in range(self.repeat)], None)
            try:
                edits = []
                for number in range(self.repeat):
                    file.write_text(f"{text}# change {number}\n")
                    edits.append(self._update(first))
                self._line("one edit", edits, single, 1.3)
                commits = []
                for number in range(self.repeat):
                    file.write_text(f"{text}# commit {number}\n")
                    git(home, "commit", "-q", "-m", "more", "--", path_of(131 * 5))
                    commits.append(self._update(first))
                self._line("one commit", commits, single, 1.3)
            finally:
                git(home, "reset", "-q", tip)
                file.write_text(text)
            self._update(first)
            moves = []
            for number in range(self.repeat):
                self.base = self._moved(number)
                moves.append(self._update())
            self._line("base moves", moves, everything)
            memory, size = pss_mib(os.getpid()) or 0.0, self.board.quarantine.size()
            self.board.close()
            self.board = Board(self.runner, cache=cache)
            self._line("restart", [self._update()], everything)
            self.board.close()
        self.report.value(Section.OVERLAP, "PSS before predictions", before, "MiB")
        self.report.value(Section.OVERLAP, "PSS after predictions", memory, "MiB")
        self.report.value(Section.OVERLAP, "objects of predictions", size / 2**20, "MiB")

    def _moved(self, number: int) -> str:
        """A commit on top of base that changes one file of its own; no reference is moved."""
        env = {"GIT_INDEX_FILE": str(Path(tempfile.gettempdir(), f"pdev-bench-{os.getpid()}.idx"))}
        blob = git(self.repo, "hash-object", "-w", "--stdin", feed=b"%d\n" % number).strip()
        entry = f"100644,{blob},{path_of(self.files() - 1 - number)}"
        try:
            git(self.repo, "read-tree", self.base, env=env)
            git(self.repo, "update-index", "--cacheinfo", entry, env=env)
            tree = git(self.repo, "write-tree", env=env).strip()
        finally:
            Path(env["GIT_INDEX_FILE"]).unlink(missing_ok=True)
        return git(self.repo, "commit-tree", "-p", self.base, "-m", "moved", tree).strip()

    def files(self) -> int:
        """How many files base has."""
        return len(git(self.repo, "ls-files").splitlines())

    def _update(self, first: str | None = None) -> Update:
        assert self.board is not None
        subjects = self.subjects()
        began = self.runner.started
        before = time.perf_counter()
        for found in self.board.update(self.base, subjects, changed_first=first):
            self.found = found
        took = (time.perf_counter() - before) * 1000
        unknown = [each for each in self.found if not isinstance(each.verdict, Verdict)]
        assert not unknown, unknown[:3]
        return took, self.runner.started - began

    def _line(
        self,
        name: str,
        took: Sequence[Update],
        bare: tuple[float, float] | None,
        budget: float | None = None,
    ) -> None:
        ours = statistics.median(ms for ms, _ in took)
        cost = statistics.median(count for _, count in took)
        what = f"{name}, {cost:.0f} processes"
        if bare is None:
            self.report.value(Section.OVERLAP, what, ours)
            return
        floor, snapshots, batch = "snapshots + batch", *bare
        if budget is not None:  # of the batch alone; snapshots may cost what they cost bare
            budget = (budget * batch + snapshots) / (batch + snapshots)
        self.report.time(Section.OVERLAP, what, ours, sum(bare), floor, budget=budget)


def measure(report: Report, sessions: int, files: int, *, repeat: int) -> None:
    """Measure one size."""
    report.size = f"{sessions} × {files}"
    bench = Bench(big_repo(sessions, files), repeat, report)
    refresh([bench.repo, *(Path(tree.path) for tree in bench.trees)], os.environ)
    bench.measure()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=30_000)
    parser.add_argument("--sessions", type=int, nargs="*", default=[20, 50])
    parser.add_argument("--untouched", type=int, default=0, metavar="ROUNDS")
    parser.add_argument("--repeat", type=int, default=7)
    chosen = parser.parse_args()
    report = Report()
    for sessions in chosen.sessions:
        if chosen.untouched:
            bench = Bench(big_repo(sessions, chosen.files), chosen.repeat, report)
            overlap_untouched.run(bench.repository, bench.trees, chosen.untouched)
        else:
            measure(report, sessions, chosen.files, repeat=chosen.repeat)


if __name__ == "__main__":
    main()
