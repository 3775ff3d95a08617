"""Commands that show overlaps and report conflicts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import known
from parallel_tui.model.overlap.pairs import Overlap, Pair, worst_of
from parallel_tui.model.overlap.words import settled
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import VIEW, Command, Reason, ready

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine


def _cannot_open(now: Situation) -> Reason:
    return ready(now) if isinstance(now.selection, Overlap) else "Select an overlap first."


class OverlapCommands:
    """Shows overlaps, and reports conflicts to the sessions.

    Args:
        cockpit: The dashboard.
        core: The services.
        engine: The live view, which knows the details of a pair.
    """

    def __init__(self, cockpit: Cockpit, core: Core, engine: Engine) -> None:
        self._cockpit = cockpit
        self._core = core
        self._engine = engine
        self._next: Snapshot | None = None
        self._reported: object = None
        self._reporting = False
        self._failures: set[str] = set()

    def matrix(self, now: Situation) -> None:
        """Show all pairs as a grid, with the cursor on the selected one, or a session's worst."""
        from parallel_tui.ui.screens.matrix import MatrixScreen

        start: Pair | None = None
        if isinstance(now.selection, Overlap):
            start = now.selection.pair
        elif now.session is not None:
            overlaps = known(now.snapshot.overlaps) if now.snapshot is not None else None
            start = worst_of(now.session.key, overlaps or ())
        self._cockpit.push(
            MatrixScreen(self._cockpit, lambda overlap: self._pair(overlap.pair), start)
        )

    def open(self, now: Situation) -> None:
        """Show the selected pair."""
        if isinstance(now.selection, Overlap):
            self._pair(now.selection.pair)

    def _pair(self, pair: Pair) -> None:
        from parallel_tui.ui.screens.pair import PairScreen

        self._cockpit.push(PairScreen(self._cockpit, self._engine, pair))

    def seen(self, snapshot: Snapshot) -> None:
        """Report conflicts to sessions once predictions are complete; one at a time."""
        overlaps = known(snapshot.overlaps)
        shared = known(snapshot.coordination)
        # A file that was mended is worth another try.
        about = (overlaps, shared.problems if shared else ())
        if overlaps is None or about == self._reported or not settled(overlaps):
            return
        self._reported = about
        self._next = snapshot
        if not self._reporting:
            self._reporting = True
            self._cockpit.start(self._report, group="report")

    async def _report(self) -> None:
        try:
            while self._next is not None:
                snapshot, self._next = self._next, None
                try:
                    # Not `ask`: what is begun under the guard has to be finished.
                    if await asyncio.to_thread(self._put, snapshot):
                        self._engine.poke(COORDINATION)
                except (ParallelError, OSError) as error:
                    self._fail(error)
        finally:
            self._reporting = False

    def _put(self, snapshot: Snapshot) -> bool:
        return self._core.report.report(snapshot)  # made here: a key pressed now need not wait

    def _fail(self, error: Exception) -> None:
        """Report a failure once; every later change would repeat it."""
        message = error.message if isinstance(error, ParallelError) else str(error)
        if message not in self._failures:
            self._failures.add(message)
            words = f"Conflicts could not be noted for the sessions: {message}"
            self._cockpit.tell(words, severity="warning")


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "overlaps",
        "o",
        "Overlaps",
        "Show which sessions conflict: all against all.",
        VIEW,
        OverlapCommands,
        OverlapCommands.matrix,
        ready,
        footer=True,
    ),
    Command(
        "open-overlap",
        "enter",
        "Open",
        "Show both sides of the selected overlap.",
        VIEW,
        OverlapCommands,
        OverlapCommands.open,
        _cannot_open,
        footer=True,
        places=("overlaps",),
    ),
)
