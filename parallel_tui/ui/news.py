"""Select the changes between two snapshots that deserve a toast."""

from __future__ import annotations

from typing import Literal

from parallel_tui.model.view.changes import Attention, Change, ChangeKind, changes
from parallel_tui.model.view.overlap_news import OverlapNews
from parallel_tui.model.view.snapshot import Snapshot, WatchMode
from parallel_tui.record import dataclass

_MANY = 3
"""More news of one kind than this at once are told as one."""


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One toast.

    Attributes:
        text: What happened.
        severity: How loud.
    """

    text: str
    severity: Literal["information", "warning", "error"] = "information"


class News:
    """Compares each snapshot with the one before; the first one is no news."""

    def __init__(self) -> None:
        self._before: Snapshot | None = None
        self._overlaps = OverlapNews()

    def of(self, now: Snapshot) -> tuple[NewsLine, ...]:
        """Changes since the last call, one line for each kind when there are many."""
        before, self._before = self._before, now
        found = [*self._overlaps.of(now)]  # knows its own beginning
        # Until the watch runs, snapshots fill in what has long been so.
        if before is not None and before.watch is not WatchMode.STARTING:
            found += changes(before, now)
        by_kind: dict[ChangeKind, list[Change]] = {}
        for change in found:
            if _tellable(change):
                by_kind.setdefault(change.kind, []).append(change)
        return tuple(line for group in by_kind.values() for line in _lines(group))


def _tellable(change: Change) -> bool:
    if change.kind is ChangeKind.VANISHED:  # a worktree that goes is news, a window comes and goes
        return not (change.session or "").startswith("window:")
    return change.severity is not Attention.LOG


def _lines(group: list[Change]) -> list[NewsLine]:
    told = [NewsLine(change.message, _loud(change)) for change in group]
    # One save can touch a dozen others; the pane has them all.
    most = 1 if group[0].kind is ChangeKind.OVERLAP else _MANY
    if len(told) <= most:
        return told
    rest = f"{told[0].text}; {len(told) - 1} more {group[0].kind.value}"
    return [NewsLine(rest, told[0].severity)]


def _loud(change: Change) -> Literal["information", "warning", "error"]:
    if change.kind in (ChangeKind.TROUBLE, ChangeKind.MISSING):
        return "error"
    return "warning" if change.severity is Attention.ATTENTION else "information"
