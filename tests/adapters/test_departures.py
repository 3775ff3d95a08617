"""Ends of real processes are told by the kernel."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_tui.adapters.process.exits import Departures
from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.model.session.repository import Repository
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a call of Linux")


@pytest.fixture
def told() -> queue.SimpleQueue[str]:
    """What was told, in order."""
    return queue.SimpleQueue()


@pytest.fixture
def departures(told: queue.SimpleQueue[str]) -> Iterator[Departures]:
    """Departures that are told to `told`, closed at the end."""
    made = Departures(lambda: told.put("gone"))
    yield made
    made.close()
    made.close()


def sleeper() -> subprocess.Popen[bytes]:
    """A process that waits to be ended."""
    return subprocess.Popen(["sleep", "900"])


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and wait for it."""
    process.kill()
    process.wait()


def open_files() -> int:
    """File descriptors of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_the_end_of_a_followed_process_is_told_and_of_another_not(
    departures: Departures, told: queue.SimpleQueue[str]
) -> None:
    one, two, three = sleeper(), sleeper(), sleeper()
    try:
        departures.follow([one.pid, two.pid, three.pid])
        departures.follow([one.pid, two.pid, 2**22 + 1])
        end(three)
        end(one)
        assert told.get(timeout=PATIENCE) == "gone"
        assert told.empty(), "the third was not followed any more"
        departures.follow([two.pid])
        end(two)
        assert told.get(timeout=PATIENCE) == "gone"
    finally:
        for process in (one, two, three):
            end(process)


def test_closing_leaves_no_thread_and_no_open_file(told: queue.SimpleQueue[str]) -> None:
    before, process = open_files(), sleeper()
    try:
        departures = Departures(lambda: told.put("gone"))
        departures.follow([process.pid])
        assert any(thread.name == "departures" for thread in threading.enumerate())
        departures.close()
        assert not any(thread.name == "departures" for thread in threading.enumerate())
        assert open_files() == before
    finally:
        end(process)


@pytest.mark.tmux
def test_a_window_closed_by_hand_in_any_session_is_told(
    world: World, departures: Departures, told: queue.SimpleQueue[str]
) -> None:
    path = str(world.repo)
    tmux = Tmux(Repository("myapp", f"{path}/.git", path, False, path), world.socket, None)
    kept = world.window("kept", world.repo)
    for close in ("kill-window", "exit"):
        window = world.window("x", world.repo)
        eventually(lambda: len(tmux.listing().windows) == 2)
        departures.follow([p.pid for w in tmux.listing().windows for p in w.panes])
        if close == "exit":
            world.tmux("send-keys", "-t", window, "exit", "Enter")
        else:
            world.tmux(close, "-t", window)
        assert told.get(timeout=PATIENCE) == "gone"
        eventually(lambda: [w.id for w in tmux.listing().windows] == [kept])
