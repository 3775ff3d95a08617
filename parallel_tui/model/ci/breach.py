"""A change that leaves the boundaries of its session."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """One path that a session changed and that is not its own.

    Attributes:
        path: The path, relative to the root.
        sentence: What is wrong, for a person.
        denied: Whether it is forbidden, not only worth a warning.
    """

    path: str
    sentence: str
    denied: bool
