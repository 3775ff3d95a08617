"""A connection that does not wait for ever for a server that has stopped answering."""

from __future__ import annotations

import time

import psycopg
from psycopg.abc import RV, PQGen

_LOOK = 0.1
"""Seconds between two looks at the clock."""


class PatientConnection(psycopg.Connection[tuple[object, ...]]):
    """A connection that is closed when an answer takes too long.

    A network that loses packets is noticed by TCP; a server that is stopped, or whose disk hangs,
    still confirms every packet, and only a clock of ours tells.

    Attributes:
        patience: Seconds to wait for an answer.
    """

    patience: float = 15.0

    def wait(self, gen: PQGen[RV], interval: float = _LOOK, timeout: float | None = None) -> RV:
        """See `psycopg.Connection.wait`.

        Raises:
            psycopg.OperationalError: When there was no answer in time; the connection is closed.
        """
        del timeout  # psycopg 3.2 knows none
        return super().wait(self._limited(gen), interval)

    def _limited(self, gen: PQGen[RV]) -> PQGen[RV]:
        until = time.monotonic() + self.patience
        try:
            state = next(gen)
            while True:
                ready = yield state
                if not ready and time.monotonic() > until:
                    self.close()
                    raise psycopg.OperationalError(f"no answer within {self.patience:.0f} seconds")
                state = gen.send(ready)
        except StopIteration as done:
            value: RV = done.value
            return value
