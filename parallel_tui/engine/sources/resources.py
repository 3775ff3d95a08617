"""Sample CPU and memory of the windows' programs, rarely because it costs 12 ms."""

from __future__ import annotations

import time

from parallel_tui.errors import ParallelError
from parallel_tui.model.scope import Look
from parallel_tui.model.view.snapshot import Source
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.machine.trend import Trend
    from parallel_tui.model.window.window import Resources
    from parallel_tui.ports.system import Processes

BUSY: Final = 5.0
"""Seconds between two samples while something printed lately."""

QUIET: Final = 30.0
"""The same while all is silent."""

_LATELY: Final = 10.0


class ResourceReader:
    """Keeps `Facts.resources` up to date.

    Args:
        processes: Who is asked.
        facts: Where answers go.
        changed: Called after an answer that differs is in.
    """

    name: Final = "resources"
    looks: Final[frozenset[Look]] = frozenset()

    def __init__(self, processes: Processes, facts: Facts, changed: Callable[[], None]) -> None:
        self._processes = processes
        self._facts = facts
        self._changed = changed
        self._sampled: float | None = None
        self._windows: frozenset[str] = frozenset()
        self._trends: dict[str, tuple[Trend, Trend]] = {}

    def due(self, _: str | None) -> bool:
        """Whether a sample is due, after windows were listed."""
        windows = [window for entry in self._facts.joined() for window in entry.windows]
        ids = frozenset(window.id for window in windows)
        clock = self._facts.clock()
        busy = any(clock - window.activity < _LATELY for window in windows)
        every = BUSY if busy else QUIET * self._facts.pace
        # In steps that are the same for all views, so that what they find is drawn once.
        due = self._sampled is None or time.monotonic() // every != self._sampled // every
        # A new window is measured at once: a gap on the screen reads as "uses nothing".
        return due or bool(ids - self._windows)

    def read(self) -> None:
        """Take a sample now."""
        windows = [window for entry in self._facts.joined() for window in entry.windows]
        first, self._sampled = self._sampled is None, time.monotonic()
        self._windows = frozenset(window.id for window in windows)
        measured = {window.id: tuple(pane.pid for pane in window.others) for window in windows}
        roots = {window: pids for window, pids in measured.items() if pids}
        if not roots:
            return
        try:
            found = dict(self._processes.sample(roots))
        except Exception as error:  # a library's own, or one of a machine out of something
            reason = str(error) if isinstance(error, ParallelError | OSError) else repr(error)
            self._facts.trouble(Source.PROCESSES, reason)
            self._facts.put(unsampled=reason)
            self._changed()
            return
        self._facts.well(Source.PROCESSES)
        if not first:  # a single look has no past, and loads nothing for it
            found = self._with_trends(found, self._sampled)
        if self._facts.put(resources=found, unsampled=None):
            self._changed()

    def _with_trends(self, found: Mapping[str, Resources], now: float) -> dict[str, Resources]:
        """What was used over the last minutes beside what is used now."""
        self._trends = {window: self._trends.get(window) or _new() for window in found}
        for window, used in found.items():
            cpu, memory = self._trends[window]
            cpu.add(used.cpu, now)
            memory.add(used.memory >> 20, now)
        return {
            window: replace(
                used,
                cpu_trend=self._trends[window][0].told(),
                memory_trend=self._trends[window][1].told(),
            )
            for window, used in found.items()
        }


def _new() -> tuple[Trend, Trend]:
    from parallel_tui.model.machine.trend import Trend

    return Trend.new(), Trend.new()
