"""Delete expired backups of syncs."""

from __future__ import annotations

from collections.abc import Iterable

from parallel_tui.errors import ParallelError
from parallel_tui.model.lifecycle.trash import SyncBackup, expired_syncs
from parallel_tui.model.settings.config import Config
from parallel_tui.model.sync.backup_ref import began
from parallel_tui.model.text.words import plural
from parallel_tui.ports.store import Store
from parallel_tui.ports.sync import SyncBackupRefs
from parallel_tui.ports.system import Clock
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Forgotten
from parallel_tui.services.trash.toolbox import Tools

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class SyncExpiry:
    """Deletes backups of syncs.

    Attributes:
        tools: What runs rewrote, and the way in.
        backups: The references that keep it.
        store: For the journal.
        config: Effective settings.
        clock: Epoch seconds.
    """

    tools: Tools
    backups: SyncBackupRefs
    store: Store
    config: Config
    clock: Clock

    def all(self) -> tuple[SyncBackup, ...]:
        """The backups of every finished sync, newest first.

        Raises:
            GitError: When the references cannot be read.
        """
        refs = self.backups.all()
        found = []
        for run in {*refs, *self.tools.syncs.times()}:
            when = began(run)
            if when is None:
                continue
            sessions: tuple[str, ...] = ()
            if run in self.tools.syncs.times():
                try:
                    record = self.tools.syncs.load(run)
                except ParallelError:
                    continue  # it is told by the doctor, and kept
                if record.running is not None:
                    continue
                sessions = tuple(e.name for e in record.entries if not e.undone)
            found.append(SyncBackup(run, when, sessions, refs.get(run, ())))
        return tuple(sorted(found, key=lambda each: (each.when, each.time), reverse=True))

    def run(self) -> tuple[str, ...]:
        """Delete expired backups and describe them. The caller holds the guard of syncs.

        What cannot be deleted now is told, and tried again next time.
        """
        try:
            due = expired_syncs(
                self.all(), self.clock(), days=self.config.trash_days, count=self.config.trash_syncs
            )
            self.backups.drop(self.backups.old_train(self.clock() - self.config.trash_days * _DAY))
        except ParallelError as error:
            return (f"old backups of syncs stay: {error.message}",)
        return tuple(self._delete(each, why) for each, why in due)

    def empty(self, chosen: Iterable[SyncBackup]) -> Forgotten:
        """Delete the backups of some syncs.

        Raises:
            RefusedError: When another sync runs on.
        """
        wanted = {each.time for each in chosen}
        with self.tools.syncing():
            done = [self._delete(each, "emptied") for each in self.all() if each.time in wanted]
        return Forgotten(
            f"Deleted the backups of {plural(len(done), 'sync')} for good",
            warnings=tuple(done),
            syncs=len(done),
        )

    def _delete(self, each: SyncBackup, why: str) -> str:
        try:
            # References first: a record without them is still listed, and goes the next time.
            self.backups.drop(each.refs)
            self.tools.syncs.forget(each.time)
            with self.store.change("user") as tx:
                tx.journal.add("expire sync", {"id": each.time, "why": why})
        except (ParallelError, OSError) as error:
            return f"the sync {each.time} could not be forgotten entirely: {error}"
        return f"the sync {each.time} cannot be undone any more: {why}"
