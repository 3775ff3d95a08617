"""The parts of a transaction on a copy of the contents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from parallel_tui.adapters.store.memory.contents import MemoryContents, newest_first, ordered
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.sharing.conflict_report import BaseReport
from parallel_tui.model.sharing.coordination import (
    Event,
    Handoff,
    SessionRecord,
)
from parallel_tui.model.sharing.journal import JournalEntry, UndoAction
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.tasks import Task, TaskList
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.strict_json import Json
from parallel_tui.record import dataclass, replace

KEEP_CLOSED = 200
"""Closed handoffs that are kept."""


@dataclass(frozen=True, slots=True)
class MemoryLocks:
    """The locks inside a transaction."""

    contents: MemoryContents

    def all(self) -> tuple[Lock, ...]:
        """Every lock, by target."""
        return tuple(sorted(self.contents.locks.values(), key=lambda lock: lock.target))

    def get(self, name: str) -> Lock | None:
        """The lock of a name, or `None` when it is free."""
        return self.contents.locks.get(name)

    def grant(self, lock: Lock) -> Lock | None:
        """Write a new lock with the next generation; `None` when the name is taken."""
        if lock.name in self.contents.locks:
            return None
        generation = self.contents.generations.get(lock.name, 0) + 1
        self.contents.generations[lock.name] = generation
        granted = replace(lock, generation=generation)
        self.contents.locks[lock.name] = granted
        return granted

    def renew(self, lock: Lock) -> Lock:
        """Rewrite a lock that its owner holds already."""
        renewed = replace(lock, generation=self.contents.generations.get(lock.name, 0))
        self.contents.locks[lock.name] = renewed
        return renewed

    def remove(self, lock: Lock) -> bool:
        """Delete a lock; returns whether it existed."""
        return self.contents.locks.pop(lock.name, None) is not None


@dataclass(frozen=True, slots=True)
class MemoryWaiting:
    """The queue of waiters inside a transaction."""

    contents: MemoryContents

    def all(self) -> tuple[Waiter, ...]:
        """Waiters whose process is not proved dead."""
        return self.contents.waiting

    def replace(self, queue: Iterable[Waiter]) -> None:
        """Rewrite the whole queue."""
        self.contents.waiting = tuple(queue)


@dataclass(frozen=True, slots=True)
class MemorySessions:
    """The registered sessions inside a transaction."""

    contents: MemoryContents

    def all(self) -> tuple[SessionRecord, ...]:
        """Every record."""
        return tuple(self.contents.sessions[name] for name in sorted(self.contents.sessions))

    def get(self, name: str) -> SessionRecord | None:
        """The record of a session, or `None`."""
        return self.contents.sessions.get(name)

    def put(self, record: SessionRecord) -> None:
        """Write a record."""
        self.contents.sessions[record.name] = record


@dataclass(frozen=True, slots=True)
class MemoryHandoffs:
    """The handoffs inside a transaction."""

    contents: MemoryContents

    def all(self) -> tuple[Handoff, ...]:
        """Open ones oldest first, then closed ones newest first."""
        return ordered(self.contents.handoffs.values())

    def get(self, handoff_id: str) -> Handoff | None:
        """The handoff of an id, or `None`."""
        return self.contents.handoffs.get(handoff_id)

    def put(self, handoff: Handoff) -> None:
        """Write a handoff."""
        self.contents.handoffs[handoff.id] = handoff
        closed = [each for each in self.all() if not each.open]
        for each in closed[KEEP_CLOSED:]:
            del self.contents.handoffs[each.id]


@dataclass(slots=True)
class MemoryEvents:
    """The events inside a transaction."""

    contents: MemoryContents
    now: int
    transaction: int
    sent: int = 0

    def all(self) -> tuple[Event, ...]:
        """Every event, newest first."""
        return newest_first(self.contents.events.values())

    def emit(
        self,
        kind: str,
        session: str,
        payload: Json,
        recipients: Sequence[str] = (),
        *,
        mark: str = "",
    ) -> str | None:
        """Send an event; returns its id, or `None` when one with this mark exists."""
        if mark and any(each.endswith(f"_{mark}") for each in self.contents.events):
            return None
        self.sent += 1
        event_id = f"{self.now}_{mark or f'{self.transaction:08x}-{self.sent:04x}'}"
        text = strict_json.readable(payload)
        event = Event(event_id, kind, session, text, self.now, (), tuple(recipients))
        self.contents.events[event_id] = event
        return event_id

    def acknowledge(self, event_id: str, session: str) -> bool:
        """Add a session to those that have seen an event; returns whether it was new."""
        event = self.contents.events.get(event_id)
        if event is None:
            raise UsageError(f"There is no event {event_id}", hint="See: pdev event list")
        if session in event.acknowledged:
            return False
        seen = (*event.acknowledged, session)
        self.contents.events[event_id] = replace(event, acknowledged=seen)
        return True

    def remove(self, event_id: str) -> bool:
        """Delete an event; returns whether it existed."""
        return self.contents.events.pop(event_id, None) is not None


@dataclass(frozen=True, slots=True)
class MemoryTasks:
    """The task lists inside a transaction."""

    contents: MemoryContents

    def all(self) -> tuple[TaskList, ...]:
        """Every list, by session."""
        return tuple(self.contents.tasks[name] for name in sorted(self.contents.tasks))

    def append(self, session: str, tasks: Sequence[Task]) -> None:
        """Append tasks to a session's list."""
        standing = self.contents.tasks.get(session, TaskList(session))
        self.contents.tasks[session] = replace(standing, tasks=(*standing.tasks, *tasks))

    def replace(self, tasks: TaskList) -> None:
        """Rewrite a session's whole list."""
        self.contents.tasks[tasks.session] = tasks

    def tick(self, session: str, number: int, *, done: bool) -> str:
        """Tick or untick one task; returns its text."""
        standing = self._demand(session, number)
        tasks = list(standing.tasks)
        tasks[number - 1] = replace(tasks[number - 1], done=done)
        self.contents.tasks[session] = replace(standing, tasks=tuple(tasks))
        return tasks[number - 1].text

    def take(self, session: str, number: int) -> Task:
        """Take one task out of a list; returns it."""
        standing = self._demand(session, number)
        tasks = list(standing.tasks)
        taken = tasks.pop(number - 1)
        self.contents.tasks[session] = replace(standing, tasks=tuple(tasks))
        return taken

    def _demand(self, session: str, number: int) -> TaskList:
        standing = self.contents.tasks.get(session)
        if standing is None:
            raise RefusedError(f"{session} has no task file", hint="Deal tasks: pdev distribute")
        if not 1 <= number <= len(standing.tasks):
            raise RefusedError(f"{session} has no task number {number}", hint="See: pdev tasks")
        return standing

    def complete(self, task: str) -> None:
        """Add to the tasks reported complete."""
        self.contents.completed = (*self.contents.completed, task)


@dataclass(frozen=True, slots=True)
class MemoryConflicts:
    """The reported conflicts inside a transaction."""

    contents: MemoryContents

    def all(self) -> Mapping[str, BaseReport]:
        """Reports by the name of the base."""
        return dict(self.contents.reports)

    def replace(self, reports: Mapping[str, BaseReport]) -> None:
        """Rewrite all reports."""
        self.contents.reports = dict(reports)


@dataclass(frozen=True, slots=True)
class MemoryJournal:
    """The journal inside a transaction."""

    contents: MemoryContents
    now: float
    signed: Callable[[], str]
    before: tuple[JournalEntry, ...]

    def add(
        self,
        what: str,
        about: Mapping[str, Json],
        *,
        undo: UndoAction | None = None,
        who: str | None = None,
    ) -> None:
        """Add an entry for this transaction."""
        by = who or self.signed()
        entry = JournalEntry(int(self.now * 1000), by, what, dict(about), undo)
        self.contents.journal = (*self.contents.journal, entry)

    def tail(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest entries before this transaction, newest first."""
        return self.before[::-1][:count]
