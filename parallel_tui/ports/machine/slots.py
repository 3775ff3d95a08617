"""Port for places in line, which end with the processes that hold them."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from parallel_tui.model.machine.slots import Ticket


class SlotPlace(Protocol):
    """Our own place in a line. It is given up when this process ends, however it ends."""

    @property
    def number(self) -> int:
        """Its number in the line."""
        ...

    def begin(self) -> None:
        """Say that the wait is over, and let the program that replaces this process keep it.

        Raises:
            OSError: When that cannot be written.
        """
        ...

    def leave(self) -> None:
        """Give it up."""
        ...


class SlotLines(Protocol):
    """The lines of all slots of a repository, on this machine."""

    def tickets(self, slot: str | None = None) -> tuple[Ticket, ...]:
        """Everybody in line, by slot and place; those whose process has ended do not count.

        Args:
            slot: Only this one; all without it.

        Raises:
            CouldNotLookError: When that cannot be read.
        """
        ...

    def join(
        self, slot: str, limit: int, *, session: str, command: str, directory: str
    ) -> SlotPlace:
        """Go to the end of a line.

        Args:
            slot: Which.
            limit: How many may run at once, as far as we are concerned.
            session: Whose place it is; empty where that is not known.
            command: What will run, for people.
            directory: Where.

        Raises:
            RefusedError: When no place can be written down, with the reason.
        """
        ...

    def sleep(self, others: Collection[Ticket], seconds: float) -> None:
        """Sleep until one of these processes ends; at most so many seconds."""
        ...
