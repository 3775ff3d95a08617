"""Statuses read while the dashboard is still being imported.

Imports keep one core busy; git answers on the other. One at a time, and each by one thread: two
would take the importing core's time. And by one shell for all: while a program is started, nothing
else of ours runs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterable, Mapping
from subprocess import PIPE
from typing import IO, Final

from parallel_tui.adapters.git.run.environment import READ_OPTIONS, complete
from parallel_tui.adapters.process import programs

MOST: Final = 200
"""Worktrees that are asked about at most."""

_SCRIPT: Final = """\
mark=$1; shift
for tree do
    git -c core.preloadIndex=false -c index.threads=1 %s -C "$tree" %s 2>/dev/null
    printf '%%s %%d\\0' "$mark" $?
done
"""


class EarlyStatuses:
    """Reads one status after the other, from now on until it is stopped.

    Args:
        paths: Directories of worktrees, those to read first standing first.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(paths)[:MOST]
        self._answers: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._shell: programs.Process | None = None
        self._ended = False
        # Not waited for at the end: a git that hangs must not keep the program.
        self._thread = threading.Thread(target=self._run, name="pdev-early", daemon=True)
        self._thread.start()

    @property
    def reading(self) -> bool:
        """Whether more answers may come."""
        return self._thread.is_alive()

    def read(self) -> Mapping[str, bytes]:
        """What git printed so far, by the path it was asked about; failures are left out."""
        return dict(self._answers)

    def stop(self) -> None:
        """Read no more, and end what is being read."""
        with self._lock:
            self._ended = True
            if self._shell is not None and self._shell.returncode is None:
                with contextlib.suppress(OSError):
                    os.killpg(self._shell.pid, signal.SIGKILL)

    def _run(self) -> None:
        mark = os.urandom(16).hex()
        # What fails here is asked again later, by whoever can tell of it.
        with contextlib.suppress(OSError, ValueError):
            with self._lock:
                if self._ended:
                    return
                argv = ["sh", "-c", _script(), "sh", mark, *self._paths]
                self._shell = programs.start(argv, env={}, more=complete(), stdout=PIPE)
                pipe = self._shell.stdout
            if pipe is not None:
                self._listen(pipe, mark.encode())
            with self._lock:
                self._shell.wait()

    def _listen(self, pipe: IO[bytes], mark: bytes) -> None:
        """Take answers apart: each is followed by the mark, git's status, and NUL."""
        waiting = iter(self._paths)
        held = b""
        with pipe:
            while piece := os.read(pipe.fileno(), 1 << 16):
                held += piece
                while (at := held.find(mark)) >= 0 and (end := held.find(b"\0", at)) >= 0:
                    path, status = next(waiting), held[at + len(mark) : end]
                    if int(status) == 0:
                        self._answers[path] = held[:at]
                    held = held[end + 1 :]


def _script() -> str:
    import shlex

    from parallel_tui.adapters.git.read.status_format import COMMAND

    return _SCRIPT % (shlex.join(READ_OPTIONS), shlex.join(COMMAND))
