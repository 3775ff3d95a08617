"""The page that tells how fast the program is: docs/performance.md."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.report import Row, markdown, over

PAGE: Final = Path(__file__).parents[2] / "docs/performance.md"

TEXT: Final = """\
# Performance

Written by `make performance`; edit nothing here.

Measured on {date}: {machine}. Average load {load}. {how}

{verdict}

## How to read it

* Sizes are sessions × tracked files in each. Every session has a worktree, and a tmux window where
  tmux is part of it. Indexes of the worktrees are fresh, caches are warm.
* A floor is what plain Python, git or the terminal needs for the least that has to be done, in the
  same run. The ratio is the value by the floor; it can be compared between machines, and the value
  cannot.
* A budget is that of the ratio where there is a floor, and of the value elsewhere. The verdict
  fails no build: another program at work on the machine is enough for `over`.
* p50 is the median, p95 what 95 of 100 values do not exceed; with few repeats that is the largest.
  Times to the screen count from the end of the command that made the change to the moment a real
  terminal shows it.
* CPU seconds are those of the dashboard and all its children.

`make benchmark` prints the table, `make performance` writes this page as well.
`ARGS="--short"` takes about five minutes, `ARGS="--worktrees 5,20,50 --files 3000,30000"` more than
an hour, and `ARGS="--only dashboard"` measures one part: {parts}.

## The table

{table}
"""


def _version(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return f"no {command[0]}"
    return done.stdout.strip()


def machine() -> str:
    """What figures depend on, in a line."""
    return ", ".join(
        (
            f"{os.cpu_count()} cores",
            f"{platform.system()} {platform.release()} {platform.machine()}",
            f"Python {platform.python_version()}",
            _version("git", "--version"),
            _version("tmux", "-V"),
        )
    )


def load() -> str:
    """How busy the machine is."""
    return ", ".join(f"{value:.1f}" for value in os.getloadavg())


def verdict(rows: Sequence[Row]) -> str:
    """How many rows keep their budget."""
    judged = [row for row in rows if row.verdict != "—"]
    late = over(rows)
    if not late:
        return f"All {len(judged)} rows with a budget keep it."
    named = "\n".join(f"* {row.section.value}: {row.what}, {row.size}" for row in late)
    return f"{len(late)} of {len(judged)} rows with a budget are over it:\n\n{named}"


def page(rows: Sequence[Row], *, parts: Sequence[str], how: str, busy: str) -> str:
    """The whole page.

    Args:
        rows: What was measured.
        parts: Names of all parts.
        how: What was asked for, in a sentence.
        busy: Load before the run and after it.
    """
    return TEXT.format(
        date=time.strftime("%Y-%m-%d"),
        machine=machine(),
        load=busy,
        how=how,
        verdict=verdict(rows),
        parts=", ".join(f"`{part}`" for part in parts),
        table=markdown(rows),
    )
