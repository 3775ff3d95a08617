"""Let SIGTERM and Ctrl+C unwind the stack: threads, children and the terminal are put in order."""

from __future__ import annotations

import os
import sys
import time
from _thread import get_ident, start_new_thread
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType
    from typing import Final, TypeVar

    Whole = TypeVar("Whole", bound=Callable[..., object])
else:
    import _signal as signal  # `signal` itself makes enumerations of it all, for half a millisecond

TERMINATED: Final = 143
"""Exit status of a program that SIGTERM ended."""

_REMINDERS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between a signal and each time that the main thread is reminded of it."""

_MANY: Final = 8
"""Reminders after which the end of an import, or of what is done whole, is awaited no longer."""

_whole: Final[set[CodeType]] = set()
"""What is not interrupted."""


def whole(function: Whole) -> Whole:
    """Let a function come to its end before a signal is met; for what takes moments."""
    _whole.add(function.__code__)
    return function


@contextmanager
def terminable() -> Iterator[None]:
    """Raise `SystemExit` when SIGTERM comes, `KeyboardInterrupt` when SIGINT does, for certain.

    What stood before stands again afterwards. A SIGINT that somebody ignores or meets otherwise is
    left to them.

    Python runs a handler between two steps of the main thread. A signal that comes after the last
    step before a wait does not end that wait, and what a handler raises while Python clears up
    behind an object is dropped. So the main thread is reminded until it has met the signal. It is
    not interrupted while it imports: that would leave Python's lock of imports taken for ever.
    What ends before the first reminder, well or badly, meets the signal at its end.
    """
    ending = _Ending()
    try:
        before = signal.signal(signal.SIGTERM, ending.meet)
    except ValueError:  # not the main thread; whoever is can end us
        yield
        return
    interrupted = signal.getsignal(signal.SIGINT)
    ours = interrupted is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, ending.meet)
    try:
        with _reminded(ending):
            yield
    finally:
        if ours:
            signal.signal(signal.SIGINT, interrupted)
        signal.signal(signal.SIGTERM, before)
        ending.meet_at_last()


class _Ending:
    """What came of SIGTERM and SIGINT so far.

    Attributes:
        told: The signal that came, the stronger one of both; `None` before.
        reminders: How often the main thread was reminded of it; `None` where nobody does.
    """

    def __init__(self) -> None:
        self.told: int | None = None
        self.reminders: int | None = None
        self._raised: list[BaseException] = []

    def meet(self, number: int, frame: FrameType | None) -> None:
        """Meet a signal, or a reminder: raise, unless that is under way or would do harm.

        Ctrl+C once more, while the first one is under way, is somebody who will not wait for that.
        """
        if number == signal.SIGTERM or (number == signal.SIGINT and self.told is None):
            self.told = number
        if self.told is None:
            return
        if number != signal.SIGINT and _holds(sys.exc_info()[1], self._raised):
            return
        if self.reminders is not None and self.reminders < _MANY and _uninterrupted(frame):
            return
        self._raise(by_hand=signal.SIGINT in (number, self.told))

    def meet_at_last(self) -> None:
        """Meet a signal that nothing was interrupted for so far."""
        if self.told is not None and not self._raised:
            self._raise(by_hand=self.told == signal.SIGINT)

    def _raise(self, *, by_hand: bool) -> None:
        self._raised.append(KeyboardInterrupt() if by_hand else SystemExit(TERMINATED))
        raise self._raised[-1]


def _uninterrupted(frame: FrameType | None) -> bool:
    """Whether the main thread imports something, or does something whole."""
    while frame is not None:
        code = frame.f_code
        if code in _whole or code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _holds(handled: BaseException | None, raised: list[BaseException]) -> bool:
    """Whether an exception that is being handled came of one of some others."""
    while handled is not None and raised:
        if any(handled is each for each in raised):
            return True
        if isinstance(handled, BaseExceptionGroup):
            return any(_holds(each, raised) for each in handled.exceptions)
        handled = handled.__context__
    return False


@contextmanager
def _reminded(ending: _Ending) -> Iterator[None]:
    """Remind the main thread of each signal that is to end it, in a thread of its own."""
    reads, writes = _pipe()
    os.set_blocking(writes, False)
    try:
        start_new_thread(_remind, (reads, get_ident(), ending))
    except RuntimeError:  # no thread is to be had; most signals are met without
        os.close(reads)
        os.close(writes)
        yield
        return
    ending.reminders = 0
    before = signal.signal(signal.SIGURG, ending.meet)
    told = signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(told)
        signal.signal(signal.SIGURG, before)
        os.close(writes)


def _pipe() -> tuple[int, int]:
    """A pipe that never stands where a standard stream was left out."""
    ends = os.pipe()
    if min(ends) > 2:
        return ends
    import fcntl

    reads, writes = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3) for end in ends)
    for end in ends:
        os.close(end)
    return reads, writes


def _remind(reads: int, main: int, ending: _Ending) -> None:
    """Wake a thread some time after each signal that is to end the program."""
    try:
        while came := os.read(reads, 64):
            if signal.SIGTERM not in came and signal.SIGINT not in came:
                continue
            for count, pause in enumerate(_REMINDERS, 1):
                time.sleep(pause)
                ending.reminders = count
                with suppress(OSError):
                    signal.pthread_kill(main, signal.SIGURG)
    finally:
        os.close(reads)
