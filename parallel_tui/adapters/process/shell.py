"""Run an allowed setup command, as the user would in that directory."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from subprocess import STDOUT, TimeoutExpired

from parallel_tui.adapters.process import programs
from parallel_tui.errors import RefusedError
from parallel_tui.model.settings.consent import Approved

_TAIL = 12
"""Lines of output that a failure shows."""
_GRACE = 3.0
"""Seconds between asking an interrupted command to end and ending it."""


def run_line(line: Approved, *, directory: str, env: Mapping[str, str]) -> None:
    """Run one shell line to its end.

    It has no input, and its own process group, which ends with it when we are interrupted.

    Args:
        line: What `sh -c` gets, exactly as configured; names reach it only through `env`.
        directory: Where.
        env: Variables that it gets besides what it may inherit.

    Raises:
        RefusedError: When it ends with another status than 0; the hint has its last lines.
    """
    # A file rather than a pipe: a server that the command leaves running would hold a pipe open.
    import tempfile  # costs more than all else that is needed to start a session

    with tempfile.TemporaryFile() as output:
        process = programs.start(
            ["sh", "-c", line.text],
            env=os.environ,
            more=env,
            directory=directory,
            stdout=output,
            stderr=STDOUT,
        )
        try:
            status = process.wait()
        except BaseException:
            end(process)
            raise
        if status:
            output.seek(max(0, output.seek(0, os.SEEK_END) - 8192))
            text = output.read().decode("utf-8", "replace")
            tail = "\n".join(text.strip().splitlines()[-_TAIL:])
            how = f"status {status}" if status > 0 else f"signal {-status}"
            raise RefusedError(
                f"The setup command `{line.text}` ended with {how}.",
                hint=tail or "It printed nothing.",
            )


def end(process: programs.Process) -> None:
    """End a command and all that it started, and wait until it is gone."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutExpired):
            process.wait(_GRACE)
            return
