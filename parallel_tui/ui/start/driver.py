"""Terminal driver for a dashboard that runs all day inside a multiplexer."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from textual import constants
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_AT_ONCE: Final = 4096
"""Bytes of input read at a time."""

_GRAIN: Final = 0.02
"""Seconds between two looks whether a lone Escape was the key."""

_PATIENCE: Final = 5.0
"""Seconds the program has to end by itself after its terminal is gone."""


class TerminalDriver(LinuxDriver):
    """Sleeps until a key is pressed, and reads the size from the kernel inside a multiplexer.

    Textual asks ten times a second whether a key was pressed, which is a third of what a dashboard
    at rest costs; this driver asks only as long as a sequence of keys may be cut short.

    Textual prefers in-band reports (mode 2048) where the terminal offers them and ignores SIGWINCH
    from then on. In nested tmux the reports of the outer one never arrive, so the size would be
    wrong for good after the first resize; SIGWINCH always arrives.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # For as long as the program runs: a driver that Ctrl+Z has closed is started again.
        self._end, self._ending = os.pipe()
        os.set_blocking(self._end, False)

    def run_input_thread(self) -> None:
        """Read keys until input is disabled; runs in a thread of its own."""
        parser = XTermParser()
        decode = getincrementaldecoder("utf-8")("replace").decode
        poll = select.poll()
        for each in (self.fileno, self._end):
            poll.register(each, select.POLLIN)
        unsure_until = 0.0
        while not self.exit_event.is_set():
            unsure = time.monotonic() < unsure_until
            ready = [each for each, _ in poll.poll(_GRAIN * 1000 if unsure else None)]
            if self.fileno in ready:
                raw = _read(self.fileno)
                for message in parser.feed(text) if (text := decode(raw)) else ():
                    self.process_message(message)
                # An Escape is a key of its own when nothing follows for so long.
                unsure_until = time.monotonic() + constants.ESCAPE_DELAY + 5 * _GRAIN
                if not raw:  # hung up
                    self.exit_event.wait(_GRAIN)
            elif self._end in ready:
                self.exit_event.wait(_GRAIN)
            for message in parser.tick():
                self.process_message(message)

    def disable_input(self) -> None:
        """Stop reading keys."""
        os.write(self._ending, b".")
        super().disable_input()
        with suppress(BlockingIOError):
            os.read(self._end, _AT_ONCE)

    def _query_in_band_window_resize(self) -> None:
        if not (os.environ.get("TMUX") or os.environ.get("STY")):
            super()._query_in_band_window_resize()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, _AT_ONCE)
    except OSError:  # hung up: `watch_terminal` sees to it
        return b""


def watch_terminal(gone: Callable[[], None], last_words: Callable[[], None]) -> None:
    """Notice the end of the terminal, without polling.

    A program that reads from a hung-up terminal gets "end of file" as fast as it asks, so it would
    take a whole core for ever. And writing to one fails, which blocks Textual's writer.

    Args:
        gone: Called once, from another thread: the program should end.
        last_words: Called when it did not end in time, just before the process is ended.
    """
    terminal = sys.__stdin__.fileno() if sys.__stdin__ else 0

    def wait() -> None:
        poll = select.poll()
        poll.register(terminal, 0)  # hang-ups are reported unasked
        while not any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll()):
            pass
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_RDWR)
            for stream in (1, 2):
                os.dup2(nowhere, stream)
        gone()
        threading.Event().wait(_PATIENCE)
        last_words()
        os._exit(129)

    if os.isatty(terminal):
        threading.Thread(target=wait, name="terminal", daemon=True).start()
