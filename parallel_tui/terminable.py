"""Let SIGTERM unwind the stack, so that threads, children and the terminal are put in order."""

from __future__ import annotations

from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator
    from typing import Final
else:
    import _signal as signal  # `signal` itself makes enumerations of it all, for half a millisecond

TERMINATED: Final = 143
"""Exit status of a program that SIGTERM ended."""


@contextmanager
def terminable() -> Iterator[None]:
    """Raise `SystemExit` when SIGTERM comes; what stood before stands again afterwards."""

    def leave(number: int, frame: object) -> None:
        raise SystemExit(TERMINATED)

    try:
        before = signal.signal(signal.SIGTERM, leave)
    except ValueError:  # not the main thread; whoever is can end us
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
