"""Track outstanding work, so that callers can wait until none is left."""

from __future__ import annotations

import threading
from collections.abc import Hashable


class Ledger:
    """Set of outstanding work; callers wait until it is empty.

    A part adds its token when something becomes dirty and drops it when that has been read *and*
    handed on, so that there is no moment between two parts at which the set is empty by chance.
    """

    def __init__(self) -> None:
        self._open: set[Hashable] = set()
        self._dropped = threading.Condition()

    def add(self, token: Hashable) -> None:
        """Something is outstanding."""
        with self._dropped:
            self._open.add(token)

    def drop(self, token: Hashable) -> None:
        """It is done."""
        with self._dropped:
            self._open.discard(token)
            self._dropped.notify_all()

    def wait(self, timeout: float, *, besides: Hashable = None) -> bool:
        """Wait until nothing is outstanding, one token aside; whether that came about in time."""
        with self._dropped:
            return self._dropped.wait_for(lambda: not self._open - {besides}, timeout)

    def open(self) -> frozenset[Hashable]:
        """What is outstanding, for a failure's message."""
        with self._dropped:
            return frozenset(self._open)
