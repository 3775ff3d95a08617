"""A transaction on the server: staged here, then sent as one batch."""

from __future__ import annotations

from parallel_tui.adapters.store.files.documents import state
from parallel_tui.adapters.store.files.staged.events import StagedEvents
from parallel_tui.adapters.store.files.staged.journal import StagedJournal
from parallel_tui.adapters.store.files.staged.locks import StagedLocks, StagedWaiting
from parallel_tui.adapters.store.files.staged.state import (
    StagedConflicts,
    StagedDocument,
    StagedHandoffs,
    StagedSessions,
)
from parallel_tui.adapters.store.files.staged.tasks import StagedTasks
from parallel_tui.adapters.store.postgres.kinds.batch import Batch
from parallel_tui.adapters.store.postgres.kinds.events import EventRows, JournalRows, TaskRows
from parallel_tui.adapters.store.postgres.kinds.locks import LockRows, WaiterRows, locks_in
from parallel_tui.adapters.store.postgres.kinds.rows import Rows
from parallel_tui.adapters.store.postgres.kinds.state import StateRows
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.sharing.lock import Liveness, Lock, LockState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parallel_tui.adapters.store.postgres.kinds.events import Ask
    from parallel_tui.adapters.store.postgres.server.address import Row


class RowTransaction:
    """One change under the repository's lock.

    Attributes:
        page: The status page to publish; `None` for none.
        document: The state document.
        noted: Locks whose details are different, and nothing else.
        found: The answers that `rows` were made of; empty where none came from a server.

    Args:
        rows: As they stand under the lock.
        who: Session, or `user`.
        now: The store's clock, epoch seconds.
        ask: Asks the server within the transaction.
        repository: The repository's number there.
        last: Asks for the last generation of a name that is free.
    """

    def __init__(
        self,
        rows: Rows,
        who: str,
        now: float,
        ask: Ask,
        repository: int,
        last: Callable[[str], int],
    ) -> None:
        self.who = who
        self.now = now
        self.warnings: tuple[str, ...] = ()
        self.page: str | None = None
        self.rows = rows
        self.found: Sequence[Sequence[Row]] = ()
        self._repository = repository
        self.document = StagedDocument(StateRows(rows))
        self._ask = ask
        self._lines = JournalRows(ask, repository)
        self._held = LockRows(rows, last)
        self.locks = StagedLocks(self._held)
        self.noted: list[Lock] = []
        self.waiting = StagedWaiting(WaiterRows(rows))
        self.sessions = StagedSessions(self.document)
        self.handoffs = StagedHandoffs(self.document)
        self.events = StagedEvents(EventRows(ask, repository), now)
        self.tasks = StagedTasks(TaskRows(rows), self.document)
        self.conflicts = StagedConflicts(self.document)
        self.journal = StagedJournal(self._lines, now, lambda: self.who)

    def judge(self, lock: Lock) -> LockState:
        """What others may do about a lock."""
        return lock.state(self.now, self.life(lock))

    def life(self, lock: Lock) -> Liveness:
        """Whether the owner of a lock is proved alive, proved dead, or neither."""
        row = self.rows.locks.get(lock.name)
        same = row is not None and row.proof.generation == lock.generation
        return row.proof.life(lock) if row is not None and same else Liveness.UNKNOWN

    def read(self) -> Coordination:
        """Everything as it will be after the transaction, without events."""
        data = self.document.for_reading()
        locks = self.locks.all()
        return Coordination(
            locks=locks,
            sessions=state.sessions_of(data),
            handoffs=state.handoffs_of(data),
            tasks=self.tasks.all(),
            completed=state.completed_of(data),
            conflicts=state.conflicts_of(data),
            ended=frozenset(each.name for each in locks if self.life(each) is Liveness.DEAD),
        )

    def left_of(self, names: Sequence[str]) -> Sequence[Sequence[object]]:
        """What is left of locks that are free: each name, and its details as JSON.

        Args:
            names: As the server writes them.
        """
        where = "repository = %s AND owner IS NULL AND name = ANY(%s)"
        (found,) = self._ask(
            f"SELECT name, data::text FROM pdev.lock WHERE {where}", self._repository, list(names)
        )
        return found

    def publish(self, page: str) -> None:
        """Stage the status page."""
        self.page = page

    def batch(self) -> Batch:
        """Everything that was staged."""
        change = Batch(self._repository)
        for lock in self.noted:
            self._held.note(change, lock)
        self.locks.stage(change)
        self.events.stage(change)
        self.tasks.stage(change)
        self.document.stage(change)
        self.waiting.stage(change)
        for entry in self.journal.staged:
            self._lines.stage(change, entry)
        return change


def coordination_of(rows: Rows) -> Coordination:
    """What readers get of rows, without events."""
    data = StateRows(rows).load().data
    locks = locks_in(rows)
    return Coordination(
        locks=locks,
        sessions=state.sessions_of(data),
        handoffs=state.handoffs_of(data),
        tasks=TaskRows(rows).all()[0],
        completed=state.completed_of(data),
        conflicts=state.conflicts_of(data),
    )


def ended_in(rows: Rows, locks: tuple[Lock, ...]) -> frozenset[str]:
    """Names of locks whose owner is proved to be gone."""
    return frozenset(
        lock.name
        for lock in locks
        if (row := rows.locks.get(lock.name)) and row.proof.life(lock) is Liveness.DEAD
    )
