"""Port for many windows at once: open them as arranged, and read how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from parallel_tui.model.layout.windows import NewWindow, Standing


class Arranging(Protocol):
    """What a multiplexer does with whole layouts."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """What of a layout it cannot do, in words: left out when one is opened."""
        ...

    def standing(self, *, options: bool = False) -> Standing:
        """The repository's windows.

        Args:
            options: Whether to read what is set on them too, which takes one process more.

        Raises:
            MuxError: When nobody could be asked. No server is an answer.
        """
        ...

    def open(
        self, windows: Sequence[NewWindow], options: Sequence[tuple[str, str]] = ()
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Open windows, all or none.

        Args:
            windows: Which, in their order.
            options: For the repository's group of windows; never set for any other.

        Returns:
            Ids of the windows, and what could not be set, in words.

        Raises:
            MuxError: When they could not be opened; none is left then.
            RefusedError: When an option would have an effect on other windows.
        """
        ...
