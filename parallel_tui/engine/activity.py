"""Where trees are not watched: a window that printed is a reason to look at its worktree."""

from __future__ import annotations

import time
from typing import Final

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.status_queue import StatusQueue

LEAST: Final = 2.0
"""Least seconds between two whole statuses of a worktree, or ten times what one costs."""

SWEEP: Final = 20.0
"""Seconds after which the worktree not looked at for longest is looked at."""


class ActivityWatch:
    """Asks for statuses by what windows do.

    Args:
        facts: Worktrees and windows.
        queue: Where statuses are asked for.
    """

    def __init__(self, facts: Facts, queue: StatusQueue) -> None:
        self._facts = facts
        self._queue = queue
        self._seen: dict[str, int] = {}
        self._swept = time.monotonic()

    def tick(self) -> None:
        """Ask for what has become due."""
        now = time.monotonic()
        for entry in self._facts.joined():
            if entry.worktree is None or not entry.windows:
                continue
            active = max(window.activity for window in entry.windows)
            if self._seen.get(entry.key) == active:
                continue
            at, cost = self._queue.last_full(entry.key)
            if now - at >= max(LEAST, 10 * cost):
                self._seen[entry.key] = active
                self._queue.ask(entry.key, background=True)
        if now - self._swept >= SWEEP:
            self._swept = now
            sweep(self._queue)


def sweep(queue: StatusQueue) -> None:
    """Look at the worktree that was not looked at for longest; one, for a status is dear."""
    oldest = queue.oldest()
    if oldest is not None:
        queue.ask(oldest[0], background=True)
