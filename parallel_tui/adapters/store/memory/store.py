"""In-memory store: the smallest one that keeps every promise of the port.

Tests of services run on it; it also shows what an engine has to do and no more.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from parallel_tui.adapters.store.memory.contents import MemoryContents
from parallel_tui.adapters.store.memory.outbox import MemoryOutbox
from parallel_tui.adapters.store.memory.transaction import MemoryTransaction
from parallel_tui.adapters.store.nesting import as_part_of
from parallel_tui.model.sharing.conflict_report import BaseReport
from parallel_tui.model.sharing.coordination import (
    Coordination,
)
from parallel_tui.model.sharing.journal import JournalEntry
from parallel_tui.model.sharing.lock import Liveness, Lock
from parallel_tui.model.sharing.message import Message
from parallel_tui.record import dataclass


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
        self._contents = MemoryContents()
        self._open: MemoryTransaction | None = None
        self._watching: dict[int, Callable[[], None]] = {}
        self._numbers = itertools.count(1)
        self.outbox = MemoryOutbox(self.now)
        self.listening: set[str] = set()

    def now(self) -> float:
        """The store's clock, epoch seconds."""
        return self._clock()

    def liveness(self, lock: Lock) -> Liveness:
        """Whether the session that holds a lock is proved alive, proved dead, or neither."""
        return self._liveness(lock)

    def read(self, *, events: int | None = 500) -> Coordination:
        """The whole shared state."""
        return self._contents.view(events, self._dead)

    def journal(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest journal entries, newest first."""
        return self._contents.journal[::-1][:count]

    def reports(self) -> Mapping[str, BaseReport]:
        """The reported conflicts, by the name of the base."""
        return dict(self._contents.reports)

    def waiting(self) -> frozenset[str]:
        """Sessions whose commands wait for locks."""
        return frozenset(each.owner for each in self._contents.waiting)

    def messages(self) -> tuple[Message, ...]:
        """What waits for agents, oldest first."""
        return self.outbox.queued()

    def listens(self, session: str) -> bool:
        """Whether an agent of this session has told anything by its hooks: none does here."""
        return session in self.listening

    @property
    def page(self) -> str:
        """The status page last published."""
        return self._contents.page

    @contextmanager
    def change(self, who: str) -> Iterator[MemoryTransaction]:
        """Open a transaction."""
        with self._guard:
            if self._open is not None:
                with as_part_of(self._open, who) as outer:
                    yield outer
                return
            contents = self._contents.copy()
            self._open = MemoryTransaction(
                contents, who, next(self._numbers), self.now(), self._liveness
            )
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
    """A function to call until the subscription is closed."""

    watching: dict[int, Callable[[], None]]
    key: int

    def close(self) -> None:
        """Stop calling it."""
        with suppress(KeyError):
            del self.watching[self.key]
