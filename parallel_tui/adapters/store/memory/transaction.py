"""A transaction on a copy of the contents, which is swapped in at its end."""

from __future__ import annotations

from collections.abc import Callable

from parallel_tui.adapters.store.memory.contents import MemoryContents
from parallel_tui.adapters.store.memory.tables import (
    MemoryConflicts,
    MemoryEvents,
    MemoryHandoffs,
    MemoryJournal,
    MemoryLocks,
    MemorySessions,
    MemoryTasks,
    MemoryWaiting,
)
from parallel_tui.model.sharing.coordination import (
    Coordination,
)
from parallel_tui.model.sharing.lock import Liveness, Lock, LockState


class MemoryTransaction:
    """A transaction on a copy of the contents.

    Args:
        contents: The copy.
        who: Session, or `user`; a nested transaction has its own.
        number: Its number, which tells its events from those of others.
        now: When it began, epoch seconds.
        liveness: Proof of life of a lock's owner.
    """

    def __init__(
        self,
        contents: MemoryContents,
        who: str,
        number: int,
        now: float,
        liveness: Callable[[Lock], Liveness],
    ) -> None:
        self.who = who
        self.now = now
        self.warnings: tuple[str, ...] = ()
        self._liveness = liveness
        self._contents = contents
        self.locks = MemoryLocks(contents)
        self.waiting = MemoryWaiting(contents)
        self.sessions = MemorySessions(contents)
        self.handoffs = MemoryHandoffs(contents)
        self.events = MemoryEvents(contents, int(self.now * 1000), number)
        self.tasks = MemoryTasks(contents)
        self.conflicts = MemoryConflicts(contents)
        self.journal = MemoryJournal(contents, self.now, lambda: self.who, contents.journal)

    def judge(self, lock: Lock) -> LockState:
        """What others may do about a lock."""
        return lock.state(self.now, self._liveness(lock))

    def read(self) -> Coordination:
        """Everything in this transaction, without events."""
        return self._contents.view(0, lambda lock: self._liveness(lock) is Liveness.DEAD)

    def publish(self, page: str) -> None:
        """Keep the status page."""
        self._contents.page = page
