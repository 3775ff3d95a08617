"""Reading what sessions tell each other whenever one of its files changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from parallel_tui.adapters.ports import SharedFiles
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.retry import Backoff
from parallel_tui.errors import ParallelError
from parallel_tui.model.snapshot import Source

RECONCILE: Final = 60.0
"""Seconds after which the files are read unasked: the end of a lock's owner writes none of them."""


class CoordinationReader:
    """Keeps `Facts.coordination` up to date.

    Args:
        files: Who is asked.
        facts: Where answers go.
        changed: Called after an answer that differs is in.
    """

    def __init__(self, files: SharedFiles, facts: Facts, changed: Callable[[], None]) -> None:
        self._files = files
        self._facts = facts
        self._changed = changed
        self._backoff = Backoff()

    def read(self) -> float:
        """Read everything; returns after how many seconds to do it again."""
        try:
            found = self._files.read()
        except (ParallelError, OSError) as error:
            self._facts.trouble(Source.STORE, str(error))
            self._changed()
            return self._backoff.failed(time.monotonic())
        self._backoff.well(time.monotonic())
        with self._facts.lock:
            news = self._facts.coordination != found
            self._facts.coordination = found
            if found.problems:
                self._facts.trouble(Source.STORE, found.problems[0].reason)
            else:
                self._facts.well(Source.STORE)
        if news:
            self._changed()
        return RECONCILE
