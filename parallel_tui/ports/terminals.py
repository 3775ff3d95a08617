"""What the services ask of the desktop's terminal emulators.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Terminals(Protocol):
    """Terminal emulators of the desktop."""

    def check(self) -> None:
        """Make sure that there is one to open, before anything is made for it.

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
