"""Messages that wait, in memory."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from parallel_tui.model.sharing.message import Message, MessageKind, Outcome
from parallel_tui.record import dataclass, field


@dataclass(slots=True)
class MemoryOutbox:
    """Queues of messages for the threads of one process.

    Attributes:
        clock: Epoch seconds.
    """

    clock: Callable[[], float]
    _waiting: dict[str, Message] = field(default_factory=dict)
    _typing: set[str] = field(default_factory=set)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def queued(self, session: str | None = None) -> tuple[Message, ...]:
        """See `Outbox.queued`."""
        with self._guard:
            found = [each for each in self._waiting.values() if session in (None, each.session)]
        return tuple(sorted(found, key=lambda each: (each.at, each.id)))

    def add(
        self, session: str, kind: MessageKind, sender: str, text: str, *, mark: str = ""
    ) -> Message:
        """See `Outbox.add`."""
        now = self.clock()
        number = next(self._numbers)
        name = f"{int(now * 1000):014d}_{mark or f'{number:08x}'}"
        message = Message(name, session, kind, sender, text, now)
        with self._guard:
            self._waiting[f"{session}/{name}"] = message
        return message

    def take(self, message: Message, outcome: Outcome) -> bool:
        """See `Outbox.take`."""
        with self._guard:
            return self._waiting.pop(f"{message.session}/{message.id}", None) is not None

    def give_back(self, message: Message, outcome: Outcome) -> None:
        """See `Outbox.give_back`."""
        with self._guard:
            self._waiting[f"{message.session}/{message.id}"] = message

    def settle(self, message: Message, outcome: Outcome) -> None:
        """See `Outbox.settle`: what was taken is not kept here."""

    @contextmanager
    def alone(self, session: str) -> Iterator[bool]:
        """See `Outbox.alone`."""
        with self._guard:
            taken = session not in self._typing
            self._typing.add(session)
        try:
            yield taken
        finally:
            if taken:
                self._typing.discard(session)

    def tidy(self, before: float) -> int:
        """See `Outbox.tidy`."""
        with self._guard:
            old = [key for key, each in self._waiting.items() if each.at < before]
            for key in old:
                del self._waiting[key]
        return len(old)
