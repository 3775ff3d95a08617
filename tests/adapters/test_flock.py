"""One helper for locks on files, and one for waiting, which every such place uses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parallel_tui.adapters.disk import flock
from parallel_tui.patience import ask_until
from tests.support.waiting import PATIENCE

HOLDER = """
import fcntl, sys
with open(sys.argv[1], "r+") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A descriptor of a file, closed at the end."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock of a file until its input ends."""
    path.touch()
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        try:
            yield other
        finally:
            other.kill()


def test_a_lock_is_held_by_one_and_free_after_its_holder_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with opened(path) as mine:
        with held(path) as other:
            assert not flock.take(mine)
            assert not flock.take(mine, seconds=0.05)
            other.kill()
            assert flock.take(mine, seconds=60)
        with opened(path) as second:
            assert not flock.take(second)


def test_a_wait_ends_as_soon_as_the_holder_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with held(path) as other, opened(path) as mine:
        asked = threading.Event()

        def let_go() -> None:
            asked.wait(PATIENCE)
            other.kill()

        thread = threading.Thread(target=let_go)
        thread.start()
        assert not flock.take(mine)
        asked.set()
        assert flock.take(mine, seconds=60)
        thread.join()


def test_a_file_of_our_own_that_is_held_is_an_error_and_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    monkeypatch.setattr(flock, "_A_LOOK", 0.01)
    with opened(path) as mine:
        flock.take_own(mine)
        with opened(path) as second, pytest.raises(BlockingIOError):
            flock.take_own(second)


def test_a_signal_ends_a_wait_and_leaves_the_lock_to_its_holder(tmp_path: Path) -> None:
    """A kernel that was asked to wait would hear Ctrl+C only after the lock."""
    path = tmp_path / "lock"

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with held(path), opened(path) as mine:
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(KeyboardInterrupt):
                flock.take(mine, seconds=60)
            assert not flock.take(mine)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_question_is_asked_once_at_least_and_until_it_is_enough() -> None:
    answers = iter(range(10))
    assert ask_until(lambda: next(answers), lambda answer: answer == 3, seconds=60) == 3
    assert ask_until(lambda: next(answers), lambda answer: False, seconds=0) == 4
