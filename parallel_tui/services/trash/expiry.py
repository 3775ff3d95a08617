"""Delete expired items of the trash."""

from __future__ import annotations

from parallel_tui.errors import ParallelError, disk_refused
from parallel_tui.model.lifecycle.trash import TrashItem, expired
from parallel_tui.model.settings.config import Config
from parallel_tui.model.text.words import plural, size
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Emptied
from parallel_tui.services.trash.toolbox import Tools


@dataclass(frozen=True, slots=True)
class Expiry:
    """Deletes items of the trash.

    Attributes:
        tools: The neighbours.
        config: Effective settings.
    """

    tools: Tools
    config: Config

    def run(self) -> tuple[str, ...]:
        """Delete expired items and describe them. The caller holds the guard."""
        due = expired(
            self.tools.trash.items(),
            self.tools.clock(),
            days=self.config.trash_days,
            limit=self.config.trash_size,
        )
        return tuple(self._delete(item, why) for item, why in due)

    def older_than(self, seconds: float) -> tuple[TrashItem, ...]:
        """Items removed longer ago than a given time, oldest first."""
        now = self.tools.clock()
        items = self.tools.trash.items()
        return tuple(item for item in reversed(items) if now - item.removed >= seconds)

    def empty(self, items: tuple[TrashItem, ...]) -> Emptied:
        """Delete items for good.

        Raises:
            RefusedError: When the trash cannot be changed.
        """
        try:
            with self.tools.guarded():
                there = {item.id for item in self.tools.trash.items()}
                done = [self._delete(item, "emptied") for item in items if item.id in there]
        except OSError as error:
            raise disk_refused("The trash was not emptied", error) from error
        total = sum(item.size for item in items if item.id in there)
        return Emptied(
            f"Deleted {plural(len(done), 'session')} for good, {size(total)}",
            warnings=tuple(done),
            deleted=len(done),
            size=total,
        )

    def _delete(self, item: TrashItem, why: str) -> str:
        try:
            self.tools.trash.delete(item)
            self.tools.backups.drop(item.id)
        except (OSError, ParallelError) as error:
            return f"{item.id} could not be deleted entirely: {error}"
        self.tools.record("expire", {"id": item.id, "session": item.session, "why": why})
        return f"deleted {item.id} from the trash for good: {why}, {size(item.size)}"
