"""List the multiplexer's windows when it tells of a change, and now and then."""

from __future__ import annotations

import threading
import time

from parallel_tui.engine.looks import WINDOWS
from parallel_tui.engine.retry import Backoff
from parallel_tui.errors import ParallelError
from parallel_tui.model.scope import Look
from parallel_tui.model.view.snapshot import Level, Source
from parallel_tui.model.window.mux_news import MuxSays
from parallel_tui.model.window.window import MuxListing
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.window.mux_news import MuxNews
    from parallel_tui.model.window.window import Screen, Window
    from parallel_tui.ports.mux import Mux, MuxWatch

FOCUSED: Final = 1.0
"""Seconds between two reads while the dashboard has the focus, and something may have happened."""

UNFOCUSED: Final = 5.0
"""The same while it has not."""

CALM: Final = 5.0
"""The same while changes are told and nothing prints: every event is only a hint."""

TURN: Final = 30.0
"""The same for a view that nobody looks at: whoever lists for another one tells it what differs."""

FAST: Final = 0.25
"""The same after an action of ours, and while the pane looked at is printing."""

HURRY: Final = 3.0
"""Seconds for which an action makes reads fast."""

SETTLING: Final = (0.06, 0.25)
"""Seconds until the looks that follow one after a change: a window that opened is told before its
program stands in its directory."""

_NEVER_THERE: Final = ("No {} server is running yet; it starts with the first window.", Level.NOTE)
_ENDED_ALONE: Final = ("The {} server ended with its last window.", Level.NOTE)
_ENDED: Final = ("The {} server ended, and its windows with it.", Level.ERROR)

_EVENTS: Final = "events"
"""Tells the trouble of hearing nothing apart from that of getting no answer."""

_LIVE: Final = 2.0


class MuxReader:
    """Keeps `Facts.listing` and the previewed screen up to date.

    Args:
        mux: Who is asked.
        facts: Where answers go.
        changed: Called after an answer that differs is in.
        show: Told the contents of the pane looked at, `None` when it is gone.
        answered: Called after every answer.
        again: Asks for a read in so many seconds.
        own_pane: The pane that the live view itself is drawn in, if any.
        stays: Whether it is worth hearing of changes; not for a single look.
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
        again: Callable[[float], None],
        own_pane: str | None,
        stays: bool = True,
    ) -> None:
        self._mux = mux
        self._facts = facts
        self._changed = changed
        self._show = show
        self._answered = answered
        self._again = again
        self._own_pane = own_pane
        self._stays = stays
        self._watch: MuxWatch | None = None
        self._listens = False
        self._lock = threading.Lock()
        self._pane: str | None = None
        self._focused = True
        self._fast_until = 0.0
        self._settling: tuple[float, ...] = ()
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

    def hear(self, news: MuxNews) -> None:
        """The multiplexer tells something: look again, or know that it will not tell."""
        if news.says is MuxSays.STIRRED:
            with self._lock:
                if not self._focused:
                    return  # seen soon enough
        elif news.says in (MuxSays.LISTENING, MuxSays.DEAF):
            self._listens = news.says is MuxSays.LISTENING
            if news.why:
                told = f"Windows are looked at once a second: {news.why}."
                self._facts.trouble(Source.MUX, told, about=_EVENTS, level=Level.NOTE)
            else:
                self._facts.well(Source.MUX, about=_EVENTS)
            self._changed()
        elif news.says is MuxSays.CHANGED:
            with self._lock:
                self._settling = SETTLING
        self._again(0.0)

    def stop(self) -> None:
        """Hear nothing further."""
        if self._watch is not None:
            self._watch.stop()

    def close(self) -> None:
        """Give back what hearing takes."""
        if self._watch is not None:
            self._watch.close()

    def read(self) -> float:
        """List everything once; returns seconds to the next read."""
        pause = self._look()
        if self._watch is None and self._stays:  # rows come first
            self._watch = self._mux.watch(self.hear, self._own_pane)
        return pause

    def _look(self) -> float:
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
        # a screen is shown by itself, and is no news here; nor is what we draw ourselves
        kept = replace(listing, screens=(), windows=self._apart(listing.windows))
        if self._facts.put(listing=kept, unheard=None, done=(WINDOWS, began)) or told:
            self._changed()
        with self._lock:
            same = pane == self._pane
        if pane is not None and same:
            self._show(next((each for each in listing.screens if each.pane == pane), None))
        self._answered()
        return self._pause(kept)

    def _apart(self, windows: tuple[Window, ...]) -> tuple[Window, ...]:
        own = self._own_pane
        return windows if own is None else tuple(window.drawn_in(own) for window in windows)

    def _server(self, running: bool) -> bool:
        """Record whether a server runs; returns whether that changed."""
        before = self._facts.listing
        was = before.running if before else None
        if before is not None and before.windows:  # one that ends may have none at the last
            self._windows = len(before.windows)
        if running:
            self._facts.well(Source.MUX)
            return was is not running
        self._facts.well(Source.MUX, about=_EVENTS)  # nothing is there that could tell
        if was:
            # Closing the last window ends the server; then nothing was lost by surprise.
            self._absence = _ENDED_ALONE if self._windows <= 1 else _ENDED
        message, level = self._absence
        self._facts.trouble(Source.MUX, message.format(self._mux.name), level=level)
        return was is not running

    @property
    def _in_turn(self) -> bool:
        """Whether it is told of what others list, and lists unasked only now and then."""
        return self._listens and self._facts.pace > 1

    def _pause(self, listing: MuxListing | None) -> float:
        with self._lock:
            if self._settling and listing is not None:
                soon, *later = self._settling
                self._settling = tuple(later)
                return soon
            if time.monotonic() < self._fast_until:
                return FAST
            if self._in_turn and listing is not None:
                return self._step(TURN)
            if not self._focused:
                return self._step(UNFOCUSED)
            pane = self._pane
        if listing is None:
            return FOCUSED
        now = self._facts.clock()
        prints = [window for window in listing.windows if now - window.activity < _LIVE]
        if any(each.id == pane for window in prints for each in window.panes):
            return FAST
        return FOCUSED if prints or not self._listens else self._step(CALM)

    @staticmethod
    def _step(seconds: float) -> float:
        from parallel_tui.engine.working.steps import until_step  # a single look needs none

        return until_step(seconds)
