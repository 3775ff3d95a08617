"""Paths that a session changed, and where the change stands."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass


class Where(StrEnum):
    """Where a change stands; the first is the most settled."""

    COMMITTED = "committed"
    STAGED = "staged"
    EDITED = "edited"
    UNTRACKED = "untracked"


@dataclass(frozen=True, slots=True, order=True)
class WrittenPath:
    """One path that was written.

    Attributes:
        path: Relative to the worktree's top, without a slash at its end.
        folder: Whether it stands for everything below it: a submodule, an untracked folder.
    """

    path: str
    folder: bool = False
