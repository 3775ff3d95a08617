"""Telling the world: at once after a pause, then at most once a flush, only what differs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.ledger import Ledger
from parallel_tui.model.session.window import Screen
from parallel_tui.model.view.snapshot import Snapshot

FLUSH: Final = 0.12
"""Least seconds between two snapshots: repainting a table is the cost of the whole program."""

T = TypeVar("T")

OUTSTANDING: Final = "publish"
"""Stands in the ledger while a snapshot waits to be told."""

_log = logging.getLogger(__name__)


class Publisher:
    """Builds snapshots from facts on a thread of its own and hands on those that differ.

    Args:
        facts: What is known.
        ledger: Told while something waits to be published.
    """

    def __init__(self, facts: Facts, ledger: Ledger) -> None:
        self._facts = facts
        self._ledger = ledger
        self._current, _ = facts.snapshot()
        self._published: Snapshot | None = None
        self._publish: Callable[[Snapshot], None] | None = None
        self._publish_screen: Callable[[Screen], None] | None = None
        self._screen: Screen | None = None
        self._changed = threading.Condition()
        self._telling = threading.Lock()
        self._wanted = False
        self._hurried = False
        self._held = False
        self._stopped = False
        self._due: float | None = None
        self._thread = threading.Thread(target=self._run, name="pdev-publish", daemon=True)

    @property
    def current(self) -> Snapshot:
        """The latest snapshot."""
        return self._current

    def start(self) -> None:
        """Begin building."""
        self._thread.start()

    def listen(
        self,
        publish: Callable[[Snapshot], None],
        publish_screen: Callable[[Screen], None] | None,
    ) -> None:
        """Tell these from now on, and what was built before they came."""
        with self._telling:
            self._publish = publish
            self._publish_screen = publish_screen
            if self._published is not None:
                self._guarded(publish, self._published)

    def want(self) -> None:
        """Facts may have changed; never blocks."""
        with self._changed:
            if not self._stopped:
                self._wanted = True
                self._ledger.add(OUTSTANDING)
                self._changed.notify_all()

    def hurry(self) -> None:
        """Tell what waits now, however short ago the last was: somebody waits for it."""
        with self._changed:
            self._hurried = self._wanted
            self._changed.notify_all()

    def hold(self, held: bool) -> None:
        """Tell nothing until this is called with `False`."""
        with self._changed:
            self._held = held
            self._changed.notify_all()

    def show(self, screen: Screen | None) -> None:
        """Tell the contents of the pane looked at, when they differ from the last ones."""
        with self._telling:
            if screen == self._screen:
                return
            self._screen = screen
            if screen is not None and self._publish_screen is not None and not self._held:
                self._guarded(self._publish_screen, screen)

    def stop(self) -> None:
        """Tell nothing more."""
        with self._changed:
            self._stopped = True
            self._ledger.drop(OUTSTANDING)
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Wait until the thread is gone."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        last = 0.0
        while True:
            with self._changed:
                while not self._stopped:
                    now = time.monotonic()
                    ready = self._wanted or (self._due is not None and now >= self._due)
                    pause = (0.0 if self._hurried else last + FLUSH - now) if ready else None
                    if ready and not self._held and pause is not None and pause <= 0:
                        break
                    if not ready and self._due is not None:
                        pause = self._due - now
                    self._changed.wait(None if self._held else pause)
                if self._stopped:
                    return
                self._wanted = self._hurried = False
            if self._flush():
                last = time.monotonic()
            with self._changed:
                if not self._wanted:
                    self._ledger.drop(OUTSTANDING)

    def _flush(self) -> bool:
        if not self._facts.worth_showing():
            return False
        try:
            snapshot, changes_at = self._facts.snapshot()
        except Exception:
            _log.exception("a snapshot could not be built")
            return True
        self._due = None
        if changes_at is not None:
            # A little later, so that the moment has passed by whatever clock is injected.
            self._due = time.monotonic() + max(0.05, changes_at - self._facts.clock() + 0.05)
        if snapshot == self._published:
            return False
        with self._telling:
            self._current = self._published = snapshot
            if self._publish is not None:
                self._guarded(self._publish, snapshot)
        return True

    def _guarded(self, tell: Callable[[T], None], value: T) -> None:
        try:
            tell(value)
        except Exception:
            # Whoever listens may be on its way out; the live view goes on for the others.
            _log.exception("a publisher failed")
