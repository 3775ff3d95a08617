"""Predicted result of syncing one branch, from a simulation."""

from __future__ import annotations

from parallel_tui.model.sync.sync import SyncStep
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Prediction:
    """Predicted result of a sync for one head.

    Attributes:
        steps: Commits to replay, oldest first.
        conflicts: Paths in which a merge would conflict.
        notes: What could not be told, and what a rebase leaves out.
        remembered: Whether git remembers how everything that conflicts was resolved.
        resolved: Paths that conflict, and become what they were resolved to before.
        tree: Tree that it leads to; empty where that is not known.
    """

    steps: tuple[SyncStep, ...] = ()
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    remembered: bool = False
    resolved: tuple[str, ...] = ()
    tree: str = ""
