"""Processes that run in a worktree."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Process:
    """A running process.

    Attributes:
        pid: Process id.
        name: Short name.
        cwd: Working directory.
    """

    pid: int
    name: str
    cwd: str
