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
    """One change of the store, open until the block ends."""

    @property
    def now(self) -> float:
        """When it began, epoch seconds of the store's clock."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was not written although the change counts as done; final after the block."""
        ...

    @property
    def locks(self) -> LockTable:
        """Locks."""
        ...

    @property
    def waiting(self) -> WaitingLine:
        """Who waits for locks."""
        ...

    @property
    def sessions(self) -> SessionTable:
        """Registered sessions."""
        ...

    @property
    def handoffs(self) -> HandoffTable:
        """Handoffs."""
        ...

    @property
    def events(self) -> EventLog:
        """Events."""
        ...

    @property
    def tasks(self) -> TaskBoard:
        """Task lists."""
        ...

    @property
    def conflicts(self) -> ConflictTable:
        """Reported conflicts."""
        ...

    @property
    def journal(self) -> JournalLog:
        """The journal."""
        ...

    def judge(self, lock: Lock) -> LockState:
        """What others may do about a lock at the time of this transaction."""
        ...

    def read(self) -> Coordination:
        """Everything as it stands in this transaction, without events."""
        ...

    def publish(self, page: str) -> None:
        """Put the status page where sessions read it; one that somebody else wrote stays."""
        ...
