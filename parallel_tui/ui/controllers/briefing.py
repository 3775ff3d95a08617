"""Keeps what agents are told of other sessions' changes, while the dashboard runs."""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING, Final

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import known
from parallel_tui.model.overlap.words import settled
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.cockpit import Cockpit

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine

_ANEW: Final = 900.0
"""Seconds until what stands is dated anew; agents believe it for an hour."""

_AGAIN: Final = 5.0
"""Seconds until what could not be looked at is tried again; twice as many each further time."""


class Briefing:
    """Keeps the files that agents' hooks read.

    Args:
        cockpit: The dashboard.
        core: The services.
        engine: The live view, which knows what sessions change.
    """

    def __init__(self, cockpit: Cockpit, core: Core, engine: Engine) -> None:
        self._cockpit = cockpit
        self._core = core
        self._engine = engine
        self._about: object = None
        self._next: Snapshot | None = None
        self._last: Snapshot | None = None
        self._writing = False
        self._due = self._armed = math.inf
        self._doubts = 0
        self._failures: set[str] = set()

    def seen(self, snapshot: Snapshot) -> None:
        """Keep the files once predictions are complete; one at a time."""
        overlaps = known(snapshot.overlaps)
        names = tuple((session.key, session.name) for session in snapshot.sessions)
        about = (overlaps, names)
        if overlaps is None or about == self._about or not settled(overlaps):
            return
        self._about = about
        self._begin(snapshot)

    def _begin(self, snapshot: Snapshot) -> None:
        self._next = self._last = snapshot
        if not self._writing:
            self._writing = True
            self._cockpit.start(self._write, group="brief")

    async def _write(self) -> None:
        try:
            while self._next is not None:
                snapshot, self._next = self._next, None
                try:
                    whole = await asyncio.to_thread(self._keep, snapshot)
                    self._doubts = 0 if whole else self._doubts + 1
                except (ParallelError, OSError) as error:
                    self._fail(error)
        finally:
            self._writing = False
        wait = min(_ANEW, _AGAIN * 2 ** (self._doubts - 1)) if self._doubts else _ANEW
        self._due = time.monotonic() + wait
        self._arm()

    def _keep(self, snapshot: Snapshot) -> bool:
        # Made here: a key pressed now need not wait for it.
        return self._core.briefs.keep(snapshot, self._engine.overlap_patches)

    def _arm(self) -> None:
        """Have one timer run that ends when the files are due, or before; never one a change."""
        if self._due < self._armed:
            self._armed = self._due
            armed = self._armed
            self._cockpit.later(max(0.0, armed - time.monotonic()), lambda: self._once_more(armed))

    def _once_more(self, armed: float) -> None:
        """Keep the files anew, unless that was done meanwhile or is being done."""
        if armed != self._armed:
            return  # another timer, which ends before, has taken its place
        self._armed = math.inf
        if time.monotonic() < self._due:
            self._arm()
        elif not self._writing and self._last is not None:
            self._begin(self._last)

    def _fail(self, error: Exception) -> None:
        """Report a failure once; every later change would repeat it."""
        message = error.message if isinstance(error, ParallelError) else str(error)
        if message not in self._failures:
            self._failures.add(message)
            words = f"Agents cannot be told of other sessions' changes: {message}"
            self._cockpit.tell(words, severity="warning")
