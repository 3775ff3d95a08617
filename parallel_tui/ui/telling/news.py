"""Select what happened between two snapshots and put it into lines, with the ways to tell each."""

from __future__ import annotations

from typing import Literal

from parallel_tui.model.view.changes import Attention, Change, ChangeKind, changes
from parallel_tui.model.view.overlap_news import OverlapNews
from parallel_tui.model.view.snapshot import Snapshot, WatchMode
from parallel_tui.model.view.telling import Remembered, Telling, decide
from parallel_tui.model.view.wishes import Channel, Held, Moment, Wishes
from parallel_tui.record import dataclass, replace

_MANY = 3
"""More news of one kind than this at once are told as one."""


@dataclass(frozen=True, slots=True)
class NewsLine:
    """One piece of news in words.

    Attributes:
        text: What happened.
        severity: How loud.
        by: How it is told; empty where it is only noted.
        held: Why it is only noted.
        about: Id of what it is about, where that has one.
    """

    text: str
    severity: Literal["information", "warning", "error"] = "information"
    by: frozenset[Channel] = frozenset({Channel.TOAST})
    held: Held | None = None
    about: str = ""


class News:
    """Compares each snapshot with the one before; the first one is no news.

    Attributes:
        wishes: What the user wants to be told.
    """

    def __init__(self) -> None:
        self.wishes = Wishes()
        self._before: Snapshot | None = None
        self._overlaps = OverlapNews()
        self._memory = Remembered()

    def of(self, now: Snapshot, moment: Moment) -> tuple[NewsLine, ...]:
        """Changes since the last call, one line for each kind when there are many.

        Args:
            now: What is so.
            moment: When and where it arrives.
        """
        before, self._before = self._before, now
        first_look = not self._overlaps.begun
        found = [*self._overlaps.of(now)]  # knows its own beginning
        # Until the watch runs, snapshots fill in what has long been so.
        if before is not None and before.watch is not WatchMode.STARTING:
            found += changes(before, now)
        told = [each for each in found if _tellable(each)]
        moment = replace(moment, first_look=first_look)
        self._memory, tellings = decide(self._memory, told, now, self.wishes, moment)
        groups: dict[tuple[ChangeKind, frozenset[Channel], Held | None], list[Telling]] = {}
        for each in tellings:
            groups.setdefault((each.change.kind, each.by, each.held), []).append(each)
        return tuple(line for group in groups.values() for line in _lines(group))


def _tellable(change: Change) -> bool:
    if change.kind is ChangeKind.VANISHED:  # a worktree that goes is news, a window comes and goes
        return not (change.session or "").startswith("window:")
    return change.severity is not Attention.LOG


def _lines(group: list[Telling]) -> list[NewsLine]:
    told = [
        NewsLine(
            each.change.message, _loud(each.change), each.by, each.held, about=each.change.about
        )
        for each in group
    ]
    kind = group[0].change.kind
    # One save can touch a dozen others; the pane has them all.
    most = 1 if kind is ChangeKind.OVERLAP else _MANY
    if len(told) <= most:
        return told
    return [replace(told[0], text=f"{told[0].text}; {len(told) - 1} more {kind.value}", about="")]


def _loud(change: Change) -> Literal["information", "warning", "error"]:
    if change.kind in (
        *(ChangeKind.TROUBLE, ChangeKind.MISSING),
        *(ChangeKind.FAILED, ChangeKind.CRASHED),
    ):
        return "error"
    return "warning" if change.severity is Attention.ATTENTION else "information"
