"""The error of a store that was not fast enough."""

from __future__ import annotations

from parallel_tui.errors import RefusedError


class TakenError(RefusedError):
    """A program that knows no guard made a lock while a transaction was written.

    Attributes:
        name: Mutex name of the lock.
    """

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message, hint="Try again.")
        self.name = name
