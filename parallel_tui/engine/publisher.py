"""Publish changed snapshots, coalesced into at most one per flush interval."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from parallel_tui.engine.builder import SnapshotBuilder
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.working.crew import Crew
from parallel_tui.engine.working.loop import Loop
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import Screen

FLUSH: Final = 0.12
"""Least seconds between two snapshots: repainting a table is the cost of the whole program."""

SOON: Final = 0.03
"""The same for what somebody waits for: a window, a lock, what an agent does."""

T = TypeVar("T")

OUTSTANDING: Final = "publish"
"""Stands in the ledger while a snapshot waits to be told."""

_log = logging.getLogger(__name__)


class Publisher:
    """Builds snapshots from facts, one at a time, and publishes those that differ.

    Args:
        facts: What is known.
        ledger: Told while something waits to be published.
        crew: The threads that publish; by default its own.
    """

    def __init__(self, facts: Facts, ledger: Ledger, crew: Crew | None = None) -> None:
        self._facts = facts
        self._builder = SnapshotBuilder(facts)
        self._current, _ = self._builder.snapshot()
        self._published: Snapshot | None = None
        self._publish: Callable[[Snapshot], None] | None = None
        self._publish_screen: Callable[[Screen], None] | None = None
        self._screen: Screen | None = None
        self._telling = threading.Lock()
        self._loop = Loop(OUTSTANDING, self._flush, ledger, _report, crew)
        self.start = self._loop.start
        self.hold = self._loop.hold
        self.stop = self._loop.stop
        self.join = self._loop.join
        self.want = self._loop.ask
        self.hurry = self._loop.hurry

    def want_soon(self) -> None:
        """Publish what somebody waits for; statuses that come in one by one hold it up less."""
        self._loop.ask_soon(SOON)

    @property
    def current(self) -> Snapshot:
        """The latest snapshot."""
        return self._current

    def listen(
        self,
        publish: Callable[[Snapshot], None],
        publish_screen: Callable[[Screen], None] | None,
    ) -> None:
        """Subscribe these listeners, and pass on what was built before."""
        with self._telling:
            self._publish = publish
            self._publish_screen = publish_screen
            if self._published is not None:
                self._guarded(publish, self._published)

    def show(self, screen: Screen | None) -> None:
        """Publish the contents of the previewed pane when they differ from the last ones."""
        with self._telling:
            if screen == self._screen:
                return
            self._screen = screen
            if screen is not None and self._publish_screen is not None and not self._loop.held:
                self._guarded(self._publish_screen, screen)

    def _flush(self) -> float | None:
        """Publish what differs; returns seconds until the view changes without news."""
        if not self._facts.worth_showing():
            return None
        try:
            snapshot, changes_at = self._builder.snapshot()
        except Exception:
            self._loop.rest(FLUSH)
            raise
        again = None
        if changes_at is not None:
            # A little later, so that the moment has passed by whatever clock is injected.
            again = max(0.05, changes_at - self._facts.clock() + 0.05)
        if snapshot == self._published:
            return again
        with self._telling:
            self._current = self._published = snapshot
            if self._publish is not None:
                self._guarded(self._publish, snapshot)
        self._loop.rest(FLUSH)
        return again

    def _guarded(self, tell: Callable[[T], None], value: T) -> None:
        try:
            tell(value)
        except Exception:
            # Whoever listens may be on its way out; the live view goes on for the others.
            _log.exception("a publisher failed")


def _report(_: str, error: Exception | None) -> None:
    if error is not None:
        _log.error("a snapshot could not be built", exc_info=error)
