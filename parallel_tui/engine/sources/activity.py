"""Schedule status reads: after output in a window, and for each worktree in turn.

Where trees are watched one worktree a minute is looked at, for every event is only a hint. Where
they are not, turns are so short that each worktree is looked at within a minute, as far as that
costs little of the processor.
"""

from __future__ import annotations

import time
from typing import Final

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.retry import FRESH
from parallel_tui.engine.sources.statuses import StatusQueue
from parallel_tui.model.scope import Look
from parallel_tui.model.view.snapshot import WatchMode

LEAST: Final = 2.0
"""Least seconds between two whole statuses of a worktree."""

ACTIVE_SHARE: Final = 10
"""Looking at worktrees whose windows print takes at most one part in so many of the time."""

ROUND: Final = FRESH / 2
"""Seconds in which each worktree is looked at once where nobody tells of edits."""

SHARE: Final = 20
"""Looking unasked takes at most one part in so many of the time."""

TURN: Final = 59.0
"""Seconds between two turns where edits are told of."""

_SHORTEST: Final = 0.5


class ActivityWatch:
    """Requests statuses after activity in windows.

    Args:
        facts: Worktrees and windows.
        queue: Where statuses are asked for.
    """

    name: Final = "activity"
    looks: Final[frozenset[Look]] = frozenset()

    def __init__(self, facts: Facts, queue: StatusQueue) -> None:
        self._facts = facts
        self._queue = queue

    mode: Final = WatchMode.ACTIVITY
    """The mode in which windows are followed."""

    def tick(self, _: str | None) -> bool:
        """Request the statuses that have become due, after windows were listed."""
        if self._facts.watch is not self.mode:
            return False
        now, clock = time.monotonic(), self._facts.clock()
        printing: dict[str, float] = {}
        spent = 0.0
        for entry in self._facts.joined():
            if entry.worktree is None or not entry.windows:
                continue
            active = max(window.activity for window in entry.windows)
            at, cost = self._queue.last_full(entry.key)
            # Times are whole seconds: what came later in that second is not in an earlier look.
            covered = clock - (now - at) >= active + 1
            if not covered:
                printing[entry.key] = now - at
                spent += cost
        for key, age in printing.items():
            if age >= max(LEAST, ACTIVE_SHARE * spent):
                self._queue.ask(key, background=True)
        return False

    def read(self) -> float:
        """Read the worktree that was not read for the longest time; returns seconds to the next."""
        mode = self._facts.watch
        ages = self._queue.ages()
        if mode is WatchMode.OFF or not ages:
            return TURN
        for name in self._facts.deaf & ages.keys():
            if ages[name][0] >= ROUND:
                self._queue.ask(name, background=True)
        watched = mode is WatchMode.TREE
        turns = TURN * self._facts.pace if watched else TURN
        turn = turns if not self._facts.deaf else ROUND
        if not watched:
            turn = max(_SHORTEST, ROUND / len(ages), SHARE * max(cost for _, cost in ages.values()))
        name, (age, _) = max(ages.items(), key=lambda each: each[1])
        least = turns if watched else ROUND - turn
        if age < least:
            return max(_SHORTEST, min(turns, least - age))
        self._queue.ask(name, background=True)
        return turn
