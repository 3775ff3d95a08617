"""Port for the desktop's terminal emulators.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from subprocess import CompletedProcess
from typing import NoReturn, Protocol


class Terminals(Protocol):
    """Opens terminal emulators of the desktop."""

    def check(self) -> None:
        """Check that there is one to open, before anything is made for it.

        Raises:
            RefusedError: When none is known here; the hint names the setting.
            ConfigError: When the configured command cannot be used.
        """
        ...

    def open(self, argv: Sequence[str], *, title: str, directory: str) -> str:
        """Run a command in a new terminal window or tab.

        Returns:
            Name of the terminal program used.

        Raises:
            RefusedError: When none is known here; the hint names the setting.
        """
        ...


class Foreground(Protocol):
    """Runs other programs, in this terminal if needed."""

    def run(
        self, argv: Sequence[str], *, env: Mapping[str, str], timeout: float | None = None
    ) -> CompletedProcess[bytes]:
        """Run a program to its end and return its status and what it printed.

        Args:
            argv: Program and arguments.
            env: Our environment; the program gets what of it may be inherited.
            timeout: Seconds until it is killed; `None` for no limit.

        Raises:
            OSError: When it cannot be started.
            subprocess.TimeoutExpired: When it was killed.
        """
        ...

    def borrow_terminal(
        self, argv: Sequence[str], *, env: Mapping[str, str], draws: bool
    ) -> CompletedProcess[bytes]:
        """Run a program in the foreground of this terminal until it ends.

        Args:
            argv: As for `run`.
            env: As for `run`.
            draws: Whether it draws on the terminal; if not, what it prints is thrown away.

        Raises:
            OSError: When it cannot be started.
        """
        ...

    def become(self, argv: Sequence[str], *, env: Mapping[str, str]) -> NoReturn:
        """Replace this process by another program in the same terminal.

        Args:
            argv: As for `run`.
            env: As for `run`.

        Raises:
            OSError: When it cannot be started; this process goes on then.
        """
        ...
