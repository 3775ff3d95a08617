"""Measures predictions where people meet them: in the dashboard, while it is used.

    python -m tests.benchmarks.overlap_live --worktrees 20 --files 30000

An edit counts from the moment its file is written to the moment the terminal shows the pair as a
conflict. Keys are pressed while the first prediction of a cold cache runs, and while sessions are
edited all the time, beside the same keys in a dashboard at rest and the echo of a program that does
nothing else. The floor of an edit is a path-limited `git status` and one bare batch of merges.
"""

from __future__ import annotations

import argparse
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.dashboard import Bench, row
from tests.benchmarks.harness import Table, floors, pss_mib
from tests.benchmarks.overlap import Bench as Floor
from tests.support.big_repo import big_repo, path_of

PACE = 0.2
"""Seconds between two edits of the sessions that never rest."""


class Live(Bench):
    """One dashboard that predicts."""

    def cold(self) -> None:
        """Start with nothing known."""
        shutil.rmtree(self.folder / "home/.cache", ignore_errors=True)
        self.terminal.open(self.repo)
        self.pid = self.terminal.start(["pdev-tui"], self.repo)
        self.terminal.until(
            lambda lines: (
                any("Sessions" in line for line in lines)
                and all(row(lines, branch) for branch in self.branches)
            )
        )

    def conflicts(self, lines: list[str]) -> int:
        """How many the header tells of; -1 when it tells nothing."""
        found = re.search(r"sessions · (\d+) conflict", "\n".join(lines[:3]))
        return int(found[1]) if found else -1

    def settled(self) -> int:
        """Conflicts once all is predicted."""
        self.terminal.until(
            lambda lines: all(re.search(r"~\d", row(lines, branch)) for branch in self.branches)
        )
        self.terminal.settle(still=2)
        return self.conflicts(self.terminal.screen())

    def edits(self) -> None:
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
        self.table.spread("edit → one conflict more", there, "1000 + status + batch")
        self.table.spread("edit taken back → one less", gone)

    def _until_conflicts(self, before: int, *, more: bool) -> float | None:
        return self.terminal.until(
            lambda lines: (self.conflicts(lines) > before) is more, within=20
        )

    def pressed(self, most: float, enough: int | None = None) -> list[float | None]:
        """Times of keys pressed one after another.

        Args:
            most: Seconds of it.
            enough: Ends it as soon as that many conflicts are told of.
        """
        times: list[float | None] = []
        end = time.perf_counter() + most
        while time.perf_counter() < end:
            times.append(self._key(self.terminal, "Down" if len(times) % 6 < 3 else "Up"))
            if enough is not None and self.conflicts(self.terminal.screen()) == enough:
                break
        return times

    def again(self) -> None:
        """A terminal for another start."""
        self.terminal.press("q")
        self.terminal.until(lambda lines: self.terminal.ended(), within=10)
        self.terminal.close()
        self.terminal = self._terminal(self.env)

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


def measure(worktrees: int, files: int, *, repeat: int, starts: int) -> None:
    """Run everything on one size of repository."""
    table = Table(f"{worktrees} sessions of {files} files, with predictions")
    bench = Live(big_repo(worktrees, files), worktrees, repeat, 0, table)
    try:
        limits = floors([bench.repo, bench.tree(1)], bench.env, 3)
        single = Floor(bench.repo, 1).floor(3)
        table.add("floor: git status, one worktree", f"{limits.status:.0f} ms")
        table.add("floor: bare batch of one session's pairs", f"{single[1]:.0f} ms")
        bench.cold()
        all_of_it = bench.settled()
        during: list[float | None] = []
        firsts: list[float | None] = []
        for _ in range(starts):
            bench.again()
            bench.cold()
            began = time.perf_counter()
            during += bench.pressed(60, all_of_it)
            firsts.append((time.perf_counter() - began) * 1000)
        table.spread("rows → all statuses and predictions", firsts)
        bench.edits()
        bench.keys()
        table.spread("key → screen, first prediction", during, "p95 50")
        with bench.restless():
            table.spread("key → screen, sessions edited always", bench.pressed(12), "p95 50")
        memory = pss_mib(bench.pid)
        table.add("memory (PSS), with children", f"{memory or 0:.0f} MiB", "(budget 90)")
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
    measure(chosen.worktrees, chosen.files, repeat=chosen.repeat, starts=chosen.starts)


if __name__ == "__main__":
    main()
