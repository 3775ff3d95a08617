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
        self._swept = time.monotonic()

    def tick(self) -> None:
        """Ask for what has become due."""
        now, clock = time.monotonic(), self._facts.clock()
        for entry in self._facts.joined():
            if entry.worktree is None or not entry.windows:
                continue
            active = max(window.activity for window in entry.windows)
            at, cost = self._queue.last_full(entry.key)
            # tmux tells whole seconds: what came later in that second is not in an earlier look.
            covered = clock - (now - at) >= active + 1
            if not covered and now - at >= max(LEAST, 10 * cost):
                self._queue.ask(entry.key, background=True)
        self.sweep(SWEEP)

    def sweep(self, least: float) -> None:
        """Look at the worktree that was not looked at for longest; one, for a status is dear.

        Args:
            least: Seconds that it and the last sweep must be ago.
        """
        now = time.monotonic()
        oldest = self._queue.oldest()
        if oldest is not None and now - max(self._swept, oldest[1]) >= least:
            self._swept = now
            self._queue.ask(oldest[0], background=True)
