"""Putting branches back as they were before a sync."""

from __future__ import annotations

from dataclasses import dataclass, replace

from parallel_tui.adapters.git.sync_act import BACKUPS, UNDONE, SyncActs
from parallel_tui.adapters.sync_record import Entry, Record, SyncRecords
from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.sync import Result, SessionSync, SyncOutcome
from parallel_tui.services.sync_now import Now
from parallel_tui.services.sync_words import outcome, skipped


@dataclass(frozen=True, slots=True)
class Undoing:
    """Undoes runs. The caller holds the guard of syncs.

    Attributes:
        acts: Changes worktrees.
        records: What runs rewrote.
        now: What is there.
    """

    acts: SyncActs
    records: SyncRecords
    now: Now

    def choose(self, wanted: str | None) -> Record:
        """The run to undo; the newest that has something to put back without a name.

        Raises:
            UsageError: When there is no such run.
            RefusedError: When there is nothing to put back.
        """
        for name in [wanted] if wanted else self.records.times():
            record = self.records.load(name)
            if record.undoable:
                return record
        if wanted:
            raise RefusedError(f"The sync {wanted} was undone already")
        raise RefusedError("There is no sync left to undo")

    def put_back(self, record: Record) -> tuple[SyncOutcome, ...]:
        """Put back every branch that still stands where the run left it.

        Raises:
            RefusedError: When what was done could not be recorded.
        """
        outcomes = []
        for place, entry in enumerate(record.entries):
            if entry.undone:
                continue
            outcomes.append(self._one(entry, record.time))
            if outcomes[-1].result is Result.SYNCED:
                entries = list(record.entries)
                entries[place] = replace(entry, undone=True)
                record = replace(record, entries=tuple(entries))
                self.records.save(record)
        return tuple(outcomes)

    def _one(self, entry: Entry, run: str) -> SyncOutcome:
        backup = f"{BACKUPS}/{run}/{entry.branch}"
        row = SessionSync(entry.git_dir, entry.name, "", entry.branch, entry.after)
        look = self.now.planner.look
        tip = look.commit_of(f"refs/heads/{entry.branch}")
        if tip == entry.before:
            return outcome(row, Result.SYNCED, "it stands there already", after=tip)
        if tip != entry.after:
            moved = "its branch is gone" if tip is None else "it has moved since"
            return outcome(
                row,
                Result.FAILED,
                f"{moved}, so it was left alone; where it stood before is kept as {backup}",
            )
        try:
            self.now.look()
            session = self.now.home(entry.branch)
            if session is not None:
                found = self.now.reason(session, "")
                if found is not None:
                    return skipped(row, *found)
            kept = f"{UNDONE}/{run}/{entry.branch}"
            if look.commit_of(kept) is None:
                self.acts.backup(kept, entry.after)
            tree = session.worktree if session is not None else None
            self.acts.reset(tree, entry.branch, entry.after, entry.before)
        except ParallelError as error:
            return outcome(row, Result.FAILED, error.message)
        return outcome(row, Result.SYNCED, "put back as it was", after=entry.before, backup=backup)
