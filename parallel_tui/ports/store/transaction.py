"""One change of the store, open until its block ends."""

from __future__ import annotations

from typing import Protocol

from parallel_tui.model.sharing.coordination import (
    Coordination,
)
from parallel_tui.model.sharing.lock import Lock, LockState
from parallel_tui.ports.store.tables import (
    ConflictTable,
    EventLog,
    HandoffTable,
    JournalLog,
    LockTable,
    SessionTable,
    TaskBoard,
    WaitingLine,
)
from parallel_tui.ports.taken import TakenError as TakenError


class Transaction(Protocol):
    """One change of the store, open until its block ends."""

    @property
    def now(self) -> float:
        """When it began, in epoch seconds of the store's clock."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be written although the change succeeded; final after the block."""
        ...

    @property
    def locks(self) -> LockTable:
        """The locks."""
        ...

    @property
    def waiting(self) -> WaitingLine:
        """The queue of waiters."""
        ...

    @property
    def sessions(self) -> SessionTable:
        """The registered sessions."""
        ...

    @property
    def handoffs(self) -> HandoffTable:
        """The handoffs."""
        ...

    @property
    def events(self) -> EventLog:
        """The events."""
        ...

    @property
    def tasks(self) -> TaskBoard:
        """The task lists."""
        ...

    @property
    def conflicts(self) -> ConflictTable:
        """The reported conflicts."""
        ...

    @property
    def journal(self) -> JournalLog:
        """The journal."""
        ...

    def judge(self, lock: Lock) -> LockState:
        """What others may do about a lock at the time of this transaction."""
        ...

    def read(self) -> Coordination:
        """Everything as of this transaction, without events."""
        ...

    def publish(self, page: str) -> None:
        """Publish the status page; a page by another author stays."""
        ...
