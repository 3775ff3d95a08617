"""The store as a whole: read, changed by transactions, and watched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from parallel_tui.model.sharing.conflict_report import BaseReport
from parallel_tui.model.sharing.coordination import (
    Coordination,
)
from parallel_tui.model.sharing.journal import JournalEntry
from parallel_tui.model.sharing.lock import Liveness, Lock
from parallel_tui.model.sharing.message import Message
from parallel_tui.ports.store.outbox import Outbox
from parallel_tui.ports.store.transaction import Transaction


class Watch(Protocol):
    """A subscription to changes of the store."""

    def close(self) -> None:
        """End it; the function is not called after this returns."""
        ...


class Store(Protocol):
    """The data that sessions of one repository share."""

    def read(self, *, events: int | None = 500) -> Coordination:
        """Everything readable, and unreadable parts as `problems`; never raises for them.

        Args:
            events: How many of the newest events; `None` for all.
        """
        ...

    def change(self, who: str) -> AbstractContextManager[Transaction]:
        """Open a transaction; inside another one of the same thread, it is part of that one.

        Args:
            who: Session, or `user`; stands in the journal.

        Raises:
            CouldNotLookError: When others hold the store for too long.
            TakenError: When a program that knows no guard took a lock's name meanwhile.
            RefusedError: When something that is to be changed cannot be read, or the change
                cannot be written; nothing of it remains.
        """
        ...

    def watch(self, changed: Callable[[], None]) -> Watch:
        """Call a function from any thread whenever something may have changed."""
        ...

    def journal(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest journal entries, newest first."""
        ...

    def reports(self) -> Mapping[str, BaseReport]:
        """The reported conflicts, by the name of the base.

        Raises:
            CouldNotLookError: When it cannot be read.
        """
        ...

    def waiting(self) -> frozenset[str]:
        """Sessions whose commands wait for locks."""
        ...

    def now(self) -> float:
        """The store's clock, epoch seconds."""
        ...

    def messages(self) -> tuple[Message, ...]:
        """What waits for agents, oldest first; never raises for what cannot be read."""
        ...

    def listens(self, session: str) -> bool:
        """Whether an agent of this session has told anything by its hooks, which deliver."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Messages that wait for agents."""
        ...

    def liveness(self, lock: Lock) -> Liveness:
        """Whether the session that holds a lock is proved alive, proved dead, or neither."""
        ...
