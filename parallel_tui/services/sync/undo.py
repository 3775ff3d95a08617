"""Undo a sync: move branches back to where they were."""

from __future__ import annotations

from typing import Any

from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sync.backup_ref import BackupRef, Keeps
from parallel_tui.model.sync.record import Entry, Record
from parallel_tui.model.sync.sync import Result, SessionSync, Standing, SyncOutcome
from parallel_tui.ports.sync import SyncHistory, SyncSteps
from parallel_tui.ports.trash import IntentLog
from parallel_tui.record import asdict, dataclass, replace
from parallel_tui.services.sync.live import Now
from parallel_tui.services.sync.outcomes import outcome, skipped
from parallel_tui.services.trash.toolbox import demand_settled


@dataclass(frozen=True, slots=True)
class Undoing:
    """Undoes sync runs. The caller holds the guard of syncs.

    Attributes:
        acts: Changes worktrees.
        records: What runs rewrote.
        now: What is there.
        intents: Notes of what is under way.
        settled: What the recovery told on entering.
    """

    acts: SyncSteps
    records: SyncHistory
    now: Now
    intents: IntentLog
    settled: tuple[Settled, ...] = ()

    def choose(self, wanted: str | None) -> Record:
        """The run to undo; without a name the newest that has anything to undo.

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
        """Restore every branch that has not moved since the run.

        Raises:
            RefusedError: When what was done could not be recorded.
        """
        outcomes = []
        for place, entry in enumerate(record.entries):
            if entry.undone:
                continue
            outcomes.append(replace(self._one(entry, record.time), run=record.time))
            if outcomes[-1].result is Result.SYNCED:
                entries = list(record.entries)
                entries[place] = replace(entry, undone=True)
                record = replace(record, entries=tuple(entries))
                self.records.save(record)
        return tuple(outcomes)

    def _one(self, entry: Entry, run: str) -> SyncOutcome:
        backup = BackupRef(run, entry.branch).name
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
            kept = BackupRef(run, entry.branch, Keeps.UNDO).name
            if look.commit_of(kept) is None:
                self.acts.backup(kept, entry.after)
            tree = session.worktree if session is not None else None
            if tree is None:
                self.acts.reset(None, entry.branch, entry.after, entry.before)
            else:
                demand_settled(self.settled, entry.git_dir, entry.name)
                self._reset(tree, entry, run, kept)
        except ParallelError as error:
            return outcome(row, Result.FAILED, error.message)
        except OSError as error:
            return outcome(row, Result.FAILED, f"it could not be noted: {error}")
        return outcome(row, Result.SYNCED, "put back as it was", after=entry.before, backup=backup)

    def _reset(self, tree: Worktree, entry: Entry, run: str, kept: str) -> None:
        standing = self.acts.standing(tree)
        note = rewriting(entry.name, tree, entry.branch, entry.after, entry.before, standing)
        intent = self.intents.begin("undo", {**note, "run": run, "backup": kept})
        try:
            self.acts.reset(tree, entry.branch, entry.after, entry.before)
        except RefusedError:
            intent.close()  # git refused, and changed nothing
            raise
        except BaseException:
            intent.release()  # whoever comes next sees what became of it
            raise
        intent.close()


def rewriting(
    name: str,
    tree: Worktree,
    branch: str,
    before: str,
    target: str,
    standing: Standing,
) -> dict[str, Any]:
    """What recovery needs to know about a branch move that a crash interrupted.

    Args:
        name: Name of the session, or of the branch.
        tree: Where it is checked out.
        branch: The branch.
        before: Where it stands.
        target: Where it is to stand.
        standing: How its worktree stands.
    """
    return {
        "name": name,
        "git_dir": tree.git_dir,
        "branch": branch,
        "before": before,
        "target": target,
        "standing": asdict(standing),
    }
