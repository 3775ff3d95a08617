"""`.claude/pdev/waiting.json`: who waits for locks, in the order they came."""

from __future__ import annotations

from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files import documents
from parallel_tui.adapters.store.files.change import Change
from parallel_tui.adapters.store.files.folder import Folder
from parallel_tui.errors import UsageError
from parallel_tui.model.record import dataclass
from parallel_tui.model.sharing.lock import Holder, Liveness, check_target
from parallel_tui.model.sharing.waiting import Waiter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from parallel_tui.adapters.store.files.documents import Json

NAME: Final = "waiting.json"
_KINDS: Final = {
    "id": documents.TEXT,
    "owner": documents.TEXT,
    "targets": documents.TEXTS,
    "blockers": documents.TEXTS,
    "host": documents.TEXT,
    "boot": documents.TEXT,
    "pid": documents.WHOLE,
    "start": documents.TEXT,
}


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """The queue. Only ours; one that cannot be read counts as empty and is set aside.

    Attributes:
        folder: `.claude/pdev`.
    """

    folder: Folder

    def load(self) -> tuple[Waiter, ...]:
        """Waiters whose process still lives, in order."""
        items = documents.load(self.folder, NAME).data.get("waiting")
        found: list[Waiter] = []
        for item in items if isinstance(items, list) else ():
            if not isinstance(item, dict) or not _usable(item):
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
            if liveness.liveness(waiter.process, None) is not Liveness.DEAD:
                found.append(waiter)
        return tuple(found)

    def save(self, queue: Iterable[Waiter]) -> None:
        """Replace the queue; an empty one needs no room on the disk.

        Raises:
            RefusedError: When the disk refuses; the queue is then as it was.
        """
        with Change(Folder(self.folder.root)) as change:
            self.stage(change, queue)

    def stage(self, change: Change, queue: Iterable[Waiter]) -> None:
        """Make replacing the queue a part of a change; one that cannot be read is kept aside."""
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
        if documents.load(self.folder, NAME).problem is not None:
            change.set_aside(self.folder, NAME)
        if items:
            change.put(self.folder, NAME, documents.dump({"schema": 1, "waiting": items}))
        else:
            change.remove(self.folder, NAME)


def _usable(item: dict[str, Json]) -> bool:
    """Whether an entry can be one of ours; any other would stand in the way for ever."""
    if documents.odd(item, _KINDS) is not None or not 0 < documents.number(item.get("pid")) < 2**31:
        return False
    try:
        for target in documents.texts(item.get("targets")):
            check_target(target)
    except UsageError:
        return False
    return bool(item.get("id")) and bool(item.get("host"))
