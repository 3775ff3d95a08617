"""`.claude/pdev/waiting.json`: who waits for locks, in the order they came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters import life
from parallel_tui.adapters.store import documents
from parallel_tui.adapters.store.documents import Json
from parallel_tui.adapters.store.folder import Folder
from parallel_tui.model.lock import Holder, Liveness
from parallel_tui.model.waiting import Waiter

NAME: Final = "waiting.json"


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """The queue. Only ours; one that cannot be read counts as empty and is replaced.

    Attributes:
        folder: `.claude/pdev`.
    """

    folder: Folder

    def load(self) -> tuple[Waiter, ...]:
        """Waiters whose process still lives, in order."""
        items = documents.load(self.folder, NAME).data.get("waiting")
        found: list[Waiter] = []
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, dict):
                continue
            waiter = Waiter(
                documents.text(item.get("id")),
                documents.text(item.get("owner")),
                documents.texts(item.get("targets")),
                documents.texts(item.get("blockers")),
                Holder(
                    documents.text(item.get("host")),
                    documents.text(item.get("boot")),
                    documents.number(item.get("pid")),
                    documents.text(item.get("start")),
                ),
            )
            if life.liveness(waiter.process, None) is not Liveness.DEAD:
                found.append(waiter)
        return tuple(found)

    def save(self, queue: Iterable[Waiter]) -> None:
        """Replace the queue."""
        items: list[Json] = []
        for waiter in queue:
            process = waiter.process
            items.append(
                {
                    "id": waiter.id,
                    "owner": waiter.owner,
                    "targets": list(waiter.targets),
                    "blockers": list(waiter.blockers),
                    "host": process.host if process else "",
                    "boot": process.boot if process else "",
                    "pid": process.pid if process else 0,
                    "start": process.start if process else "",
                }
            )
        self.folder.write(NAME, documents.dump({"schema": 1, "waiting": items}))
