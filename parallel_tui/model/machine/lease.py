"""What a store on a server knows of the machines that use it. Pure."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """What a store on a server knows of a machine.

    Attributes:
        name: Its name among those who share work; its own where it shares none.
        present: Whether what it said of itself still counts.
        heard: When it was heard of last before that was asked, in epoch seconds by our clock.
        behind: Seconds by which its clock is behind ours.
    """

    name: str
    present: bool
    heard: float
    behind: float
