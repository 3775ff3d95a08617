"""`.claude/pdev/waiting.json`: the sessions that wait for locks, first come first."""

from __future__ import annotations

from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.mechanics.change import SharedChange
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.errors import UsageError
from parallel_tui.model.sharing.lock import Holder, Liveness, check_target
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from parallel_tui.adapters.store.files.mechanics.json_document import Json

NAME: Final = "waiting.json"
_KINDS: Final = {
    "id": json_document.TEXT,
    "owner": json_document.TEXT,
    "targets": json_document.TEXTS,
    "blockers": json_document.TEXTS,
    "host": json_document.TEXT,
    "boot": json_document.TEXT,
    "pid": json_document.WHOLE,
    "start": json_document.TEXT,
}


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """The queue of waiters. An unreadable one counts as empty and is set aside.

    Attributes:
        folder: `.claude/pdev`.
    """

    folder: Folder

    def load(self) -> tuple[Waiter, ...]:
        """Waiters whose process is alive, in order."""
        items = json_document.load(self.folder, NAME).data.get("waiting")
        found: list[Waiter] = []
        for item in items if isinstance(items, list) else ():
            waiter = waiter_of(item)
            if waiter is None:
                continue
            if liveness.liveness(waiter.process, None) is not Liveness.DEAD:
                found.append(waiter)
        return tuple(found)

    def save(self, queue: Iterable[Waiter]) -> None:
        """Rewrite the queue; an empty one is deleted.

        Raises:
            RefusedError: When the disk refuses; the queue is then as it was.
        """
        with SharedChange(Folder(self.folder.root)) as change:
            self.stage(change, queue)

    def stage(self, change: SharedChange, queue: Iterable[Waiter]) -> None:
        """Add the rewritten queue to a change; an unreadable one is set aside."""
        items: list[Json] = [entry_of(waiter) for waiter in queue]
        if json_document.load(self.folder, NAME).problem is not None:
            change.set_aside(self.folder, NAME)
        if items:
            change.put(self.folder, NAME, json_document.dump({"schema": 1, "waiting": items}))
        else:
            change.remove(self.folder, NAME)


def entry_of(waiter: Waiter) -> dict[str, Json]:
    """What is written down of a waiter."""
    process = waiter.process
    return {
        "id": waiter.id,
        "owner": waiter.owner,
        "targets": list(waiter.targets),
        "blockers": list(waiter.blockers),
        "host": process.host if process else "",
        "boot": process.boot if process else "",
        "pid": process.pid if process else 0,
        "start": process.start if process else "",
    }


def waiter_of(item: Json) -> Waiter | None:
    """A waiter as it was written down; `None` for what cannot be one of ours."""
    if not isinstance(item, dict) or not _usable(item):
        return None
    return Waiter(
        json_document.text(item.get("id")),
        json_document.text(item.get("owner")),
        json_document.texts(item.get("targets")),
        json_document.texts(item.get("blockers")),
        Holder(
            json_document.text(item.get("host")),
            json_document.text(item.get("boot")),
            json_document.number(item.get("pid")),
            json_document.text(item.get("start")),
        ),
    )


def _usable(item: dict[str, Json]) -> bool:
    """Whether an entry can be ours; any other would block the queue for ever."""
    if (
        json_document.odd(item, _KINDS) is not None
        or not 0 < json_document.number(item.get("pid")) < 2**31
    ):
        return False
    try:
        for target in json_document.texts(item.get("targets")):
            check_target(target)
    except UsageError:
        return False
    return bool(item.get("id")) and bool(item.get("host"))
