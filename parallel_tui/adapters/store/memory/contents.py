"""Contents of an in-memory store, as one value that a transaction copies."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from parallel_tui.model.sharing.conflict_report import BaseReport, lines_of
from parallel_tui.model.sharing.coordination import (
    Coordination,
    Event,
    Handoff,
    SessionRecord,
)
from parallel_tui.model.sharing.journal import JournalEntry
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.tasks import TaskList
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.record import dataclass, field, replace


@dataclass
class MemoryContents:
    """Contents of the store; copied when a transaction starts, swapped in when it ends."""

    locks: dict[str, Lock] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    waiting: tuple[Waiter, ...] = ()
    sessions: dict[str, SessionRecord] = field(default_factory=dict)
    handoffs: dict[str, Handoff] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    tasks: dict[str, TaskList] = field(default_factory=dict)
    completed: tuple[str, ...] = ()
    reports: dict[str, BaseReport] = field(default_factory=dict)
    journal: tuple[JournalEntry, ...] = ()
    page: str = ""
    revision: int = 0

    def copy(self) -> MemoryContents:
        """A copy of the containers; their values are immutable."""
        return replace(
            self,
            locks=dict(self.locks),
            generations=dict(self.generations),
            sessions=dict(self.sessions),
            handoffs=dict(self.handoffs),
            events=dict(self.events),
            tasks=dict(self.tasks),
            reports=dict(self.reports),
        )

    def view(self, events: int | None, dead: Callable[[Lock], bool]) -> Coordination:
        """The shared state that readers get."""
        newest = newest_first(self.events.values())
        shown = newest if events is None else newest[:events]
        locks = tuple(sorted(self.locks.values(), key=lambda lock: lock.target))
        return Coordination(
            locks=locks,
            sessions=tuple(self.sessions[name] for name in sorted(self.sessions)),
            handoffs=ordered(self.handoffs.values()),
            events=shown,
            events_omitted=len(newest) - len(shown),
            tasks=tuple(self.tasks[name] for name in sorted(self.tasks)),
            completed=self.completed,
            conflicts=lines_of(self.reports),
            ended=frozenset(lock.name for lock in locks if dead(lock)),
        )


def ordered(handoffs: Iterable[Handoff]) -> tuple[Handoff, ...]:
    """Open ones oldest first, then closed ones newest first."""
    every = tuple(handoffs)
    open_ones = sorted((each for each in every if each.open), key=lambda each: each.timestamp)
    closed = sorted((each for each in every if not each.open), key=lambda each: -each.changed)
    return (*open_ones, *closed)


def newest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events, those sent last first."""
    return tuple(sorted(events, key=lambda each: (each.timestamp, each.id), reverse=True))
