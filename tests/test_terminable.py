"""A program that is told to end does so, whatever it waits for and whoever met the signal."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.support.waiting import PATIENCE

WAITS = {
    "a lock": "lock.acquire()",
    "a pipe": "os.read(pipe, 1)",
    "a thread": "threading.Thread(target=lock.acquire, daemon=True).start() or other.join()",
    "a poll": "poll = select.poll(); poll.register(pipe); poll.poll()",
}

PROGRAM = """
import os, select, signal, threading
from parallel_tui.terminable import terminable

lock = threading.Lock()
lock.acquire()
pipe, _ = os.pipe()
go = threading.Event()

def other_thread():
    go.wait()
    # As a signal that came between the last look of the main thread and its wait.
    signal.pthread_kill(threading.get_ident(), {number})
    lock.acquire()

other = threading.Thread(target=other_thread, daemon=True)
other.start()
with terminable():
    go.set()
    {wait}
"""


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)]
)
def test_a_signal_that_another_thread_met(wait: str, number: signal.Signals, status: int) -> None:
    program = PROGRAM.format(wait=wait, number=int(number))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == status, done.stderr.decode()


def test_all_is_as_it_was_afterwards() -> None:
    program = """
import os, signal
from parallel_tui.terminable import terminable

def standing():
    return signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGURG)

before, files = standing(), os.listdir("/proc/self/fd")
with terminable():
    assert standing() != before
assert standing() == before
assert signal.set_wakeup_fd(-1) == -1
while os.listdir("/proc/self/fd") != files:
    pass
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
