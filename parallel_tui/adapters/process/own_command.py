"""Ask `pdev` itself, as a program of its own.

Our own environment and directory go with it, for it speaks for the same session; only the files do
not. Each question is a program, so that one that hangs or fails takes nothing else with it.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

from parallel_tui.adapters.process import programs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class RunningCommand:
    """A command that was started."""

    def __init__(self, arguments: Sequence[str], env: Mapping[str, str], directory: str) -> None:
        """Start a command.

        Args:
            arguments: The words behind `pdev`.
            env: All that it finds in its environment.
            directory: Where it works.

        Raises:
            OSError: When it cannot be started.
        """
        # -P: the directory is a repository, which may hold modules of any name.
        argv = [sys.executable, "-P", "-m", "parallel_tui.cli.main", *arguments]
        self._process = programs.start(
            argv,
            env={},
            more=env,
            directory=directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def wait(self) -> tuple[int, bytes, bytes]:
        """Wait for its end; status, output and errors."""
        with self._process as process:
            stdout, stderr = process.communicate()
        return process.returncode, stdout, stderr

    def end(self) -> None:
        """Tell it to end: it takes back what it has half done, and whoever waits goes on."""
        with suppress(OSError):
            self._process.terminate()
