"""What the windows' programs use, sampled rarely: walking the process table costs 12 ms."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from parallel_tui.engine.facts import Facts
from parallel_tui.errors import ParallelError
from parallel_tui.model.view.snapshot import Source
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

    def __init__(self, processes: Processes, facts: Facts, changed: Callable[[], None]) -> None:
        self._processes = processes
        self._facts = facts
        self._changed = changed
        self._sampled: float | None = None
        self._windows: frozenset[str] = frozenset()

    def tick(self) -> None:
        """Sample if it is time to."""
        windows = [window for entry in self._facts.joined() for window in entry.windows]
        ids = frozenset(window.id for window in windows)
        clock = self._facts.clock()
        busy = any(clock - window.activity < _LATELY for window in windows)
        due = self._sampled is None or (
            time.monotonic() - self._sampled >= (BUSY if busy else QUIET)
        )
        # A new window is measured at once: a gap on the screen reads as "uses nothing".
        if not (due or ids - self._windows):
            return
        self._sampled = time.monotonic()
        self._windows = ids
        if not ids:
            return
        roots = {window.id: tuple(pane.pid for pane in window.panes) for window in windows}
        try:
            found = dict(self._processes.sample(roots))
        except Exception as error:  # a library's own, or one of a machine out of something
            reason = str(error) if isinstance(error, ParallelError | OSError) else repr(error)
            self._facts.trouble(Source.PROCESSES, reason)
            with self._facts.lock:
                self._facts.unsampled = reason
            self._changed()
            return
        self._facts.well(Source.PROCESSES)
        with self._facts.lock:
            news = self._facts.resources != found or self._facts.unsampled is not None
            self._facts.resources, self._facts.unsampled = found, None
        if news:
            self._changed()
