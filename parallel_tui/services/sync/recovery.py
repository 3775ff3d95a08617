"""Recover an interrupted sync or undo of a sync: finish it, or restore the branch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.lifecycle.recovery import End, Settled
from parallel_tui.model.sync.backup_ref import BackupRef
from parallel_tui.model.sync.cut_off import Move
from parallel_tui.model.sync.record import Entry, Record, ended, standing_from
from parallel_tui.ports.sync import SyncHistory
from parallel_tui.ports.trash import OpenIntent
from parallel_tui.record import dataclass, replace
from parallel_tui.services.moves.settling import MoveSettler

REWRITES: Final = ("undo", "forward")
"""Verbs of intents that move a branch in its worktree: undoing a sync, moving base on."""


@dataclass(frozen=True, slots=True)
class SyncSettler:
    """Recovers interrupted branch moves. The caller holds the guard of syncs.

    Attributes:
        moves: Recovers them one by one.
        records: What runs rewrote.
    """

    moves: MoveSettler
    records: SyncHistory

    def all(self) -> Iterator[Settled]:
        """Recover every session that a run was rewriting."""
        for record in self.records.unfinished():
            entry = record.entries[-1]
            try:
                yield self._record(record, entry)
            except (ParallelError, OSError, ValueError) as error:
                yield self.moves.unfinished("sync", entry, _backup(record, entry).name, error)

    def rewrite(self, intent: OpenIntent) -> Settled:
        """Recover an undo or a move of base, and close its intent unless it stays open."""
        about = intent.about
        move = Move(
            str(about["branch"]),
            str(about["before"]),
            str(about["target"]),
            exact=True,
            since=intent.since,
        )
        name = str(about["name"])
        entry = Entry(name, str(about["git_dir"]), move.branch, move.before, target=move.target)
        standing = standing_from(about["standing"])
        backup = str(about.get("backup") or move.before)
        try:
            found = self.moves.move(intent.verb, entry, move, standing, backup)
        except (ParallelError, OSError) as error:
            return self.moves.unfinished(intent.verb, entry, backup, error)
        run = str(about.get("run") or "")
        if run and found.end is End.FINISHED:
            record = self.records.load(run)
            entries = tuple(
                replace(each, undone=True)
                if (each.git_dir, each.branch) == (entry.git_dir, entry.branch)
                else each
                for each in record.entries
            )
            self.records.save(replace(record, entries=entries))
        intent.close()
        return found

    def _record(self, record: Record, entry: Entry) -> Settled:
        standing, ref = record.running, _backup(record, entry)
        backup = ref.name
        if standing is None:
            raise RefusedError(f"Nothing is under way in the sync {record.time}")
        move = Move(
            entry.branch, entry.before, entry.target, since=self.records.written(record.time)
        )
        found = self.moves.move("sync", entry, move, standing, backup)
        if found.end is End.FINISHED:
            *others, last = record.entries
            moved = replace(last, before=found.before or last.before)
            started = ref.started.name
            if moved.before != last.before and self.moves.look.tip_of(started) is None:
                self.moves.acts.backup(started, moved.before)
            record = replace(record, entries=(*others, moved))
            self.records.settle(ended(record, found.after), clean=False)
            return found
        as_before = found.end is End.TAKEN_BACK
        clean = as_before and self.moves.acts.drop(backup, entry.before)
        self.records.settle(ended(record, None), clean=clean)
        return found


def _backup(record: Record, entry: Entry) -> BackupRef:
    return BackupRef(record.time, entry.branch)
