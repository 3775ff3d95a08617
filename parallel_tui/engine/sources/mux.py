"""List the multiplexer's windows at intervals, in one process each time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.looks import WINDOWS
from parallel_tui.engine.retry import Backoff
from parallel_tui.errors import ParallelError
from parallel_tui.model.scope import Look
from parallel_tui.model.view.snapshot import Level, Source
from parallel_tui.model.window.window import MuxListing, Screen
from parallel_tui.ports.mux import Mux

FOCUSED: Final = 1.0
"""Seconds between two reads while the dashboard has the focus."""

UNFOCUSED: Final = 5.0
"""The same while it has not."""

FAST: Final = 0.25
"""The same after an action of ours, and while the pane looked at is printing."""

HURRY: Final = 3.0
"""Seconds for which an action makes reads fast."""

_NEVER_THERE: Final = ("No {} server is running.", Level.NOTE)
_ENDED_ALONE: Final = ("The {} server ended with its last window.", Level.NOTE)
_ENDED: Final = ("The {} server ended, and its windows with it.", Level.ERROR)

_LIVE: Final = 2.0


class MuxReader:
    """Keeps `Facts.listing` and the previewed screen up to date.

    Args:
        mux: Who is asked.
        facts: Where answers go.
        changed: Called after an answer that differs is in.
        show: Told the contents of the pane looked at, `None` when it is gone.
        answered: Called after every answer.
    """

    name: Final = "mux"
    looks: Final[frozenset[Look]] = frozenset({Look.MUX})

    def __init__(
        self,
        mux: Mux,
        facts: Facts,
        changed: Callable[[], None],
        show: Callable[[Screen | None], None],
        answered: Callable[[], None],
    ) -> None:
        self._mux = mux
        self._facts = facts
        self._changed = changed
        self._show = show
        self._answered = answered
        self._lock = threading.Lock()
        self._pane: str | None = None
        self._focused = True
        self._fast_until = 0.0
        self._absence = _NEVER_THERE
        self._windows = 0
        self._backoff = Backoff(first=2.0, longest=15.0)

    def look_at(self, pane: str | None) -> None:
        """Choose the pane whose contents are read too."""
        with self._lock:
            if pane == self._pane:
                return
            self._pane = pane
        # Whoever looks again wants to see it again, changed or not.
        self._show(None)

    def set_focused(self, focused: bool) -> None:
        """Set whether the dashboard has the terminal's focus."""
        with self._lock:
            self._focused = focused

    def hurry(self) -> None:
        """List more often for a while."""
        with self._lock:
            self._fast_until = time.monotonic() + HURRY

    def read(self) -> float:
        """List everything once; returns seconds to the next read."""
        with self._lock:
            pane = self._pane
        began = self._facts.looks.begin(WINDOWS)
        try:
            listing = self._mux.listing((pane,) if pane else ())
        except Exception as error:
            if not isinstance(error, ParallelError):
                self._facts.looks.failed(WINDOWS)
                raise
            # What is on screen stays, and is told to be old.
            self._facts.put(unheard=error.message, failed=WINDOWS)
            self._facts.trouble(Source.MUX, error.message)
            self._changed()
            return max(self._backoff.failed(time.monotonic()), self._pause(None))
        self._backoff.well(time.monotonic())
        told = self._server(listing.running)
        kept = replace(listing, screens=())  # a screen is shown by itself, and is no news here
        if self._facts.put(listing=kept, unheard=None, done=(WINDOWS, began)) or told:
            self._changed()
        with self._lock:
            same = pane == self._pane
        if pane is not None and same:
            self._show(next((each for each in listing.screens if each.pane == pane), None))
        self._answered()
        return self._pause(listing)

    def _server(self, running: bool) -> bool:
        """Record whether a server runs; returns whether that changed."""
        before = self._facts.listing
        was = before.running if before else None
        if before is not None and before.windows:  # one that ends may have none at the last
            self._windows = len(before.windows)
        if running:
            self._facts.well(Source.MUX)
            return was is not running
        if was:
            # Closing the last window ends the server; then nothing was lost by surprise.
            self._absence = _ENDED_ALONE if self._windows <= 1 else _ENDED
        message, level = self._absence
        self._facts.trouble(Source.MUX, message.format(self._mux.name), level=level)
        return was is not running

    def _pause(self, listing: MuxListing | None) -> float:
        with self._lock:
            if time.monotonic() < self._fast_until:
                return FAST
            if not self._focused:
                return UNFOCUSED
            pane = self._pane
        if listing is not None and pane is not None:
            now = self._facts.clock()
            for window in listing.windows:
                if any(each.id == pane for each in window.panes):
                    return FAST if now - window.activity < _LIVE else FOCUSED
        return FOCUSED
