"""Run a shell line with its output in a file, as long as it may take and no longer than we live."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from subprocess import STDOUT
from typing import BinaryIO, Final

from parallel_tui.adapters.process import programs
from parallel_tui.adapters.process.shell import end
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.landing.check import Limits
from parallel_tui.model.settings.consent import Approved

_PAUSE: Final = 0.05
"""Seconds between two looks at what was printed."""
_ROOM: Final = 5.0
"""Seconds between two looks whether there is room."""
_GUARDED: Final = (
    "exec 3<&0 </dev/null; "
    "( (read -r _ <&3 || kill -9 0) >/dev/null 2>&1 & ); "
    'exec 3<&-; exec sh -c "$1"'
)
"""Starts a guard beside the line, in its process group and no child of it: when the pipe that is
its input ends without a word, whoever held it was killed, and so is all of the group."""
_NICE: Final = 10
"""How much is left to everything else."""


def run_line(
    line: Approved,
    directory: str,
    env: Mapping[str, str],
    output: BinaryIO,
    look: Callable[[], None],
    limits: Limits | None = None,
) -> tuple[int, bool]:
    """Run one line to its end.

    Args:
        line: What `sh -c` gets. It ends with all that it started when we are killed.
        directory: Where.
        env: Variables besides what it may inherit.
        output: Gets all that it prints.
        look: Called again and again while it runs, and once after it.
        limits: What it may take, at a low priority; `None` for all it wants.

    Returns:
        Its exit status, negative for a signal; whether it was ended as it took too long.

    Raises:
        OSError: When it cannot be started.
        CouldNotLookError: When there is no more room; it has been ended then.
        RefusedError: When it was stopped.
    """
    end_of_ours, ours = os.pipe()
    try:
        process = programs.start(
            ["sh", "-c", _GUARDED, "sh", line.text],
            env=os.environ,
            more=env,
            directory=directory,
            stdin=end_of_ours,
            stdout=output,
            stderr=STDOUT,
        )
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(end_of_ours)
    late = False
    try:
        if limits is not None:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        began = looked = time.monotonic()
        # A file rather than a pipe: a server that is left running would hold a pipe open.
        while process.poll() is None:
            look()
            now = time.monotonic()
            if limits is not None:
                if limits.stopped():
                    raise RefusedError(f"`{line.text}` was stopped")
                if now - looked >= _ROOM and (why := limits.full()):
                    raise CouldNotLookError(f"`{line.text}` was ended: {why}")
                looked = now if now - looked >= _ROOM else looked
                if now - began >= limits.seconds:
                    late = True
                    end(process)
                    break
            time.sleep(_PAUSE)
    except BaseException:
        end(process)
        raise
    finally:
        with suppress(BrokenPipeError):  # the guard was ended with the rest
            os.write(ours, b"\n")
        os.close(ours)
        if limits is not None:
            # What it left behind would be in the way of the next run in this directory.
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
    look()
    return process.returncode, late
