"""A running git process: read its output, and end it for certain."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.errors import GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

Process = subprocess.Popen[bytes]

_REAP_TIMEOUT = 5.0


class Stream:
    """The output of a running command."""

    def __init__(self, process: Process, fail: Callable[[int, str], GitError]) -> None:
        self._process = process
        self._stdout = pipe_of(process.stdout)
        self._fail = fail

    def lines(self) -> Iterator[bytes]:
        """Lines as they come, each with its line end."""
        return iter(self._stdout)

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; empty at the end."""
        return self._stdout.read(size)

    def finished(self) -> None:
        """Check that the command succeeded; call it at the end of its output.

        Raises:
            GitError: When it failed or was killed for taking too long.
        """
        stderr = text(pipe_of(self._process.stderr).read())
        status = self._process.wait()
        if status:
            raise self._fail(status, stderr)


def pipe_of(pipe: IO[bytes] | None) -> IO[bytes]:
    """A pipe that was requested when the process was started."""
    if pipe is None:
        raise GitError("git was started without pipes")
    return pipe


@contextmanager
def ended_after(process: Process, seconds: float) -> Iterator[threading.Event]:
    """Limit a process in the block to a time; it is ended with the block in any case.

    Args:
        process: The process.
        seconds: After this it is killed with all that it started.

    Yields:
        An event that is set when the time was over.

    Raises:
        GitError: When no thread is left to watch over it.
    """
    late = threading.Event()

    def expire() -> None:
        late.set()
        end_group(process)

    watchdog = threading.Timer(seconds, expire)
    watchdog.daemon = True
    try:
        watchdog.start()
    except RuntimeError as error:
        end(process)
        raise GitError(f"git could not be watched over: {error}") from error
    try:
        yield late
    finally:
        watchdog.cancel()
        end(process)


def end_group(process: Process) -> None:
    """Kill a process and all processes that it started."""
    # The group outlives its leader as long as any child of git's is in it.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def end(process: Process) -> None:
    """End a running process, and close its pipes."""
    if process.poll() is None:
        end_group(process)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_REAP_TIMEOUT)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
