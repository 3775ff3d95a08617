"""Statuses read while the dashboard is still being imported.

Imports keep one core busy; git answers on the other. One at a time: two would take the importing
core's time, and the first frame would come later for it.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterable, Mapping

from parallel_tui.adapters.git.run.environment import READ_OPTIONS, complete
from parallel_tui.adapters.process import programs

MOST = 200
"""Worktrees that are asked about at most."""


class EarlyStatuses:
    """Reads one status after the other, in a thread of its own, from now on until it is stopped.

    Args:
        paths: Directories of worktrees, those to read first standing first.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(paths)[:MOST]
        self._answers: dict[str, bytes] = {}
        self._enough = threading.Event()
        self._lock = threading.Lock()
        self._asked: programs.Process | None = None
        # Not waited for at the end: a git that hangs must not keep the program.
        threading.Thread(target=self._run, name="pdev-early", daemon=True).start()

    def read(self) -> Mapping[str, bytes]:
        """What git printed so far, by the path it was asked about; failures are left out."""
        return dict(self._answers)

    def enough(self) -> None:
        """Begin no further read; one that is under way may end."""
        self._enough.set()

    def stop(self) -> None:
        """Begin no further read, and end the one under way."""
        with self._lock:
            self._enough.set()
            if self._asked is not None:
                self._asked.kill()

    def _run(self) -> None:
        # Whoever reads the list only, without ever beginning, need not import this.
        from parallel_tui.adapters.git.read.status_format import COMMAND

        for path in self._paths:
            # What cannot be started here is asked again by whoever can tell of it.
            with contextlib.suppress(OSError, ValueError):
                self._ask(path, ["git", *READ_OPTIONS, "-C", path, *COMMAND])

    def _ask(self, path: str, command: list[str]) -> None:
        with self._lock:
            if self._enough.is_set():
                return
            asked = programs.start(command, env={}, more=complete(), stdout=subprocess.PIPE)
            self._asked = asked
        with asked:
            output, _ = asked.communicate()
        with self._lock:
            self._asked = None
        if asked.returncode == 0:
            self._answers[path] = output
