"""Connection to the child process that watches working trees: JSON lines, both ways."""

from __future__ import annotations

import contextlib
import json
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import TimeoutExpired
from typing import IO, Any, Final, Protocol

import parallel_tui
from parallel_tui.ports.system import ChildProcess

SEND_TIMEOUT: Final = 10.0
"""Seconds until a child that takes no message counts as hung."""

_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from parallel_tui.engine.watching.tree_child import main; main()"
)


class TreeChild(Protocol):
    """A link to a child that watches working trees."""

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one."""
        ...

    def start(self) -> None:
        """Start the child.

        Raises:
            OSError: When the system starts no process, or no thread to listen to it.
        """
        ...

    def send(self, message: dict[str, Any]) -> bool:
        """Send one message; returns whether a child took it. A child that takes none is ended."""
        ...

    def give_up(self) -> None:
        """End the link as if the child had failed: whoever has it is told that it is lost."""
        ...

    def kill(self) -> None:
        """End the child because it does not answer: all whom it serves are told."""
        ...

    def end(self) -> None:
        """End the link, and wait until nothing of it is left."""
        ...


NewChild = Callable[
    [
        Callable[[Sequence[str]], ChildProcess],
        Callable[[dict[str, Any]], None],
        Callable[[], None],
    ],
    TreeChild,
]
"""Makes a link: from what starts a child, whom its messages go to, and who is told of its end."""


class TreeLink:
    """The child process, and the thread that reads its messages. Implements `TreeChild`.

    Args:
        python: Starts the child; see `Processes.python`.
        heard: Told each message, on the listening thread.
        lost: Called on that thread when the child ended by itself, or was given up.
    """

    def __init__(
        self,
        python: Callable[[Sequence[str]], ChildProcess],
        heard: Callable[[dict[str, Any]], None],
        lost: Callable[[], None],
    ) -> None:
        self._python = python
        self._heard = heard
        self._lost = lost
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._child: ChildProcess | None = None
        self._reader: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one."""
        child = self._child
        return child.pid if child is not None else None

    def start(self) -> None:
        """Start the child.

        Raises:
            OSError: When the system starts no process, or no thread to listen to it.
        """
        above = str(Path(parallel_tui.__file__).parent.parent)
        child = self._python(["-c", _START, above])  # it ends when its input does
        if child.stdin is not None:
            os.set_blocking(child.stdin.fileno(), False)
        reader = threading.Thread(
            target=self._listen, args=(child,), name="pdev-trees-in", daemon=True
        )
        with self._lock:
            self._child, self._reader = child, reader
        try:
            reader.start()
        except RuntimeError as error:
            with self._lock:
                self._child = self._reader = None
            child.kill()
            child.wait()
            _close(child)
            raise OSError(str(error)) from error

    def send(self, message: dict[str, Any]) -> bool:
        """Send one message; returns whether a child took it. A child that takes none is ended."""
        with self._sending:
            child = self._child
            if child is None or child.stdin is None:
                return False
            try:
                _write(child.stdin, json.dumps(message).encode() + b"\n")
            except TimeoutError:
                child.kill()
                return False
            except (OSError, ValueError):
                return False
            return True

    def give_up(self) -> None:
        """End the child as if it had failed: `lost` is called."""
        child = self._child
        if child is not None:
            child.kill()

    def kill(self) -> None:
        """See `TreeChild.kill`."""
        self.give_up()

    def end(self) -> None:
        """End the child, if there is one, and wait for it."""
        with self._lock:
            child, self._child = self._child, None
        if child is None:
            return
        if not self._sending.acquire(timeout=0.2):
            child.kill()  # which ends the sending that hangs
            self._sending.acquire()
        try:
            _hang_up(child)
        finally:
            self._sending.release()
        try:
            child.wait(0.2)
        except TimeoutExpired:
            child.kill()
            child.wait()
        if self._reader is not None and self._reader is not threading.current_thread():
            self._reader.join(1.0)

    def _listen(self, child: ChildProcess) -> None:
        if child.stdout is not None:
            with child.stdout as lines:
                for line in lines:
                    try:
                        self._heard(json.loads(line))
                    except ValueError:
                        break
        with self._lock:
            if self._child is not child:
                return
            self._child = None
        child.kill()
        child.wait()
        with self._sending:
            _hang_up(child)
        self._lost()


def _write(pipe: IO[bytes], data: bytes) -> None:
    """Write everything to a non-blocking pipe, unless its reader has stopped reading."""
    left = memoryview(data)
    deadline = time.monotonic() + SEND_TIMEOUT
    poll = select.poll()
    poll.register(pipe.fileno(), select.POLLOUT)
    while left:
        wait = deadline - time.monotonic()
        if wait <= 0 or not poll.poll(1000 * wait):
            raise TimeoutError
        with contextlib.suppress(BlockingIOError):
            left = left[os.write(pipe.fileno(), left) :]


def _hang_up(child: ChildProcess) -> None:
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()


def _close(child: ChildProcess) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
