"""What keeping all overlaps up to date costs, against one bare batch of the same merges.

Run: `python -m tests.benchmarks.overlap [--files N] [--sessions N …] [--untouched ROUNDS]`. The
floor of a step is one `git merge-tree --stdin` in an empty object directory over the pairs that
the step is about; snapshots are told beside it, for a batch of merges needs them as well.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

from parallel_tui.adapters.git.discover import discover
from parallel_tui.adapters.git.overlap.board import Board
from parallel_tui.adapters.git.overlap.cache import VerdictCache
from parallel_tui.adapters.git.overlap.merges import merge_all
from parallel_tui.adapters.git.overlap.quarantine import Quarantine
from parallel_tui.adapters.git.overlap.work import snapshot
from parallel_tui.adapters.git.reader import GitCommands
from parallel_tui.adapters.git.runner import Runner
from parallel_tui.model.fact import Fact
from parallel_tui.model.overlap import Verdict
from parallel_tui.model.overlaps import Overlap
from parallel_tui.model.repository import Repository
from parallel_tui.model.status import StatusEntry
from parallel_tui.model.worktree import Worktree
from tests.benchmarks import overlap_untouched
from tests.support.big_repo import big_repo, path_of

Subjects = Sequence[tuple[Worktree, Fact[tuple[StatusEntry, ...]]]]


def timed(action: Callable[[], object]) -> float:
    """Milliseconds of an action."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


class Bench:
    """One repository and its sessions."""

    def __init__(self, repo: Path) -> None:
        self.repository: Repository = discover(str(repo))
        self.runner = Runner(self.repository)
        self.git = GitCommands(self.runner)
        self.base = self.git.base("main").oid
        self.trees = self.git.worktrees()[1:]

    def subjects(self) -> Subjects:
        """Sessions with fresh statuses, which the live view has anyway."""
        return [(tree, self.git.status(tree)) for tree in self.trees]

    def floor(self, subjects: Subjects, only: int | None = None) -> tuple[float, float]:
        """Milliseconds of bare snapshots and of one bare batch, all pairs or those of one."""
        quarantine = Quarantine(self.repository)
        try:
            commits: list[str] = []
            trees = {}
            for tree, _ in subjects:
                line = self.runner.run(["rev-parse", f"{tree.head}^{{tree}}"]).text
                trees[tree.git_dir] = line.strip()

            def snap() -> None:
                for number, (tree, status) in enumerate(subjects):
                    entries = status if isinstance(status, tuple) else ()
                    head_tree = trees[tree.git_dir]
                    work = snapshot(self.runner, quarantine, tree, entries, head_tree)
                    if only is None or number == only:
                        commits.append(work.commit)
                    else:
                        commits.insert(0, work.commit)

            snapshots = timed(snap)
            if only is not None:
                snapshots /= len(subjects)
                pairs = [(commits[-1], other) for other in commits[:-1]]
            else:
                pairs = list(combinations(commits, 2))
            merges = timed(lambda: merge_all(self.runner, quarantine, pairs))
        finally:
            quarantine.close()
        return snapshots, merges

    def measure(self) -> None:
        """Cold, no change, one change, restart; one line each."""
        subjects = self.subjects()
        snapshots, merges = self.floor(subjects)
        with tempfile.TemporaryDirectory() as folder:
            cache = VerdictCache(Path(folder), self.repository)
            board = Board(self.runner, cache=cache)
            found: list[tuple[Overlap, ...]] = []

            def update(first: str | None = None) -> None:
                found[:] = list(board.update(self.base, subjects, changed_first=first))

            before = self.runner.started
            cold = timed(update)
            count = len(found[-1])
            print(f"{len(self.trees)} sessions, {count} pairs with base")
            self._line("cold", cold, snapshots, merges, self.runner.started - before)
            unknown = [each for each in found[-1] if not isinstance(each.verdict, Verdict)]
            assert not unknown, unknown[:3]
            before = self.runner.started
            print(
                f"  {'no change':<10} {timed(update):8.1f} ms, "
                f"{self.runner.started - before} processes"
            )
            file = Path(self.trees[3].path) / path_of(131 * 5)
            text = file.read_text()
            try:
                file.write_text(text + "# one change\n")
                subjects = self.subjects()
                one_snapshot, one_merges = self.floor(subjects, 3)
                before = self.runner.started
                one = timed(lambda: update(self.trees[3].git_dir))
                self._line(
                    "one change", one, one_snapshot, one_merges, self.runner.started - before
                )
            finally:
                file.write_text(text)
            board.close()
            board = Board(self.runner, cache=cache)
            before = self.runner.started
            subjects = self.subjects()
            before = self.runner.started
            again = timed(update)
            self._line("restart", again, snapshots, merges, self.runner.started - before)
            board.close()

    def _line(self, name: str, ours: float, snapshots: float, merges: float, cost: int) -> None:
        ratio = ours / (snapshots + merges)
        print(
            f"  {name:<10} {ours:8.1f} ms, {cost} processes; bare: snapshots {snapshots:.1f} + "
            f"batch {merges:.1f} ms; ratio {ratio:.2f}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=30_000)
    parser.add_argument("--sessions", type=int, nargs="*", default=[20, 50])
    parser.add_argument("--untouched", type=int, default=0, metavar="ROUNDS")
    chosen = parser.parse_args()
    for sessions in chosen.sessions:
        bench = Bench(big_repo(sessions, chosen.files))
        if chosen.untouched:
            overlap_untouched.run(bench.repository, bench.trees, chosen.untouched)
        else:
            bench.measure()


if __name__ == "__main__":
    main()
