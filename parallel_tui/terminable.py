"""Let SIGTERM unwind the stack, so that threads, children and the terminal are put in order."""

from __future__ import annotations

import os
import time
from _thread import get_ident, start_new_thread
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Iterator
    from typing import Final
else:
    import _signal as signal  # `signal` itself makes enumerations of it all, for half a millisecond

TERMINATED: Final = 143
"""Exit status of a program that SIGTERM ended."""

_REMINDERS: Final = (0.02, 0.1, 0.5, 2.0, 5.0)
"""Seconds between a signal and each time that the main thread is woken for it."""


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
        with _heard_while_waiting():
            yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _heard_while_waiting() -> Iterator[None]:
    """Wake the main thread when a signal came just before it began to wait.

    Python runs a handler between two steps of the main thread. A signal that comes after the last
    step before a wait, or that the system gives to another thread, does not end that wait, and
    what is waited for may take for ever.
    """
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    try:
        start_new_thread(_remind, (reads, get_ident()))
    except RuntimeError:  # no thread is to be had; most signals are heard without
        os.close(reads)
        os.close(writes)
        yield
        return
    woken = signal.signal(signal.SIGURG, _nothing)
    told = signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(told)
        signal.signal(signal.SIGURG, woken)
        os.close(writes)


def _remind(reads: int, main: int) -> None:
    """Wake a thread some time after each signal that is to end the program."""
    try:
        while came := os.read(reads, 64):
            if signal.SIGTERM in came or signal.SIGINT in came:
                for pause in _REMINDERS:
                    time.sleep(pause)
                    with suppress(OSError):
                        signal.pthread_kill(main, signal.SIGURG)
    finally:
        os.close(reads)


def _nothing(number: int, frame: object) -> None:
    """Only a signal with a handler ends a wait."""
