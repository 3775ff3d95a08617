"""What commands do about overlaps, and keeping the shared files true."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import known
from parallel_tui.model.overlap.pairs import Overlap, Pair
from parallel_tui.model.overlap.words import settled
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui import reporting
from parallel_tui.ui.present.overlaps import pair_of

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine
    from parallel_tui.ui.screens.dashboard import Dashboard


class Overlapping:
    """The dashboard's side of overlaps."""

    def __init__(self, dashboard: Dashboard, core: Core, engine: Engine) -> None:
        self._dashboard = dashboard
        self._core = core
        self._engine = engine
        self._next: Snapshot | None = None
        self._reported: object = None
        self._reporting = False
        self._failures: set[str] = set()

    def matrix(self) -> None:
        """Show all pairs at once; the selected one is where the cursor begins."""
        from parallel_tui.ui.screens.matrix import MatrixScreen

        now = self._dashboard.situation
        start: Pair | None = now.overlap.pair if now.overlap is not None else None
        if start is None and now.session is not None:
            start = (now.session.key, None)
        self._dashboard.app.push_screen(
            MatrixScreen(self._dashboard, lambda overlap: self.pair(overlap.pair), start)
        )

    def open(self) -> None:
        """Show the selected pair."""
        overlap: Overlap | None = self._dashboard.situation.overlap
        if overlap is not None:
            self.pair(overlap.pair)

    def pair(self, pair: Pair | str) -> None:
        """Show one pair."""
        from parallel_tui.ui.screens.pair import PairScreen

        pair = pair_of(pair) if isinstance(pair, str) else pair
        self._dashboard.app.push_screen(PairScreen(self._dashboard, self._engine, pair))

    def report(self, snapshot: Snapshot) -> None:
        """Put conflicts where sessions read them, once predictions stand; one at a time."""
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
            self._dashboard.app.run_worker(self._report(), group="report", exit_on_error=False)

    async def _report(self) -> None:
        try:
            while self._next is not None:
                snapshot, self._next = self._next, None
                try:
                    # Not `ask`: what is begun under the guard has to be finished.
                    if await asyncio.to_thread(self._core.report.report, snapshot):
                        self._engine.poke(COORDINATION)
                except (ParallelError, OSError) as error:
                    self._fail(error)
        finally:
            self._reporting = False

    def _fail(self, error: Exception) -> None:
        """Tell a failure once; each change of anybody's work would repeat it."""
        message = error.message if isinstance(error, ParallelError) else str(error)
        if message not in self._failures:
            self._failures.add(message)
            words = f"Conflicts could not be noted for the sessions: {message}"
            reporting.tell(self._dashboard.app, words, severity="warning")
