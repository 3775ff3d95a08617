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

    What was there before a person first looked at this repository is no news to them: reading it
    would be work that nobody asked for. They begin with what comes after that look.

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
        self._first = False
        cockpit.start(self._read, group="seen")

    async def _read(self) -> None:
        found = await ask(self._keeper.read)
        self._first = found is None
        if found is not None:
            self._seen = (self._seen or frozenset()) | found
            self._cockpit.show_seen(self._seen)
        elif (snapshot := self._cockpit.situation.snapshot) is not None:
            self.seen(snapshot)

    def seen(self, snapshot: Snapshot) -> None:
        """Note which events there are; others need not be remembered."""
        shared = known(snapshot.coordination)
        if shared is None:
            return
        self._there = frozenset(event.id for event in shared.events)
        if self._first and not shared.why_lost("events"):
            self._first = False
            self._seen = (self._seen or frozenset()) | self._there
            self._cockpit.show_seen(self._seen)
            self._remember(self._there, self._there)

    def looked(self, ids: Collection[str]) -> None:
        """Remember events that were looked at."""
        new = frozenset(ids) - (self._seen or frozenset())
        if not new:
            return
        self._seen = (self._seen or frozenset()) | new
        self._remember(new, self._there | new)

    def _remember(self, new: frozenset[str], there: frozenset[str]) -> None:
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
