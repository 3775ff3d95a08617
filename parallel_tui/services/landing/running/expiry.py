"""Forget old runs of landings, and the references that keep where base stood before them."""

from __future__ import annotations

from parallel_tui.errors import ParallelError
from parallel_tui.model.sync.backup_ref import began
from parallel_tui.record import dataclass
from parallel_tui.services.landing.running.one import backup_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.landing.run import LandingHistory
    from parallel_tui.ports.sync import SyncBackupRefs, SyncPreview
    from parallel_tui.ports.system import Clock

_DAY: Final = 86400.0


@dataclass(frozen=True, slots=True)
class LandingExpiry:
    """Forgets runs that are older than what is kept in the trash.

    Attributes:
        records: What runs did.
        tips: Knows which references there are.
        backups: Deletes references.
        config: Effective settings.
        clock: Epoch seconds.
    """

    records: LandingHistory
    tips: SyncPreview
    backups: SyncBackupRefs
    config: Config
    clock: Clock

    def run(self) -> tuple[str, ...]:
        """Forget what is due; returns what could not be. The caller holds the guard of syncs."""
        told = []
        for name in self.records.times():
            when = began(name)
            if when is None or self.clock() - when < max(self.config.trash_days, 1) * _DAY:
                continue
            try:
                ref = backup_of(self.records.load(name))
                refs = (ref.name, ref.undone.name, ref.hook.name)
                self.backups.drop([each for each in refs if self.tips.commit_of(each)])
                self.records.forget(name)
            except (ParallelError, OSError) as error:
                told.append(f"the landing {name} could not be forgotten: {error}")
        return tuple(told)
