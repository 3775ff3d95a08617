"""The store of shared data: locks, sessions, handoffs, events, tasks, conflicts, journal.

Every engine keeps the promises of the conformance suite in `tests/store`:

* A transaction is all or nothing. It sees what was finished before it, nobody changes anything
  while it is open, and when its block raises, nothing of it remains.
* What cannot be read is named in `Coordination.problems`, held, and never overwritten.
* Time and proof of life are the store's to say: a store that several machines share has one clock.
"""

from __future__ import annotations

from parallel_tui.ports.store.outbox import Outbox
from parallel_tui.ports.store.store import Store, Watch
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
from parallel_tui.ports.store.transaction import Transaction
from parallel_tui.ports.store.upkeep import Adopted, Upkeep
from parallel_tui.ports.taken import TakenError

__all__ = [
    "Adopted",
    "ConflictTable",
    "EventLog",
    "HandoffTable",
    "JournalLog",
    "LockTable",
    "Outbox",
    "SessionTable",
    "Store",
    "TakenError",
    "TaskBoard",
    "Transaction",
    "Upkeep",
    "WaitingLine",
    "Watch",
]
