"""A permission that an agent asks for, and that can be answered from elsewhere."""

from __future__ import annotations

from parallel_tui.record import dataclass

MAX_REASON = 500
"""Characters of a reason that an agent is told."""


@dataclass(frozen=True, slots=True)
class PermissionAsk:
    """What an agent asks permission for. Its hook waits for the answer, beside its own dialog.

    Attributes:
        id: Name of the question; never used twice.
        session: Name of the session.
        pid: The agent's process.
        tool: What it wants to use.
        given: What it wants to do with it, in full: a command, or the tool's input as JSON.
        at: When it asked, in epoch seconds.
    """

    id: str
    session: str
    pid: int
    tool: str
    given: str
    at: float
