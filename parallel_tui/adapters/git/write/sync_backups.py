"""References to the commits that syncs replaced: read all, delete those of one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.model.proving.train import REF as TRAIN
from parallel_tui.model.sync.backup_ref import BackupRef, Keeps
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class SyncBackups:
    """Backup references of one repository.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def all(self) -> Mapping[str, tuple[str, ...]]:
        """Full names by run; one process.

        Raises:
            GitError: When git gave no answer.
        """
        folders = [f"{each.prefix}/" for each in (Keeps.SYNC, Keeps.UNDO)]
        found: dict[str, list[str]] = {}
        args = ["for-each-ref", "--format=%(refname)", *folders]
        for name in self.runner.run(args).text.splitlines():
            ref = BackupRef.parse(name)
            if ref is not None:  # or it is somebody else's, and stays
                found.setdefault(ref.run, []).append(name)
        return {run: tuple(names) for run, names in found.items()}

    def old_train(self, before: float) -> tuple[str, ...]:
        """See `SyncBackupRefs.old_train`."""
        args = ["for-each-ref", "--format=%(committerdate:unix) %(refname)", TRAIN]
        found = [line.split(" ", 1) for line in self.runner.run(args).text.splitlines()]
        return tuple(name for at, name in found if name == TRAIN and float(at or 0) < before)

    def drop(self, names: Iterable[str]) -> None:
        """Delete references, all or none; one process.

        Raises:
            GitError: When git refuses.
        """
        orders = "".join(f"delete {name}\n" for name in names)
        if orders:
            self.runner.run(["update-ref", "--no-deref", "--stdin"], stdin=raw(orders), write=True)
