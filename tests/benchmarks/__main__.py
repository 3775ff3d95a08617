"""Measures everything that has a budget, and prints one table.

    python -m tests.benchmarks --worktrees 5,20,50 --files 3000,30000

A part that fails, or takes more time than it was given, leaves a row that says so.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.benchmarks import (
    cli_start,
    dashboard,
    engine_latency,
    hooks,
    overlap,
    overlap_live,
    page,
    several,
    store,
    sync,
    teams,
)
from tests.benchmarks.dashboard import numbers
from tests.benchmarks.harness import TooLongError, within
from tests.benchmarks.report import Report, Section, text


@dataclass(frozen=True, slots=True)
class Effort:
    """How thoroughly to measure.

    Attributes:
        repeat: Times each change is made.
        seconds: How long rest is watched.
    """

    repeat: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Part:
    """One benchmark.

    Attributes:
        section: Of the row that says that it was cut short.
        glance: Seconds that five worktrees may take in a short run; 0 leaves it out.
        sized: Whether it runs once for each size.
        run: Measures one size.
    """

    section: Section
    glance: int
    sized: bool
    run: Callable[[Report, int, int, Effort], None]


def _operations(effort: Effort) -> int:
    return min(500, effort.repeat * 50)


PARTS: Final = {
    "commands": Part(
        Section.COMMANDS, 30, False,
        lambda report, _trees, _files, effort: cli_start.measure(report, effort.repeat * 2),
    ),
    "hooks": Part(
        Section.HOOKS, 25, False,
        lambda report, _trees, _files, effort: hooks.measure(report, min(1000, effort.repeat * 20)),
    ),
    "dashboard": Part(
        Section.START, 130, True,
        lambda report, trees, files, effort: dashboard.measure(
            report, trees, files, repeat=effort.repeat, seconds=effort.seconds
        ),
    ),
    "live": Part(
        Section.OVERLAP, 40, True,
        lambda report, trees, files, effort: overlap_live.measure(
            report, trees, files, repeat=effort.repeat, starts=max(1, effort.repeat // 4)
        ),
    ),
    "overlap": Part(
        Section.OVERLAP, 25, True,
        lambda report, trees, files, effort: overlap.measure(
            report, trees, files, repeat=effort.repeat
        ),
    ),
    "engine": Part(
        Section.START, 0, True,
        lambda report, trees, files, effort: engine_latency.measure(
            report, trees, files, repeat=effort.repeat, seconds=effort.seconds
        ),
    ),
    "sync": Part(
        Section.SYNC, 25, False,
        lambda report, _trees, _files, effort: sync.measure(
            report, sessions=min(20, effort.repeat * 2 // 5 * 5 or 5), commits=3, files=2000,
            rounds=1 if effort.repeat < 10 else 3,
        ),
    ),
    "teams": Part(
        Section.TEAMS, 60, False,
        lambda report, _trees, _files, effort: teams.measure(
            report, sessions=20, files=500 if effort.repeat < 10 else 2000,
            rounds=1 if effort.repeat < 10 else 5,
        ),
    ),
    "several": Part(
        Section.SEVERAL, 0, False,
        lambda report, _trees, _files, effort: several.measure_all(
            report, starts=max(1, effort.repeat // 2), seconds=effort.seconds
        ),
    ),
    "store": Part(
        Section.STORE, 25, False,
        lambda report, _trees, _files, effort: store.measure(report, _operations(effort)),
    ),
}  # fmt: skip


def run(
    report: Report, name: str, worktrees: int, files: int, effort: Effort, *, short: bool
) -> None:
    """Run a part on one size; what keeps it from its end becomes a row."""
    part = PARTS[name]
    kept = dict(os.environ)
    print(f"\n{name}", flush=True)
    glance = part.glance * max(1, worktrees // 5 if part.sized else 1)
    try:
        with within(glance if short else 0):
            part.run(report, worktrees, files, effort)
    except Exception as error:  # a report with a gap that is told of is worth more than none
        # Of other errors the kind alone: their words tell paths of this machine.
        said = str(error) if isinstance(error, TooLongError) else type(error).__name__
        report.missing(part.section, f"the rest of `{name}`", f"left out: {said}")
    finally:
        os.environ.clear()
        os.environ.update(kept)


def main() -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--worktrees", help="numbers of worktrees (default 5,20)")
    parser.add_argument("--files", help="files in each (default 3000)")
    parser.add_argument("--repeat", type=int, help="times each change is made (default 10)")
    parser.add_argument("--idle", type=float, help="seconds of idleness to watch (default 60)")
    parser.add_argument("--short", action="store_true", help="a glance, within five minutes")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="one part")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    options = parser.parse_args()
    usual: dict[str, object] = {"worktrees": "5,20", "files": "3000", "repeat": 10, "idle": 60.0}
    if options.short:
        usual = {"worktrees": "5", "files": "1000", "repeat": 5, "idle": 6.0}
    for name, value in usual.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    sizes = [(trees, files) for files in numbers(options.files)
             for trees in numbers(options.worktrees)]  # fmt: skip
    effort, report, before = Effort(options.repeat, options.idle), Report(), page.load()
    for name in options.only or PARTS:
        if options.short and not PARTS[name].glance:
            continue
        for worktrees, files in sizes if PARTS[name].sized else sizes[:1]:
            run(report, name, worktrees, files, effort, short=options.short)
    print(f"\n{page.machine()}\n\n{text(report.rows)}\n\n{page.verdict(report.rows)}")
    if options.write:
        how = f"Changes were made {options.repeat} times, rest was watched {options.idle:g} s."
        busy = f"{before} before the run, {page.load()} after it"
        written = page.page(report.rows, parts=list(PARTS), how=how, busy=busy)
        page.PAGE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
