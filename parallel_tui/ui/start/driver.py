"""Terminal driver for a dashboard that runs all day inside a multiplexer."""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from textual.drivers.linux_driver import LinuxDriver

_PATIENCE: Final = 5.0
"""Seconds the program has to end by itself after its terminal is gone."""


class TerminalDriver(LinuxDriver):
    """Reads the terminal's size from the kernel while inside a multiplexer.

    Textual prefers in-band reports (mode 2048) where the terminal offers them and ignores SIGWINCH
    from then on. In nested tmux the reports of the outer one never arrive, so the size would be
    wrong for good after the first resize; SIGWINCH always arrives.
    """

    def _query_in_band_window_resize(self) -> None:
        if not (os.environ.get("TMUX") or os.environ.get("STY")):
            super()._query_in_band_window_resize()


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
