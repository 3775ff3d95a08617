"""Local files that were copied or linked into a new worktree."""

from __future__ import annotations

from parallel_tui.record import dataclass, field


@dataclass(slots=True)
class Carried:
    """Files that were copied or linked.

    Attributes:
        marks: By path relative to the worktree, how the file looked when it arrived.
        bytes: Copied in all.
        warnings: What could not be carried, and why.
    """

    marks: dict[str, str] = field(default_factory=dict)
    bytes: int = 0
    warnings: list[str] = field(default_factory=list)
