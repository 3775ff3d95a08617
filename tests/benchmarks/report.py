"""The one kind of row that benchmarks report, and the table of them.

Reports, never judges: figures depend on the machine, so a time stands as a ratio to what plain
Python, git or tmux needs in the same run wherever there is such a floor.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tests.benchmarks.harness import quantile

BAR = "\\|"
"""A bar that does not end a cell."""

HEAD = ("what", "size", "value", "floor", "ratio", "budget", "verdict")


class Section(Enum):
    """A part of the table, in its order."""

    COMMANDS = "Commands"
    HOOKS = "Hooks of agents"
    START = "Start of the dashboard"
    SHARED = "Lock or event → screen"
    AGENT = "Agent → screen"
    GIT = "Commit, branch, worktree → screen"
    EDIT = "Uncommitted edit → screen"
    WINDOW = "tmux window → screen"
    IDLE = "Idle"
    PRINTING = "Windows that print"
    MEMORY = "Memory"
    OVERLAP = "Overlap"
    SEVERAL = "Several repositories"
    KEYS = "Keys"
    END = "End"
    TEAMS = "Starting and ending sessions"
    SYNC = "Sync"
    STORE = "Store"
    FLOOR = "Floors of the run"


ORDER = {section: place for place, section in enumerate(Section)}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        section: Where it stands in the table.
        what: What was measured.
        value: The figure; `None` when there is none, and `note` says why.
        unit: Of the value and its floor.
        floor: What it is compared with, in the same unit.
        against: Name of the floor.
        budget: The most that the ratio may be; that the value may be where no floor is.
        size: Size of the repository.
        note: What a reader has to know about the figure.
    """

    section: Section
    what: str
    value: float | None
    unit: str = "ms"
    floor: float | None = None
    against: str = ""
    budget: float | None = None
    size: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The value by its floor."""
        return None if self.value is None or not self.floor else self.value / self.floor

    @property
    def verdict(self) -> str:
        """`ok` or `over` where there is a budget, and a dash elsewhere."""
        figure = self.value if self.floor is None else self.ratio
        if self.budget is None or figure is None:
            return "—"
        return "over" if figure > self.budget else "ok"

    def cells(self) -> tuple[str, ...]:
        """The row as text, one cell for each word of the head."""
        value = "—" if self.value is None else f"{_digits(self.value)} {self.unit}"
        floor = "" if self.floor is None else f"{_digits(self.floor)} {self.unit}, {self.against}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        unit = self.unit if self.floor is None else "×"
        budget = "" if self.budget is None else f"{_digits(self.budget)} {unit}"
        what = f"{self.what} ({self.note})" if self.note else self.what
        return (what, self.size, value, floor, ratio, budget, self.verdict)


def _digits(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 20 or value == int(value) else f"{value:.2f}"


@dataclass
class Report:
    """Rows of figures, shown one by one while they are measured.

    Attributes:
        size: Size of the repository that rows are measured on from now on.
        rows: All there are.
    """

    size: str = ""
    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Add a row and show it at once, for a benchmark takes its time."""
        self.rows.append(row)
        what, size, value, floor, ratio, budget, verdict = row.cells()
        told = f"{ratio} {floor}" if ratio else ""
        allowed = f"budget {budget}: {verdict}" if budget else ""
        print(f"  {what:<58} {size:>10} {value:>16}  {told:<44} {allowed}".rstrip(), flush=True)

    def value(
        self,
        section: Section,
        what: str,
        value: float | None,
        unit: str = "ms",
        *,
        budget: float | None = None,
        note: str = "",
    ) -> None:
        """Add a figure that stands for itself."""
        self.add(Row(section, what, value, unit, budget=budget, size=self.size, note=note))

    def time(
        self,
        section: Section,
        what: str,
        ms: float | None,
        floor: float,
        against: str,
        *,
        budget: float | None = None,
    ) -> None:
        """Add a time with its ratio to a floor."""
        note = "never seen" if ms is None else ""
        self.add(Row(section, what, ms, "ms", floor, against, budget, self.size, note))

    def spread(
        self,
        section: Section,
        what: str,
        values: Sequence[float | None],
        *,
        p50: float | None = None,
        p95: float | None = None,
    ) -> None:
        """Add median and 95th percentile of times in milliseconds, a row each.

        Args:
            section: Where they stand in the table.
            what: What was measured.
            values: `None` is a time that never ended.
            p50: Budget of the median.
            p95: Budget of the 95th percentile.
        """
        seen = [value for value in values if value is not None]
        if not seen:
            self.missing(section, what, "never seen" if values else "not tried")
            return
        lost = len(values) - len(seen)
        note = f"{lost} of {len(values)} never seen" if lost else ""
        self.value(section, f"{what}, p50", statistics.median(seen), budget=p50, note=note)
        self.value(section, f"{what}, p95", quantile(seen, 0.95), budget=p95, note=note)

    def missing(self, section: Section, what: str, why: str) -> None:
        """Add a row without a figure."""
        self.value(section, what, None, note=why)


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Rows by section; the same figure of several sizes stands together, as first measured."""
    every = list(rows)
    first: dict[tuple[Section, str], int] = {}
    for place, row in enumerate(every):
        first.setdefault((row.section, row.what), place)
    return sorted(every, key=lambda row: (ORDER[row.section], first[row.section, row.what]))


def over(rows: Iterable[Row]) -> list[Row]:
    """Rows over their budget."""
    return [row for row in ordered(rows) if row.verdict == "over"]


def text(rows: Iterable[Row]) -> str:
    """The table for a terminal."""
    found = ordered(rows)
    cells = [HEAD, *(row.cells() for row in found)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
             for line in cells]  # fmt: skip
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def markdown(rows: Iterable[Row]) -> str:
    """The table for a page: a heading and a table for each section."""
    lines: list[str] = []
    section: Section | None = None
    for row in ordered(rows):
        if row.section is not section:
            section = row.section
            lines += ["", f"### {section.value}", "", _line(HEAD), _line(["---"] * len(HEAD))]
        lines.append(_line(row.cells()))
    return "\n".join(lines).strip()


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"
