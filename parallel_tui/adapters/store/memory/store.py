"""A store in this process's memory: the smallest engine that keeps every promise of the port.

Tests of services run on it; it also shows what an engine has to do and no more.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.record import dataclass, field, replace
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.conflict_report import BaseReport, lines_of
from parallel_tui.model.sharing.coordination import (
    Coordination,
    Event,
    Handoff,
    Problem,
    SessionRecord,
)
from parallel_tui.model.sharing.journal import JournalEntry, UndoAction
from parallel_tui.model.sharing.lock import Liveness, Lock, LockState
from parallel_tui.model.sharing.tasks import Task, TaskList
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.strict_json import Json
from parallel_tui.ports.store import Adopted

KEEP_CLOSED = 200
"""Closed handoffs that are kept."""


@dataclass
class _Contents:
    """Everything the store holds; copied at the start of a transaction, swapped in at its end."""

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

    def copy(self) -> _Contents:
        """The same values in containers of their own; the values are immutable."""
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
        """What readers see."""
        newest = _newest_first(self.events.values())
        shown = newest if events is None else newest[:events]
        locks = tuple(sorted(self.locks.values(), key=lambda lock: lock.target))
        return Coordination(
            locks=locks,
            sessions=tuple(self.sessions[name] for name in sorted(self.sessions)),
            handoffs=_ordered(self.handoffs.values()),
            events=shown,
            events_omitted=len(newest) - len(shown),
            tasks=tuple(self.tasks[name] for name in sorted(self.tasks)),
            completed=self.completed,
            conflicts=lines_of(self.reports),
            ended=frozenset(lock.name for lock in locks if dead(lock)),
        )


class MemoryStore:
    """A store for the threads of one process.

    Args:
        clock: Epoch seconds.
        liveness: Proof of life of a lock's owner; nobody is proved anything by default.
    """

    def __init__(
        self,
        clock: Callable[[], float] = lambda: 0.0,
        liveness: Callable[[Lock], Liveness] = lambda lock: Liveness.UNKNOWN,
    ) -> None:
        self._clock = clock
        self._liveness = liveness
        self._guard = threading.RLock()
        self._contents = _Contents()
        self._open: _MemoryTransaction | None = None
        self._watching: dict[int, Callable[[], None]] = {}
        self._numbers = itertools.count(1)

    def now(self) -> float:
        """The store's clock, epoch seconds."""
        return self._clock()

    def liveness(self, lock: Lock) -> Liveness:
        """Whether the session that holds a lock is proved alive, proved dead, or neither."""
        return self._liveness(lock)

    def read(self, *, events: int | None = 500) -> Coordination:
        """Everything there is."""
        return self._contents.view(events, self._dead)

    def journal(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest journal entries, newest first."""
        return self._contents.journal[::-1][:count]

    def reports(self) -> Mapping[str, BaseReport]:
        """What has been reported of conflicts, by the name of the base."""
        return dict(self._contents.reports)

    def waiting(self) -> frozenset[str]:
        """Sessions that commands wait for locks for."""
        return frozenset(each.owner for each in self._contents.waiting)

    @property
    def page(self) -> str:
        """The status page as published last."""
        return self._contents.page

    @contextmanager
    def change(self, who: str) -> Iterator[_MemoryTransaction]:
        """Open a transaction."""
        with self._guard:
            if self._open is not None:
                outer, self._open.who = self._open.who, who
                try:
                    yield self._open
                finally:
                    self._open.who = outer
                return
            contents = self._contents.copy()
            self._open = _MemoryTransaction(self, contents, who, next(self._numbers))
            try:
                yield self._open
            finally:
                self._open = None
            contents.revision += 1
            self._contents = contents
        for changed in tuple(self._watching.values()):
            changed()

    def watch(self, changed: Callable[[], None]) -> _Subscription:
        """Call a function after every transaction."""
        key = next(self._numbers)
        self._watching[key] = changed
        return _Subscription(self._watching, key)

    def _dead(self, lock: Lock) -> bool:
        return self._liveness(lock) is Liveness.DEAD


@dataclass(frozen=True, slots=True)
class _Subscription:
    """A function to call, until closed."""

    watching: dict[int, Callable[[], None]]
    key: int

    def close(self) -> None:
        """Call it no more."""
        with suppress(KeyError):
            del self.watching[self.key]


class _MemoryTransaction:
    """A transaction on a copy of the contents."""

    def __init__(self, store: MemoryStore, contents: _Contents, who: str, number: int) -> None:
        self.who = who
        self.now = store.now()
        self.warnings: tuple[str, ...] = ()
        self._store = store
        self._contents = contents
        self.locks = _Locks(contents)
        self.waiting = _Waiting(contents)
        self.sessions = _Sessions(contents)
        self.handoffs = _Handoffs(contents)
        self.events = _Events(contents, int(self.now * 1000), number)
        self.tasks = _Tasks(contents)
        self.conflicts = _Conflicts(contents)
        self.journal = _Journal(self, contents, contents.journal)

    def judge(self, lock: Lock) -> LockState:
        """What others may do about a lock."""
        return lock.state(self.now, self._store.liveness(lock))

    def read(self) -> Coordination:
        """Everything in this transaction, without events."""
        return self._contents.view(0, lambda lock: self._store.liveness(lock) is Liveness.DEAD)

    def publish(self, page: str) -> None:
        """Keep the status page."""
        self._contents.page = page


@dataclass(frozen=True, slots=True)
class _Locks:
    contents: _Contents

    def all(self) -> tuple[Lock, ...]:
        return tuple(sorted(self.contents.locks.values(), key=lambda lock: lock.target))

    def get(self, name: str) -> Lock | None:
        return self.contents.locks.get(name)

    def grant(self, lock: Lock) -> Lock | None:
        if lock.name in self.contents.locks:
            return None
        generation = self.contents.generations.get(lock.name, 0) + 1
        self.contents.generations[lock.name] = generation
        granted = replace(lock, generation=generation)
        self.contents.locks[lock.name] = granted
        return granted

    def renew(self, lock: Lock) -> Lock:
        renewed = replace(lock, generation=self.contents.generations.get(lock.name, 0))
        self.contents.locks[lock.name] = renewed
        return renewed

    def remove(self, lock: Lock) -> bool:
        return self.contents.locks.pop(lock.name, None) is not None


@dataclass(frozen=True, slots=True)
class _Waiting:
    contents: _Contents

    def all(self) -> tuple[Waiter, ...]:
        return self.contents.waiting

    def replace(self, queue: Iterable[Waiter]) -> None:
        self.contents.waiting = tuple(queue)


@dataclass(frozen=True, slots=True)
class _Sessions:
    contents: _Contents

    def all(self) -> tuple[SessionRecord, ...]:
        return tuple(self.contents.sessions[name] for name in sorted(self.contents.sessions))

    def get(self, name: str) -> SessionRecord | None:
        return self.contents.sessions.get(name)

    def put(self, record: SessionRecord) -> None:
        self.contents.sessions[record.name] = record


@dataclass(frozen=True, slots=True)
class _Handoffs:
    contents: _Contents

    def all(self) -> tuple[Handoff, ...]:
        return _ordered(self.contents.handoffs.values())

    def get(self, handoff_id: str) -> Handoff | None:
        return self.contents.handoffs.get(handoff_id)

    def put(self, handoff: Handoff) -> None:
        self.contents.handoffs[handoff.id] = handoff
        closed = [each for each in self.all() if not each.open]
        for each in closed[KEEP_CLOSED:]:
            del self.contents.handoffs[each.id]


@dataclass(slots=True)
class _Events:
    contents: _Contents
    now: int
    transaction: int
    sent: int = 0

    def all(self) -> tuple[Event, ...]:
        return _newest_first(self.contents.events.values())

    def emit(
        self,
        kind: str,
        session: str,
        payload: Json,
        recipients: Sequence[str] = (),
        *,
        mark: str = "",
    ) -> str | None:
        if mark and any(each.endswith(f"_{mark}") for each in self.contents.events):
            return None
        self.sent += 1
        event_id = f"{self.now}_{mark or f'{self.transaction:x}-{self.sent:x}'}"
        text = strict_json.readable(payload)
        event = Event(event_id, kind, session, text, self.now, (), tuple(recipients))
        self.contents.events[event_id] = event
        return event_id

    def acknowledge(self, event_id: str, session: str) -> bool:
        event = self.contents.events.get(event_id)
        if event is None:
            raise UsageError(f"There is no event {event_id}", hint="See: pdev event list")
        if session in event.acknowledged:
            return False
        seen = (*event.acknowledged, session)
        self.contents.events[event_id] = replace(event, acknowledged=seen)
        return True

    def remove(self, event_id: str) -> bool:
        return self.contents.events.pop(event_id, None) is not None


@dataclass(frozen=True, slots=True)
class _Tasks:
    contents: _Contents

    def all(self) -> tuple[TaskList, ...]:
        return tuple(self.contents.tasks[name] for name in sorted(self.contents.tasks))

    def append(self, session: str, tasks: Sequence[Task]) -> None:
        standing = self.contents.tasks.get(session, TaskList(session))
        self.contents.tasks[session] = replace(standing, tasks=(*standing.tasks, *tasks))

    def replace(self, tasks: TaskList) -> None:
        self.contents.tasks[tasks.session] = tasks

    def tick(self, session: str, number: int, *, done: bool) -> str:
        standing = self.contents.tasks.get(session)
        if standing is None:
            raise RefusedError(f"{session} has no task file", hint="Deal tasks: pdev distribute")
        if not 1 <= number <= len(standing.tasks):
            raise RefusedError(f"{session} has no task number {number}", hint="See: pdev tasks")
        tasks = list(standing.tasks)
        tasks[number - 1] = replace(tasks[number - 1], done=done)
        self.contents.tasks[session] = replace(standing, tasks=tuple(tasks))
        return tasks[number - 1].text

    def complete(self, task: str) -> None:
        self.contents.completed = (*self.contents.completed, task)


@dataclass(frozen=True, slots=True)
class _Conflicts:
    contents: _Contents

    def all(self) -> Mapping[str, BaseReport]:
        return dict(self.contents.reports)

    def replace(self, reports: Mapping[str, BaseReport]) -> None:
        self.contents.reports = dict(reports)


@dataclass(frozen=True, slots=True)
class _Journal:
    transaction: _MemoryTransaction
    contents: _Contents
    before: tuple[JournalEntry, ...]

    def add(
        self,
        what: str,
        about: Mapping[str, Json],
        *,
        undo: UndoAction | None = None,
        who: str | None = None,
    ) -> None:
        by = who or self.transaction.who
        entry = JournalEntry(int(self.transaction.now * 1000), by, what, dict(about), undo)
        self.contents.journal = (*self.contents.journal, entry)

    def tail(self, count: int) -> tuple[JournalEntry, ...]:
        return self.before[::-1][:count]


def _ordered(handoffs: Iterable[Handoff]) -> tuple[Handoff, ...]:
    every = tuple(handoffs)
    open_ones = sorted((each for each in every if each.open), key=lambda each: each.timestamp)
    closed = sorted((each for each in every if not each.open), key=lambda each: -each.changed)
    return (*open_ones, *closed)


def _newest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda each: (each.timestamp, each.id), reverse=True))


class MemoryUpkeep:
    """Upkeep of a store that has no files: there is nothing to repair, and nothing is left over."""

    journal_path = ""

    def repair(self, name: str) -> str:
        """Nothing here needs repair.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{name!r} is not a file that needs repair")

    def strays(self, worktrees: Iterable[Worktree]) -> tuple[Problem, ...]:
        """None."""
        return ()

    def adopt(self, worktree: Worktree) -> Adopted | None:
        """Nothing."""
        return None

    def ended_waiters(self) -> int:
        """None."""
        return 0

    def unreadable_lines(self) -> int:
        """None."""
        return 0
