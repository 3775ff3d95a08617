"""The line to the child process that watches trees: one JSON message a line, both ways."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, TimeoutExpired
from typing import Any, Final

import parallel_tui
from parallel_tui.adapters import programs

_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from parallel_tui.engine.tree_child import main; main()"
)


class TreeLink:
    """One child process and the thread that listens to it.

    Args:
        heard: Told each message, on the listening thread.
        lost: Called on that thread when the child ended by itself.
    """

    def __init__(self, heard: Callable[[dict[str, Any]], None], lost: Callable[[], None]) -> None:
        self._heard = heard
        self._lost = lost
        self._lock = threading.Lock()
        self._child: programs.Process | None = None
        self._reader: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one."""
        child = self._child
        return child.pid if child is not None else None

    def start(self) -> None:
        """Start the child.

        Raises:
            OSError: When the system starts no process.
        """
        above = str(Path(parallel_tui.__file__).parent.parent)
        # An interrupt from the keyboard is for us; the child ends when its input does.
        child = programs.start(
            [sys.executable, "-I", "-S", "-c", _START, above],
            env=os.environ,
            stdin=PIPE,
            stdout=PIPE,
        )
        with self._lock:
            self._child = child
        self._reader = threading.Thread(
            target=self._listen, args=(child,), name="pdev-trees-in", daemon=True
        )
        self._reader.start()

    def send(self, message: dict[str, Any]) -> bool:
        """Send one message; whether there was a child to take it."""
        with self._lock:
            child = self._child
            if child is None or child.stdin is None:
                return False
            try:
                child.stdin.write(json.dumps(message).encode() + b"\n")
                child.stdin.flush()
            except (OSError, ValueError):
                return False
            return True

    def end(self) -> None:
        """End the child, if there is one; returns when it is gone."""
        with self._lock:
            child, self._child = self._child, None
        if child is None:
            return
        _hang_up(child)
        try:
            child.wait(0.2)
        except TimeoutExpired:
            child.kill()
            child.wait()
        if self._reader is not None and self._reader is not threading.current_thread():
            self._reader.join(1.0)

    def _listen(self, child: programs.Process) -> None:
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
        _hang_up(child)
        child.wait()
        self._lost()


def _hang_up(child: programs.Process) -> None:
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()
