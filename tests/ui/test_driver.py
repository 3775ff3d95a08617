"""The terminal driver reads keys as Textual's does, and sleeps while none is pressed."""

from __future__ import annotations

import asyncio
import os
import queue
import select
import signal
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual.events import Key
from textual.message import Message

from parallel_tui.ui.start.driver import TerminalDriver

_WITHIN = 20.0
_POLL = select.poll


class _Driver(TerminalDriver):
    """Collects what it reads."""

    def __init__(self) -> None:
        super().__init__(None)
        self.read: queue.Queue[str] = queue.Queue()

    def process_message(self, message: Message) -> None:
        if isinstance(message, Key):
            self.read.put(message.key)

    def _disable_mouse_support(self) -> None:
        pass  # nothing was enabled


class _Polls:
    """Notes for how long is waited for a key."""

    def __init__(self) -> None:
        self.asleep = threading.Event()
        self._poll = _POLL()
        self.register = self._poll.register

    def poll(self, milliseconds: float | None) -> Any:
        if milliseconds is None:
            self.asleep.set()
        found = self._poll.poll(milliseconds)
        self.asleep.clear()
        return found


@contextmanager
def _reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[_Driver, int, threading.Thread]]:
    """A driver that reads a terminal, where to type, and its thread."""
    ours, theirs = os.openpty()
    kept = {each: signal.getsignal(each) for each in (signal.SIGTSTP, signal.SIGCONT)}
    with os.fdopen(theirs, closefd=False) as stream:
        monkeypatch.setattr(sys, "__stdin__", stream)
        tty.setraw(theirs, termios.TCSANOW)

        async def make() -> _Driver:
            return _Driver()

        made = asyncio.run(make())
        thread = threading.Thread(target=made.run_input_thread, daemon=True)
        made._key_thread = thread
        thread.start()
        try:
            yield made, ours, thread
        finally:
            made.disable_input()
            made.close()
            os.close(made._end)
            os.close(made._ending)
            os.close(ours)
            os.close(theirs)
            for number, handler in kept.items():
                signal.signal(number, handler)


def test_keys_are_read_in_order_also_cut_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    with _reading(monkeypatch) as (made, keyboard, _):
        raw = "é".encode()
        for part in (b"a\x1b[A", raw[:1], raw[1:] + b"b", b"\x1b[", b"B", b"\xff", b"c"):
            os.write(keyboard, part)
        read = [made.read.get(timeout=_WITHIN) for _ in range(6)]
        assert [read[0], read[1], read[3], read[4]] == ["a", "up", "b", "down"]
        assert made.read.get(timeout=_WITHIN) == "c"


def test_an_escape_that_nothing_follows_is_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with _reading(monkeypatch) as (made, keyboard, _):
        os.write(keyboard, b"\x1b")
        assert made.read.get(timeout=_WITHIN) == "escape"


def test_it_sleeps_until_a_key_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    polls = _Polls()
    monkeypatch.setattr(select, "poll", lambda: polls)
    with _reading(monkeypatch) as (made, keyboard, _):
        assert polls.asleep.wait(_WITHIN)
        os.write(keyboard, b"a\x1b")
        assert made.read.get(timeout=_WITHIN) == "a"
        assert made.read.get(timeout=_WITHIN) == "escape"
        assert polls.asleep.wait(_WITHIN)


def test_it_ends_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    polls = _Polls()
    monkeypatch.setattr(select, "poll", lambda: polls)
    with _reading(monkeypatch) as (made, _, thread):
        assert polls.asleep.wait(_WITHIN)
        made.disable_input()
        assert not thread.is_alive()
        # And once more, as after the program was stopped with Ctrl+Z.
        made.close()
        again = threading.Thread(target=made.run_input_thread, daemon=True)
        made._key_thread = again
        polls.asleep.clear()
        again.start()
        assert polls.asleep.wait(_WITHIN)
        assert again.is_alive()
        made.disable_input()
        assert not again.is_alive()
