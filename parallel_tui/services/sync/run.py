"""Run a sync, session after session, each finished or restored."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from parallel_tui.errors import GitError, ParallelError
from parallel_tui.model.landing.resolution import resolved_note
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sync.backup_ref import BackupRef
from parallel_tui.model.sync.record import Entry, Record, begun, ended
from parallel_tui.model.sync.rewriting import Rewriting
from parallel_tui.model.sync.sync import (
    Result,
    SessionSync,
    Skip,
    Standing,
    SyncOutcome,
    SyncPlan,
    SyncProgress,
)
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.sync import SyncHistory, SyncSteps
from parallel_tui.record import dataclass, field, replace
from parallel_tui.services.moves.settling import not_restored
from parallel_tui.services.sync.live import Now
from parallel_tui.services.sync.outcomes import outcome, skipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.services.sync.resolved import ResolvedSyncs


@dataclass(slots=True)
class Run:
    """Carries out a sync plan. The caller holds the guard of syncs.

    What is about to be rewritten is on disk before it is. That it was rewritten is written with
    what comes next: a run that is killed in between is understood from where its branch stands.

    Attributes:
        plan: As shown.
        git: Questions to git.
        acts: Changes worktrees.
        records: Where `record` is kept.
        now: What is there.
        record: What this run rewrote.
        resolved: Makes what a session comes to whose conflicts are resolved as before.
        outcomes: How it ended, for each session so far.
    """

    plan: SyncPlan
    git: GitReader
    acts: SyncSteps
    records: SyncHistory
    now: Now
    record: Record
    resolved: ResolvedSyncs
    outcomes: list[SyncOutcome] = field(default_factory=list)
    _looked: bool = False
    _unsaved: bool = False
    _clean: bool = True

    def sessions(self, cancelled: Callable[[], bool]) -> Iterator[SyncProgress | SyncOutcome]:
        """Sync each session of the plan; yields one outcome per session, in order.

        Raises:
            NotRestoredError: When one could not be proved to stand as before.
            RefusedError: When what was done could not be recorded.
        """
        try:
            for row in self.plan.sessions:
                if row.skip is None and not cancelled():
                    yield SyncProgress(row)
                    found = self._one(row)
                elif row.skip is None:
                    found = outcome(row, Result.CANCELLED, "you stopped before it")
                else:
                    found = skipped(row, row.skip, row.detail)
                found = replace(found, run=self.record.time)
                self.outcomes.append(found)
                yield found
        finally:
            if self._unsaved:
                self.records.settle(self.record, clean=self._clean)

    def _save(self) -> None:
        self.records.save(self.record)
        self._unsaved = False

    def _look(self) -> None:
        """Read the session again, unless that was just done after the previous one."""
        if not self._looked:
            self.now.look()
        self._looked = False

    def _one(self, row: SessionSync) -> SyncOutcome:
        try:
            self._look()
            session = self.now.session(row.key)
            tree = session.worktree if session else None
            if session is None or tree is None:
                return skipped(row, Skip.MISSING, "it is gone since it was looked at")
            found = self.now.reason(session, self.plan.base, ())
            if found is not None:
                return skipped(row, *found)
            self.acts.demand_own(tree)
            before = self.acts.standing(tree)
            found = self.now.reason(session, self.plan.base, before.status)
            if found is not None:
                return skipped(row, *found)
            if (tree.branch, tree.head) != (row.branch, row.head):
                return outcome(row, Result.FAILED, "it moved since it was looked at")
            branch, head = row.branch or "", row.head or ""
            backup = BackupRef(self.record.time, branch)
            target = self.plan.onto
            if row.resolved:
                target = self.resolved.make(row, self.plan, self._message(row))
            entry = Entry(row.name, tree.git_dir, branch, head, target=target)
            self.record = begun(self.record, entry, before)
            self._save()  # first: its name keeps that of the backup unique
            try:
                self.acts.backup(backup.name, head)
            except ParallelError:
                self.record = ended(self.record, None)
                self._unsaved = True
                raise
        except ParallelError as error:
            return outcome(row, Result.FAILED, error.message)
        return self._act(row, tree, before, backup)

    def _act(
        self, row: SessionSync, tree: Worktree, before: Standing, backup: BackupRef
    ) -> SyncOutcome:
        """Rewrite the branch; the record says already that it is in progress."""
        now: Worktree | None = None
        died = False
        try:
            done = self._rewrite(row, tree)
            self.now.look()
            session = self.now.session(row.key)
            now = session.worktree if session else None
            if (
                now is not None
                and done.done
                and now.operation is None
                and now.branch == row.branch
                and now.head
            ):
                self._looked = True
                return self._finish(row, now.head, backup, tree)
            clashing = self.acts.unmerged(now) if now is not None else ()
            conflict = bool(clashing)
            if clashing:
                reason, hint = done.conflict or f"conflict in {', '.join(clashing[:3])}", ""
            else:
                reason, hint = done.why, done.hint
        except ParallelError as error:
            conflict, reason, hint = False, error.message, error.hint
            died = isinstance(error, GitError) and (error.status or 0) < 0
        except BaseException:  # interrupted: give the session back before anything else
            self._give_back(row, tree, None, before, backup)
            raise
        self._give_back(row, tree, now, before, backup, died=died)
        result = Result.CONFLICT if conflict else Result.FAILED
        words = f"{reason}; it stands exactly as before"
        return outcome(row, result, f"{words}. {hint}" if hint else words)

    def _rewrite(self, row: SessionSync, tree: Worktree) -> Rewriting:
        target = self.record.entries[-1].target
        if row.resolved:
            branch, head = row.branch or "", row.head or ""
            self.acts.reset(tree, branch, head, target, failed="was not brought up to date")
            return Rewriting(done=True)
        if self.plan.merge:
            return self.acts.merge(tree, target, self._message(row))
        return self.acts.rebase(tree, target)

    def _message(self, row: SessionSync) -> str:
        return f"Merge {self.plan.onto_name} into {row.branch}"

    def _finish(
        self, row: SessionSync, head: str, backup: BackupRef, tree: Worktree
    ) -> SyncOutcome:
        plan, before = self.plan, row.head or ""
        start = self.acts.started_from(tree)
        self._unsaved = True
        if head != before and start not in (None, before, head):
            # Somebody committed between our look and git's own start: that commit is in the
            # result, and undo must go back to it and not behind it.
            apart = self.git.divergences(before, [start])[start]
            if apart.behind == 0:
                self.acts.backup(backup.started.name, start)
                *others, last = self.record.entries
                self.record = replace(self.record, entries=(*others, replace(last, before=start)))
        self.record = ended(self.record, head)
        if start not in (None, before, head):
            self._save()  # from where the branch stands this could not be understood
        verb = f"merged {plan.onto_name} into it" if plan.merge else f"now on {plan.onto_name}"
        if row.resolved:
            verb += f"; {resolved_note(row.resolved)}"
        return outcome(row, Result.SYNCED, verb, after=head, backup=backup.name)

    def _give_back(
        self,
        row: SessionSync,
        tree: Worktree,
        now: Worktree | None,
        before: Standing,
        backup: BackupRef,
        *,
        died: bool = False,
    ) -> None:
        try:
            self.acts.abort(now or self.acts.again(tree), before)
            left = self.acts.left(tree, before)
        except ParallelError as error:
            left = (error.message,)
        locks = self.acts.locks(tree, row.branch) if left or died else ()
        if died and locks and not left:  # git itself was killed; recovery takes its locks away
            left = (f"git was killed and left {locks[0]}",)
        if left:
            raise not_restored(row.name, tree, backup.name, left, locks)
        self._clean &= self.acts.drop(backup.name, row.head or "")
        self.record = ended(self.record, None)
        self._unsaved = True
