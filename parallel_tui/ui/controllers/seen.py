"""Remembers which events the person at the screen has seen."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import known
from parallel_tui.ui.tasks import ask

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.model.view.snapshot import Snapshot
    from parallel_tui.ui.cockpit import Cockpit


class EventsSeen:
    """Keeps what was seen from one run to the next.

    Args:
        cockpit: The dashboard.
        core: The services.
    """

    def __init__(self, cockpit: Cockpit, core: Core) -> None:
        self._cockpit = cockpit
        self._keeper = core.outside.seen
        self._seen: frozenset[str] | None = None
        self._there: frozenset[str] = frozenset()
        self._failed = False
        cockpit.start(self._read, group="seen")

    async def _read(self) -> None:
        self._seen = (self._seen or frozenset()) | await ask(self._keeper.read)
        self._cockpit.show_seen(self._seen)

    def seen(self, snapshot: Snapshot) -> None:
        """Note which events there are; others need not be remembered."""
        shared = known(snapshot.coordination)
        if shared is not None:
            self._there = frozenset(event.id for event in shared.events)

    def looked(self, ids: Collection[str]) -> None:
        """Remember events that were looked at."""
        new = frozenset(ids) - (self._seen or frozenset())
        if not new:
            return
        self._seen = (self._seen or frozenset()) | new
        there = self._there | new

        async def keep() -> None:
            try:
                await asyncio.to_thread(self._keeper.keep, new, there)
            except (ParallelError, OSError) as error:
                self._fail(error)

        self._cockpit.start(keep, group="seen")

    def _fail(self, error: Exception) -> None:
        """Say once that nothing is remembered; the next look would say the same."""
        if not self._failed:
            self._failed = True
            self._cockpit.tell(
                f"Which events you have seen is not remembered: {error}", severity="warning"
            )
