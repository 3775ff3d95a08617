"""An agent that waits for its next prompt."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Resting:
    """An agent that is proved to be at rest.

    Attributes:
        agent: Kind of agent: `claude`.
        pane: Id of the pane it runs in.
        pid: Its process id.
        stamp: When it came to rest, as it says itself; another value means that it went on.
        conversation: Id of its conversation; empty where it has none.
        limited: Whether it rests because it has reached a limit, which may have ended since.
        until: When that ends, in epoch seconds; `None` where that is not known.
    """

    agent: str
    pane: str
    pid: int
    stamp: float
    conversation: str = ""
    limited: bool = False
    until: float | None = None
