"""Detect changes that no watch reports, each time windows were listed."""

from __future__ import annotations

from collections.abc import Callable

from parallel_tui.engine.clock_jumps import ClockJumps
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.watching.polling import is_there
from parallel_tui.model.scope import AGENTS, EVERYTHING, MUX, TOPOLOGY, Scope
from parallel_tui.ports.system import Processes


class Unannounced:
    """Detects a machine that slept, a worktree moved back, and the end of a program.

    Args:
        facts: Windows and worktrees.
        processes: Tells of the end of panes' processes.
        poke: Told what to look at again.
    """

    def __init__(self, facts: Facts, processes: Processes, poke: Callable[[Scope], None]) -> None:
        self._facts = facts
        self._poke = poke
        self._exits = processes.exits(self._ended)
        self._jumps = ClockJumps()
        self._stopped = False

    def listed(self, _: str | None) -> bool:
        """Check for changes, after windows were listed."""
        if self._jumps.happened():  # the machine slept, and what is not on it went on
            self._poke(EVERYTHING)
        windows = self._facts.listing.windows if self._facts.listing else ()
        missing = [tree.path for tree in self._facts.worktrees or () if tree.missing]
        if any(is_there(path) for path in missing):  # moved away and back: nobody tells
            self._poke(TOPOLOGY)
        if not self._stopped:
            agents = [each.agent.pid for each in self._facts.agents if not each.crashed]
            panes = [pane.pid for each in windows for pane in each.panes]
            self._exits.follow([*panes, *agents])
        return False

    def _ended(self) -> None:
        self._poke(MUX)
        self._poke(AGENTS)

    def stop(self) -> None:
        """Stop checking."""
        self._stopped = True
        self._exits.close()
