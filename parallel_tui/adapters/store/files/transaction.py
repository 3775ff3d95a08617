"""A change of the shared files as one: staged in memory, carried out together, or not at all.

What counts as done is one `Change`: locks, events, task lists, the state document, waiters. The
journal and the status page are written after it; one that cannot be written is a warning, for the
change itself stands.
"""

from __future__ import annotations

from collections.abc import Callable

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files import reports, state
from parallel_tui.adapters.store.files.change import Change
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.record import dataclass, field, replace
from parallel_tui.model.sharing.journal import JournalEntry
from parallel_tui.model.sharing.tasks import (
    add_tasks,
    parse_list,
    render_list,
    tick,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parallel_tui.adapters.store.files.locks import LockFiles
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.model.sharing.conflict_report import BaseReport
    from parallel_tui.model.sharing.coordination import Coordination, Event, Handoff, SessionRecord
    from parallel_tui.model.sharing.journal import UndoAction
    from parallel_tui.model.sharing.lock import Lock, LockState
    from parallel_tui.model.sharing.tasks import (
        Task,
        TaskList,
    )
    from parallel_tui.model.sharing.waiting import Waiter
    from parallel_tui.model.text.strict_json import Json

Stage = Callable[[Change], None]
"""Adds something to a change."""


class FileTransaction:
    """One change under the guard.

    Args:
        store: Whose files.
        who: Session, or `user`.
    """

    def __init__(self, store: FileStore, who: str) -> None:
        self.who = who
        self.now = store.now()
        self.warnings: tuple[str, ...] = ()
        self.files = store
        self._document: dict[str, Json] | None = None
        self._page: str | None = None
        self.locks = _Locks(store.locks)
        self.waiting = _Waiting(store)
        self.sessions = _Sessions(self)
        self.handoffs = _Handoffs(self)
        self.events = _Events(self)
        self.tasks = _Tasks(self)
        self.conflicts = _Conflicts(self)
        self.log = _Journal(self)

    @property
    def journal(self) -> _Journal:
        """The journal."""
        return self.log

    def judge(self, lock: Lock) -> LockState:
        """What others may do about a lock."""
        return lock.state(self.now, self.files.liveness(lock))

    def for_reading(self) -> dict[str, Json]:
        """The state document as it will be; empty when it cannot be read."""
        return self.files.state.load().data if self._document is None else self._document

    def for_change(self) -> dict[str, Json]:
        """The state document, to be changed in place.

        Raises:
            RefusedError: When it cannot be read; it is left as it is.
        """
        if self._document is None:
            self._document = self.files.state.for_change()
        return self._document

    def read(self) -> Coordination:
        """Everything as it will be, without events."""
        data = self.for_reading()
        seen = self.files.read(events=0)
        try:
            locks = self.locks.all()
        except UnusableFileError:
            locks = ()
        return replace(
            seen,
            locks=locks,
            sessions=state.sessions_of(data),
            handoffs=state.handoffs_of(data),
            completed=state.completed_of(data),
            conflicts=state.conflicts_of(data),
            tasks=seen.tasks if seen.why_lost("tasks") else self.tasks.all(),
        )

    def publish(self, page: str) -> None:
        """Stage the status page."""
        self._page = page

    def commit(self) -> None:
        """Carry everything out.

        Raises:
            TakenError: When a program that knows no guard made a lock file meanwhile.
            RefusedError: When the disk refuses; nothing of it was done.
        """
        with Change(self.files.root) as change:
            self.locks.stage(change)
            self.events.stage(change)
            self.tasks.stage(change)
            if self._document is not None:
                self.files.state.stage(change, self._document)
            self.waiting.stage(change)

    def follow(self) -> None:
        """Write what tells of it: the journal, and the status page."""
        found: list[str] = []
        for entry in self.log.staged:
            try:
                self.files.log.write(entry)
            except (ParallelError, OSError) as error:
                found.append(f"the journal was not written: {error}")
        if self._page is not None:
            try:
                self.files.page.write(self._page)
            except (ParallelError, OSError) as error:
                found.append(f"status.md was not brought up to date: {error}")
        self.warnings = tuple(dict.fromkeys(found))


@dataclass(slots=True)
class _Locks:
    """Lock files, and what will become of them."""

    files: LockFiles
    now: dict[str, Lock | None] = field(default_factory=dict)
    steps: list[Stage] = field(default_factory=list)

    def all(self) -> tuple[Lock, ...]:
        standing = {lock.name: lock for lock in self.files.all()}
        found = (lock for lock in {**standing, **self.now}.values() if lock is not None)
        return tuple(sorted(found, key=lambda lock: lock.target))

    def get(self, name: str) -> Lock | None:
        return self.now[name] if name in self.now else self.files.read(name)

    def grant(self, lock: Lock) -> Lock | None:
        if self.get(lock.name) is not None:
            return None
        granted = replace(lock, generation=self.files.generation(lock.name) + 1)
        self.now[lock.name] = granted
        self.steps.append(lambda change: self.files.grant(change, granted))
        return granted

    def renew(self, lock: Lock) -> Lock:
        renewed = replace(lock, generation=self.files.generation(lock.name))
        self.now[lock.name] = renewed
        self.steps.append(lambda change: self.files.renew(change, renewed))
        return renewed

    def remove(self, lock: Lock) -> bool:
        if self.get(lock.name) is None:
            return False
        self.now[lock.name] = None
        self.steps.append(lambda change: self.files.drop(change, lock))
        return True

    def stage(self, change: Change) -> None:
        for step in self.steps:
            step(change)


@dataclass(slots=True)
class _Waiting:
    """The waiting line."""

    store: FileStore
    staged: tuple[Waiter, ...] | None = None

    def all(self) -> tuple[Waiter, ...]:
        return self.store.line.load() if self.staged is None else self.staged

    def replace(self, queue: Iterable[Waiter]) -> None:
        self.staged = tuple(queue)

    def stage(self, change: Change) -> None:
        if self.staged is not None:
            self.store.line.stage(change, self.staged)


@dataclass(frozen=True, slots=True)
class _Sessions:
    """The register in the state document."""

    transaction: FileTransaction

    def all(self) -> tuple[SessionRecord, ...]:
        return state.sessions_of(self.transaction.for_reading())

    def get(self, name: str) -> SessionRecord | None:
        return next((record for record in self.all() if record.name == name), None)

    def put(self, record: SessionRecord) -> None:
        state.put_session(self.transaction.for_change(), record)


@dataclass(frozen=True, slots=True)
class _Handoffs:
    """The handoffs in the state document."""

    transaction: FileTransaction

    def all(self) -> tuple[Handoff, ...]:
        return state.handoffs_of(self.transaction.for_reading())

    def get(self, handoff_id: str) -> Handoff | None:
        return next((each for each in self.all() if each.id == handoff_id), None)

    def put(self, handoff: Handoff) -> None:
        state.put_handoff(self.transaction.for_change(), handoff)


@dataclass(slots=True)
class _Events:
    """Event files: new and changed ones by id, removed ones as a set."""

    transaction: FileTransaction
    sent: dict[str, dict[str, Json]] = field(default_factory=dict)
    changed: dict[str, dict[str, Json]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)

    def all(self) -> tuple[Event, ...]:
        files = self.transaction.files.events
        found = {event.id: event for event in files.newest()[0] if event.id not in self.removed}
        for event_id, data in (*self.changed.items(), *self.sent.items()):
            found[event_id] = files.parse(event_id, data)
        return tuple(
            sorted(found.values(), key=lambda each: (each.timestamp, each.id), reverse=True)
        )

    def emit(
        self,
        kind: str,
        session: str,
        payload: Json,
        recipients: Sequence[str] = (),
        *,
        mark: str = "",
    ) -> str | None:
        files = self.transaction.files.events
        ids = [*self.sent, *(files.ids() if mark else ())]
        if mark and any(each.endswith(f"_{mark}") for each in ids if each not in self.removed):
            return None
        now = int(self.transaction.now * 1000)
        event_id, data = files.compose(kind, session, payload, tuple(recipients), now, mark)
        self.sent[event_id] = data
        return event_id

    def acknowledge(self, event_id: str, session: str) -> bool:
        if event_id in self.removed:
            raise UsageError(f"There is no event {event_id}", hint="See: pdev event list")
        files = self.transaction.files.events
        data = self.sent.get(event_id) or self.changed.get(event_id) or files.for_change(event_id)
        seen = data.get("acknowledged")
        by = list(seen) if isinstance(seen, list) else []
        if session in by:
            return False
        data["acknowledged"] = [*by, session]
        if event_id not in self.sent:
            self.changed[event_id] = data
        return True

    def remove(self, event_id: str) -> bool:
        if self.sent.pop(event_id, None) is not None:
            return True
        self.changed.pop(event_id, None)
        there = event_id not in self.removed and event_id in self.transaction.files.events.ids()
        if there:
            self.removed.add(event_id)
        return there

    def stage(self, change: Change) -> None:
        files = self.transaction.files.events
        for event_id, data in self.sent.items():
            files.create(change, event_id, data)
        for event_id, data in self.changed.items():
            files.put(change, event_id, data)
        for event_id in self.removed:
            files.drop(change, event_id)


@dataclass(slots=True)
class _Tasks:
    """Task files, as text by session."""

    transaction: FileTransaction
    staged: dict[str, str] = field(default_factory=dict)

    def all(self) -> tuple[TaskList, ...]:
        found = {each.session: each for each in self.transaction.files.tasks.all()[0]}
        found |= {session: parse_list(session, text) for session, text in self.staged.items()}
        return tuple(found[session] for session in sorted(found))

    def append(self, session: str, tasks: Sequence[Task]) -> None:
        text = self._text(session)
        if text is None:
            self.staged[session] = render_list(f"Session {session}", tasks)
        elif tasks:
            self.staged[session] = add_tasks(text, tasks)

    def replace(self, tasks: TaskList) -> None:
        self._text(tasks.session)  # one that cannot be read is not written over
        self.staged[tasks.session] = render_list(f"Session {tasks.session}", tasks.tasks)

    def tick(self, session: str, number: int, *, done: bool) -> str:
        text = self._text(session)
        if text is None:
            raise RefusedError(f"{session} has no task file", hint="Deal tasks: pdev distribute")
        changed, task = tick(text, number, done=done)
        if task is None:
            raise RefusedError(f"{session} has no task number {number}", hint="See: pdev tasks")
        if changed != text:
            self.staged[session] = changed
        return task

    def complete(self, task: str) -> None:
        data = self.transaction.for_change()
        done = data.get("completed_tasks")
        data["completed_tasks"] = [*(done if isinstance(done, list) else []), task]

    def stage(self, change: Change) -> None:
        for session, text in self.staged.items():
            self.transaction.files.tasks.stage(change, session, text)

    def _text(self, session: str) -> str | None:
        staged = self.staged.get(session)
        return self.transaction.files.tasks.text(session) if staged is None else staged


@dataclass(frozen=True, slots=True)
class _Conflicts:
    """The reported conflicts in the state document."""

    transaction: FileTransaction

    def all(self) -> Mapping[str, BaseReport]:
        return reports.reports_of(self.transaction.for_reading())

    def replace(self, wanted: Mapping[str, BaseReport]) -> None:
        reports.put_reports(self.transaction.for_change(), wanted)


@dataclass(slots=True)
class _Journal:
    """Journal lines."""

    transaction: FileTransaction
    staged: list[JournalEntry] = field(default_factory=list)

    def add(
        self,
        what: str,
        about: Mapping[str, Json],
        *,
        undo: UndoAction | None = None,
        who: str | None = None,
    ) -> None:
        when = int(self.transaction.now * 1000)
        by = who or self.transaction.who
        self.staged.append(JournalEntry(when, by, what, dict(about), undo))

    def tail(self, count: int) -> tuple[JournalEntry, ...]:
        return self.transaction.files.log.tail(count)
