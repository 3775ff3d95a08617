"""Port for reading the data that sessions share.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.sharing.coordination import Coordination
    from parallel_tui.model.sharing.message import Message


class SharedState(Protocol):
    """The data that sessions share, in the coordination root."""

    def read(self) -> Coordination:
        """Everything readable; unreadable parts are `problems`."""
        ...

    def messages(self) -> tuple[Message, ...]:
        """What waits for agents, oldest first; never raises for what cannot be read."""
        ...
