"""A program that is told to end does so, whatever it waits for and whoever met the signal."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import ANY

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


def ended(program: str, cwd: Path | None = None) -> tuple[int, bytes, bytes]:
    """Run a program to its end; status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=cwd, capture_output=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)]
)
def test_a_signal_that_another_thread_met(wait: str, number: signal.Signals, status: int) -> None:
    program = PROGRAM.format(wait=wait, number=int(number))
    assert ended(program) == (status, b"", ANY)


def test_all_is_as_it_was_afterwards() -> None:
    program = """
import os, signal
from parallel_tui.terminable import terminable

def standing():
    return [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGURG)]

before, files = standing(), os.listdir("/proc/self/fd")
with terminable():
    assert standing() != before
assert standing() == before
assert signal.set_wakeup_fd(-1) == -1
while os.listdir("/proc/self/fd") != files:
    pass
"""
    assert ended(program) == (0, b"", b"")


WHERE_RAISING_IS_LOST = {
    "Python drops what a finalizer raises": """
class Object:
    def __del__(self):
        os.kill(os.getpid(), {number})
        str(self)

with terminable():
    del_me = Object()
    del del_me
    lock.acquire()
""",
    "an import would keep its locks": """
Path("slow.py").write_text(
    "import os, select\\nos.kill(os.getpid(), {number})\\n"
    "select.select([], [], [], 0.05)\\nprint('whole', flush=True)"
)
with terminable():
    import slow
    lock.acquire()
""",
}


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)]
)
@pytest.mark.parametrize("body", WHERE_RAISING_IS_LOST.values(), ids=WHERE_RAISING_IS_LOST)
def test_a_signal_where_raising_is_lost(
    body: str, number: signal.Signals, status: int, tmp_path: Path
) -> None:
    head = (
        "import os, signal, sys, threading\nfrom pathlib import Path\n"
        "from parallel_tui.terminable import terminable\nsys.path.insert(0, '.')\n"
        "lock = threading.Lock()\nlock.acquire()\n"
    )
    said = b"whole\n" if "import slow" in body else b""
    program = head + body.replace("{number}", str(int(number)))
    assert ended(program, tmp_path) == (status, said, ANY)


def test_ctrl_c_once_more_ends_what_is_put_in_order_and_reminders_do_not() -> None:
    program = """
import os, select, signal
from parallel_tui.terminable import terminable

def cleans_up():
    select.select([], [], [], 0.3)
    print("undisturbed", flush=True)
    try:
        os.kill(os.getpid(), signal.SIGINT)
        select.select([], [], [], 60)
    except KeyboardInterrupt:
        select.select([], [], [], 0.3)
        print("impatient", flush=True)
    select.select([], [], [], 0.3)
    print("in order", flush=True)

with terminable():
    try:
        os.kill(os.getpid(), signal.SIGINT)
        signal.pause()
    finally:
        cleans_up()
"""
    said = b"undisturbed\nimpatient\nin order\n"
    assert ended(program) == (-signal.SIGINT, said, ANY)


@pytest.mark.parametrize("theirs", ["signal.SIG_IGN", "print"])
def test_ctrl_c_that_others_meet_is_left_to_them(theirs: str) -> None:
    program = f"""
import os, signal
from parallel_tui.terminable import terminable

signal.signal(signal.SIGINT, {theirs})
with terminable():
    assert signal.getsignal(signal.SIGINT) is {theirs}
    os.kill(os.getpid(), signal.SIGINT)
assert signal.getsignal(signal.SIGINT) is {theirs}
"""
    assert ended(program) == (0, ANY, b"")


def test_what_is_put_in_order_is_not_disturbed() -> None:
    program = """
import os, select, signal
from parallel_tui.terminable import terminable

with terminable():
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()
    except BaseException:
        for _ in range(100):
            try:
                select.select([], [], [], 0.005)
                raise ValueError
            except ValueError:
                select.select([], [], [], 0.005)
        print("in order", flush=True)
        raise
"""
    assert ended(program) == (143, b"in order\n", b"")


def test_what_is_done_whole_comes_to_its_end() -> None:
    program = """
import os, select, signal
from parallel_tui.terminable import terminable, whole

@whole
def both():
    os.kill(os.getpid(), signal.SIGTERM)
    select.select([], [], [], 0.05)
    print("both", flush=True)

with terminable():
    both()
    signal.pause()
"""
    assert ended(program) == (143, b"both\n", b"")


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, -signal.SIGINT)]
)
@pytest.mark.parametrize("end", ["pass", "raise ValueError('told to nobody')"])
def test_what_ends_before_the_first_reminder_meets_the_signal_at_its_end(
    end: str, number: signal.Signals, status: int
) -> None:
    program = f"""
import os, signal
from parallel_tui import terminable

terminable._REMINDERS = (60,)
terminate = terminable.whole(lambda: os.kill(os.getpid(), {int(number)}))

try:
    with terminable.terminable():
        terminate()
        {end}
except ValueError:
    pass
"""
    assert ended(program)[:2] == (status, b"")


def test_no_pipe_stands_in_for_a_stream_that_was_left_out() -> None:
    program = """
import os
from parallel_tui.terminable import terminable

os.close(0)
with terminable():
    try:
        os.read(0, 1)
    except OSError:
        print("still closed", flush=True)
"""
    assert ended(program) == (0, b"still closed\n", b"")
