"""Port for reading the data that sessions share.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parallel_tui.model.sharing.coordination import Coordination
    from parallel_tui.model.sharing.message import Message
    from parallel_tui.model.sharing.own_page import OwnPage


class SharedState(Protocol):
    """The data that sessions share, in the coordination root."""

    def read(self) -> Coordination:
        """Everything readable; unreadable parts are `problems`."""
        ...

    def messages(self) -> tuple[Message, ...]:
        """What waits for agents, oldest first; never raises for what cannot be read."""
        ...


class OwnPages(Protocol):
    """The pages that sessions write of themselves."""

    def read(self, worktrees: Iterable[str]) -> Mapping[str, OwnPage]:
        """The pages of worktrees, by path; one that cannot be read says nothing.

        Args:
            worktrees: Their directories.
        """
        ...
