"""Measures predictions where people meet them: in the dashboard, while it is used.

    python -m tests.benchmarks.overlap_live --worktrees 20 --files 30000

An edit counts from the moment its file is written to the moment the terminal shows the pair as a
conflict. Keys are pressed while the first prediction of a cold cache runs, and while sessions are
edited all the time, beside the same keys in a dashboard at rest and the echo of a program that does
nothing else. The floor of an edit is a path-limited `git status` and one bare batch of merges.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.bench import Bench
from tests.benchmarks.harness import floors, pss_mib, refresh
from tests.benchmarks.overlap import Bench as Floor
from tests.benchmarks.report import Report, Section
from tests.support.big_repo import big_repo, path_of

PACE = 0.2
"""Seconds between two edits of the sessions that never rest."""


class Live(Bench):
    """One dashboard that predicts."""

    def edits(self, budget: float) -> None:
        """Time from an edit to its conflict on the screen, and back."""
        there: list[float | None] = []
        gone: list[float | None] = []
        before = self.settled()
        for number in range(self.repeat):
            # What another session has changed as well, each time another path.
            one, other = number % self.worktrees + 1, (number + 1) % self.worktrees + 1
            file = self.tree(one) / path_of(other * 17 + number % 4 * 41)
            text = file.read_text()
            for words, times in ((f"{text}# in the way\n", there), (text, gone)):
                time.sleep(1 + number % 5 * 0.07)
                began = time.perf_counter()
                file.write_text(words)
                moment = self._until_conflicts(before, more=times is there)
                times.append(None if moment is None else (moment - began) * 1000)
        self.report.spread(Section.OVERLAP, "edit → one conflict more", there, p95=budget)
        self.report.spread(Section.OVERLAP, "edit taken back → one less", gone)

    def _until_conflicts(self, before: int, *, more: bool) -> float | None:
        return self.terminal.until(
            lambda lines: (self.conflicts(lines) > before) is more, within=20
        )

    @contextmanager
    def restless(self) -> Iterator[None]:
        """Edit one session after another, all the time."""
        files = [self.tree(n) / path_of(n * 131 + 7) for n in range(1, self.worktrees + 1)]
        texts = [file.read_text() for file in files]
        done = threading.Event()

        def edit() -> None:
            number = 0
            while not done.wait(PACE):
                place = number % len(files)
                files[place].write_text(f"{texts[place]}# {number}\n")
                number += 1

        thread = threading.Thread(target=edit)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            for file, text in zip(files, texts, strict=True):
                file.write_text(text)


def measure(report: Report, worktrees: int, files: int, *, repeat: int, starts: int) -> None:
    """Run everything on one size of repository."""
    report.size = f"{worktrees} × {files}"
    bench = Live(big_repo(worktrees, files), worktrees, repeat, 0, report)
    try:
        refresh(bench.trees, bench.env)
        limits = floors([bench.repo, bench.tree(1)], bench.env, 3)
        single = Floor(bench.repo, 1, report).floor(min(3, worktrees - 1))
        report.value(Section.FLOOR, "bare batch of one session's pairs", single[1])
        bench.cold()
        all_of_it = bench.settled()
        during: list[float | None] = []
        firsts: list[float | None] = []
        for _ in range(starts):
            bench.again()
            bench.cold()
            began = time.perf_counter()
            during += bench.pressed(60, all_of_it).times
            firsts.append((time.perf_counter() - began) * 1000)
        report.spread(Section.OVERLAP, "rows → all statuses and predictions", firsts)
        bench.edits(1000 + limits.status + single[1])
        report.spread(
            Section.KEYS, "key → screen, first prediction, no windows", during, p50=25, p95=50
        )
        with bench.restless():
            times = bench.pressed(min(12.0, repeat * 2.0)).times
        report.spread(Section.KEYS, "key → screen, sessions always edited", times, p50=25, p95=50)
        memory = pss_mib(bench.pid)
        note = "not told here" if memory is None else "predictions made"
        report.value(Section.MEMORY, "PSS after edits", memory, "MiB", budget=90, note=note)
    finally:
        bench.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--worktrees", type=int, default=20)
    parser.add_argument("--files", type=int, default=30_000)
    parser.add_argument("--repeat", type=int, default=12, help="edits")
    parser.add_argument("--starts", type=int, default=4, help="cold starts with keys pressed")
    chosen = parser.parse_args()
    measure(Report(), chosen.worktrees, chosen.files, repeat=chosen.repeat, starts=chosen.starts)


if __name__ == "__main__":
    main()
