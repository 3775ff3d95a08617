"""Sample CPU and memory of the windows' programs, rarely because it costs 12 ms."""

from __future__ import annotations

import time

from parallel_tui.errors import ParallelError
from parallel_tui.model.scope import Look
from parallel_tui.model.view.snapshot import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from parallel_tui.engine.facts import Facts
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

    def due(self, _: str | None) -> bool:
        """Whether a sample is due, after windows were listed."""
        windows = [window for entry in self._facts.joined() for window in entry.windows]
        ids = frozenset(window.id for window in windows)
        clock = self._facts.clock()
        busy = any(clock - window.activity < _LATELY for window in windows)
        due = self._sampled is None or (
            time.monotonic() - self._sampled >= (BUSY if busy else QUIET)
        )
        # A new window is measured at once: a gap on the screen reads as "uses nothing".
        return due or bool(ids - self._windows)

    def read(self) -> None:
        """Take a sample now."""
        windows = [window for entry in self._facts.joined() for window in entry.windows]
        self._sampled = time.monotonic()
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
        if self._facts.put(resources=found, unsampled=None):
            self._changed()
