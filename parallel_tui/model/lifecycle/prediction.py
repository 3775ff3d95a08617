"""What bringing one branch up to date would meet, found by simulating it."""

from __future__ import annotations

from parallel_tui.model.lifecycle.sync import SyncStep
from parallel_tui.model.record import dataclass


@dataclass(frozen=True, slots=True)
class Prediction:
    """What would happen to one head.

    Attributes:
        steps: Commits to replay, oldest first.
        conflicts: Paths in which a merge would conflict.
        notes: What could not be told, and what a rebase leaves out.
    """

    steps: tuple[SyncStep, ...] = ()
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
