"""`.claude/pdev/outbox`: a folder a session, a file a message, taken by renaming it.

The hook of an agent takes messages too, without our guard: a rename happens once, whoever does it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from parallel_tui.adapters.disk import flock
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.errors import ParallelError
from parallel_tui.model.sharing.message import (
    Message,
    MessageKind,
    Outcome,
    folder_of,
    session_of,
)
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Final

    from parallel_tui.adapters.store.files.mechanics.folder import Folder, Stamp
    from parallel_tui.adapters.store.files.mechanics.json_document import Json

SUFFIX: Final = ".json"
TYPING: Final = "typing"
"""File of a queue that is locked by whoever types."""

SCHEMA: Final = 1


@dataclass(slots=True)
class OutboxFiles:
    """Reads and changes the queues.

    Attributes:
        folder: `.claude/pdev/outbox`.
        clock: Epoch seconds.
    """

    folder: Folder
    clock: Callable[[], float]
    _seen: dict[tuple[str, str], tuple[Stamp, Message | None]] = field(
        default_factory=dict, repr=False
    )

    def queued(self, session: str | None = None) -> tuple[Message, ...]:
        """See `Outbox.queued`. Files that did not change are not read again."""
        try:
            names = self.folder.names() if session is None else (folder_of(session),)
        except UnusableFileError:
            return ()
        fresh: dict[tuple[str, str], tuple[Stamp, Message | None]] = {}
        for name in names:
            fresh |= self._of(name)
        if session is None:
            self._seen = fresh
        found = [message for _, message in fresh.values() if message is not None]
        return tuple(sorted(found, key=lambda each: (each.at, each.id)))

    def add(
        self, session: str, kind: MessageKind, sender: str, text: str, *, mark: str = ""
    ) -> Message:
        """See `Outbox.add`."""
        now = self.clock()
        message_id = f"{int(now * 1000):014d}_{mark or os.urandom(4).hex()}"
        message = Message(message_id, session, kind, sender, text, now)
        data: dict[str, Json] = {
            "schema": SCHEMA,
            "id": message.id,
            "kind": message.kind.value,
            "from": sender,
            "text": text,
            "at": now,
        }
        self._queue(session).write(message_id + SUFFIX, json_document.dump(data))
        return message

    def take(self, message: Message, outcome: Outcome) -> bool:
        """See `Outbox.take`."""
        here = self._queue(message.session)
        name = message.id + SUFFIX
        return here.move(name, here.below(outcome.value), name)

    def give_back(self, message: Message, outcome: Outcome) -> None:
        """See `Outbox.give_back`."""
        here, name = self._queue(message.session), message.id + SUFFIX
        here.below(outcome.value).move(name, here, name)

    def settle(self, message: Message, outcome: Outcome) -> None:
        """See `Outbox.settle`."""
        here, name = self._queue(message.session), message.id + SUFFIX
        here.below(Outcome.DELIVERED.value).move(name, here.below(outcome.value), name)

    @contextmanager
    def alone(self, session: str) -> Iterator[bool]:
        """See `Outbox.alone`."""
        here = self._queue(session)
        descriptor = here.open(TYPING, os.O_RDWR | os.O_CREAT)
        try:
            try:
                taken = flock.take(descriptor)
            except OSError as error:
                raise here.refused(TYPING, error) from error
            yield taken
        finally:
            os.close(descriptor)

    def tidy(self, before: float) -> int:
        """See `Outbox.tidy`."""
        gone = 0
        for name in self.folder.names():
            queue = self.folder.below(name)
            for each in (queue, *(queue.below(outcome.value) for outcome in Outcome)):
                gone += _forget(each, before)
        return gone

    def _queue(self, session: str) -> Folder:
        return self.folder.below(folder_of(session))

    def _of(self, name: str) -> dict[tuple[str, str], tuple[Stamp, Message | None]]:
        here, session = self.folder.below(name), session_of(name)
        found: dict[tuple[str, str], tuple[Stamp, Message | None]] = {}
        try:
            stamps = here.stamps()
        except UnusableFileError:  # a file, or a link: not a queue
            return {}
        for entry, stamp in stamps.items():
            if not entry.endswith(SUFFIX) or entry.startswith("."):
                continue
            known = self._seen.get((name, entry))
            if known is not None and known[0] == stamp:
                found[(name, entry)] = known
                continue
            document = json_document.load(here, entry)
            if document.exists:  # else somebody has just taken it
                found[(name, entry)] = (stamp, _message(session, entry, document.data))
        return found


def _message(session: str, entry: str, data: dict[str, Json]) -> Message | None:
    """A message as its file tells it; `None` when it is none of ours."""
    text, kind, at = data.get("text"), data.get("kind"), json_document.real(data.get("at"))
    if data.get("schema") != SCHEMA or not isinstance(text, str) or at is None:
        return None
    if not isinstance(kind, str) or kind not in set(MessageKind):
        return None
    sender = json_document.text(data.get("from"), "somebody")
    # The name is what a rename needs; an id inside that says otherwise is not believed.
    return Message(entry[: -len(SUFFIX)], session, MessageKind(kind), sender, text, at)


def _forget(folder: Folder, before: float) -> int:
    gone = 0
    try:
        stamps = folder.stamps()
    except UnusableFileError:
        return 0
    for name, stamp in stamps.items():
        if name.endswith(SUFFIX) and stamp.mtime < before * 1e9:
            try:
                gone += folder.remove(name)
            except ParallelError:
                return gone
    return gone
