"""Track outstanding work, so that callers can wait until none is left."""

from __future__ import annotations

import threading
from collections.abc import Hashable


class Ledger:
    """A set of outstanding work; callers wait until it is empty.

    A part adds its token when something becomes dirty and drops it when that has been read *and*
    handed on, so that there is no moment between two parts at which the set is empty by chance.
    """

    def __init__(self) -> None:
        self._open: set[Hashable] = set()
        self._dropped = threading.Condition()

    def add(self, token: Hashable) -> None:
        """Add a token of outstanding work."""
        with self._dropped:
            self._open.add(token)

    def drop(self, token: Hashable) -> None:
        """Remove a token of finished work."""
        with self._dropped:
            self._open.discard(token)
            self._dropped.notify_all()

    def wait(self, timeout: float, *, besides: Hashable = None) -> bool:
        """Wait until nothing is outstanding, one token aside; returns whether it came in time."""
        with self._dropped:
            return self._dropped.wait_for(lambda: not self._open - {besides}, timeout)

    def open(self) -> frozenset[Hashable]:
        """The outstanding tokens, for an error message."""
        with self._dropped:
            return frozenset(self._open)
