"""Listening to the server: told of each change, and asked anew after a connection was lost."""

from __future__ import annotations

import os
import selectors
import threading
import time
from contextlib import suppress
from typing import Final

import psycopg

from parallel_tui.adapters.store.postgres.hosts import BEAT
from parallel_tui.adapters.store.postgres.leases import channel
from parallel_tui.adapters.store.postgres.server.link import Link
from parallel_tui.errors import ParallelError
from parallel_tui.model.sharing.coordination import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FIRST: Final = 0.2
_LONGEST: Final = 10.0
"""Seconds between two attempts to reach a server that is away."""

_GAP: Final = 0.1
"""Seconds in which what comes is told at once, so that many changes are not each read alone."""

_HEARD: Final = 2.0
"""Seconds in which news get from one connection to another."""


class ServerWatch:
    """Listens until it is closed; keeps this machine's lease meanwhile.

    Args:
        link: A connection of its own.
        changed: Called from a thread of this watch, also after it has begun to listen (again).
        back: Called before that, for what waited until the server is there.
        beat: Says by the connection, every now and then, that this machine is there.
        topic: Added to the channel, for news that are about something else.
        ours: What our own news say; they are no news to us.
        pace: Seconds between two looks where a pooler passes no news on.
    """

    def __init__(
        self,
        link: Link,
        changed: Callable[[], None],
        back: Callable[[], object],
        beat: Callable[[], None],
        topic: str = "",
        ours: str | None = None,
        pace: float = 2.0,
    ) -> None:
        self._deaf = False
        self._pace = pace
        self._link = link
        self._changed = changed
        self._back = back
        self._beat = beat
        self._topic = topic
        self._ours = ours
        self._ended = False
        self._heard = False
        self._wake, self._woken = os.pipe()
        self._thread = threading.Thread(target=self._run, name="pdev-listen", daemon=True)
        self._thread.start()

    @property
    def unheard(self) -> Problem | None:
        """What keeps news away, where something does."""
        if not self._deaf:
            return None
        return Problem(
            "",
            f"No news come from PostgreSQL at {self._link.address.shown}: a pooler gives each"
            f" transaction another connection; it is asked every {self._pace:.0f} seconds instead",
            "Let the pooler keep a session to one connection, or name the server itself.",
        )

    def close(self) -> None:
        """Stop listening; the function is not called after this returns."""
        if self._ended:
            return
        self._ended = True
        os.write(self._woken, b"x")
        if threading.current_thread() is not self._thread:
            self._thread.join()
            os.close(self._wake)
            os.close(self._woken)

    def _run(self) -> None:
        pause = _FIRST
        while not self._ended:
            try:
                made = self._link.ready()
                made.add_notify_handler(self._hear)
                self._link.run(f"LISTEN {channel(self._link.id)}{self._topic}")
                self._deaf = not self._hears(made)
                pause = _FIRST
                self._back()
                self._tell()  # of what happened while nobody listened
                self._listen(made)
            except (ParallelError, psycopg.Error, OSError):
                self._link.drop()
                self._tell()  # readers say that the server is away, and since when
                self._sleep(pause)
                pause = min(pause * 2, _LONGEST)
        self._link.drop()

    def _listen(self, made: psycopg.Connection[tuple[object, ...]]) -> None:
        next_beat = 0.0
        with selectors.DefaultSelector() as selector:
            selector.register(made.fileno(), selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while not self._ended:
                if time.monotonic() >= next_beat:
                    self._beat()
                    next_beat = time.monotonic() + BEAT
                # What came along with an answer is waiting already.
                told = self._drain(made)
                if not told:
                    left = next_beat - time.monotonic()
                    selector.select(max(0.0, min(left, self._pace) if self._deaf else left))
                    made.pgconn.consume_input()
                    told = self._drain(made) or self._deaf
                if told:
                    self._tell()
                    self._sleep(_GAP)

    def _hears(self, made: psycopg.Connection[tuple[object, ...]]) -> bool:
        """Whether news get here: a pooler may give our connection on the server to others."""
        link = self._link
        (((process,),),) = link.run("SELECT pg_backend_pid()")
        if process == made.info.backend_pid:
            return True
        other = link.another()
        other.ready()
        other.run("SELECT pg_notify(%s, 'heard')", f"{channel(link.id)}{self._topic}")
        other.drop()
        with selectors.DefaultSelector() as selector:
            selector.register(made.fileno(), selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            selector.select(_HEARD)
        made.pgconn.consume_input()
        return self._drain(made)

    def _drain(self, made: psycopg.Connection[tuple[object, ...]]) -> bool:
        told, self._heard = self._heard, False
        while (found := made.pgconn.notifies()) is not None:
            told = told or found.extra != (self._ours or "").encode() or self._ours is None
        return told

    def _hear(self, notify: psycopg.Notify) -> None:
        self._heard = self._heard or notify.payload != self._ours

    def _tell(self) -> None:
        if not self._ended:
            self._changed()

    def _sleep(self, seconds: float) -> None:
        with selectors.DefaultSelector() as selector, suppress(OSError):
            selector.register(self._wake, selectors.EVENT_READ)
            selector.select(seconds)
