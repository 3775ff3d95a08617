"""Bringing sessions up to date with base, one at a time, each finished or given back as it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from parallel_tui.adapters.git.runner import Runner
from parallel_tui.adapters.git.sync_act import BACKUPS, SyncActs, why
from parallel_tui.adapters.git.sync_look import SyncLook
from parallel_tui.adapters.ports import Clock, GitReader, Processes
from parallel_tui.adapters.sync_record import Entry, Record, SyncRecords, begun, ended
from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.join import Joined
from parallel_tui.model.scope import COORDINATION, TOPOLOGY, Scope, status_of
from parallel_tui.model.sync import (
    Result,
    SessionSync,
    Skip,
    Standing,
    SyncOutcome,
    SyncPlan,
    SyncProgress,
    skip_of,
)
from parallel_tui.model.worktree import Worktree
from parallel_tui.services.sessions import Sessions
from parallel_tui.services.shared import Shared
from parallel_tui.services.sync_news import SyncNews
from parallel_tui.services.sync_plan import SyncPlanner
from parallel_tui.services.sync_recover import Recovery, not_restored

SCOPES: tuple[Scope, ...] = (TOPOLOGY, status_of(None), COORDINATION)
"""What the live view looks at again after a run."""


@dataclass(frozen=True, slots=True)
class Syncer:
    """Brings sessions up to date.

    Attributes:
        git: Questions to git.
        planner: Says what would happen.
        acts: Changes worktrees.
        records: What runs rewrote.
        recovery: Gives back what a killed run left.
        news: Journal lines and events.
    """

    git: GitReader
    planner: SyncPlanner
    acts: SyncActs
    records: SyncRecords
    recovery: Recovery
    news: SyncNews

    def run(
        self, plan: SyncPlan, *, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[SyncProgress | SyncOutcome]:
        """Carry a plan out, yielding each session as its turn comes and as it ends.

        What a run that was killed left behind is given back first.

        Args:
            plan: As shown.
            cancelled: Asked before each session; once true, the rest is left alone.

        Raises:
            NotRestoredError: When a session could not be proved to stand as before; nothing
                further is touched.
            RefusedError: When another run goes on, or what is done could not be recorded.
        """
        outcomes: list[SyncOutcome] = []
        with self.records.alone():
            yield from self.recovery.all()
            record = self.records.new(time.strftime("%Y%m%d-%H%M%S", time.gmtime()))
            try:
                if plan.forward is not None and not cancelled():
                    yield self._forward(plan, plan.forward)
                for row in plan.sessions:
                    if row.skip is None and not cancelled():
                        yield SyncProgress(row)
                        outcome, record = self._one(row, plan, record)
                    elif row.skip is None:
                        outcome = _outcome(row, Result.CANCELLED, "you stopped before it")
                    else:
                        outcome = _skipped(row, row.skip, row.detail)
                    outcomes.append(outcome)
                    yield outcome
            finally:
                self.acts.close()
                self.news.ran(plan, outcomes, record)

    def _one(self, row: SessionSync, plan: SyncPlan, record: Record) -> tuple[SyncOutcome, Record]:
        try:
            everyone = self.planner.sessions.all(windows_matter=True)
            session = next((each for each in everyone if each.key == row.key), None)
            if session is None or session.worktree is None:
                return _skipped(row, Skip.MISSING, "it is gone since it was looked at"), record
            trees = [each.worktree for each in everyone if each.worktree]
            tree = session.worktree
            found = skip_of(tree, trees, plan.base)
            if found is None:
                self.acts.demand_own(tree)
                before = self.acts.standing(tree)
                found = self._reason(session, trees, plan, before)
            if found is not None:
                return _skipped(row, *found), record
            if (tree.branch, tree.head) != (row.branch, row.head):
                return _outcome(row, Result.FAILED, "it moved since it was looked at"), record
            branch, head = row.branch or "", row.head or ""
            backup = f"{BACKUPS}/{record.time}/{branch}"
            record = begun(record, Entry(row.name, tree.git_dir, branch, head), before)
            self.records.save(record)  # first: its name keeps that of the backup unique
            try:
                self.acts.backup(backup, head)
            except ParallelError:
                record = ended(record, None)
                self.records.save(record)
                raise
        except ParallelError as error:
            return _outcome(row, Result.FAILED, error.message), record
        return self._act(row, plan, record, tree, before, backup)

    def _reason(
        self, session: Joined, trees: Sequence[Worktree], plan: SyncPlan, before: Standing
    ) -> tuple[Skip, str] | None:
        tree = session.worktree
        if tree is None:
            return Skip.MISSING, "it is gone since it was looked at"
        working = self.planner.working(session)
        return skip_of(tree, trees, plan.base, status=before.status, working=working)

    def _act(
        self,
        row: SessionSync,
        plan: SyncPlan,
        record: Record,
        tree: Worktree,
        before: Standing,
        backup: str,
    ) -> tuple[SyncOutcome, Record]:
        """Rewrite; the record says already what is under way."""
        message = f"Merge {plan.onto_name} into {row.branch}"
        try:
            done = (
                self.acts.merge(tree, plan.onto, message)
                if plan.merge
                else self.acts.rebase(tree, plan.onto)
            )
            now = self.acts.again(tree)
            if done.status == 0 and now.operation is None and now.branch == row.branch and now.head:
                return self._finish(row, plan, record, now.head, backup, tree)
            conflict = now.operation is not None
            reason = why(done)
        except ParallelError as error:
            conflict, reason = False, error.message
        except BaseException:  # interrupted: give the session back before anything else
            self._give_back(row, record, tree, before, backup)
            raise
        record = self._give_back(row, record, tree, before, backup)
        result = Result.CONFLICT if conflict else Result.FAILED
        return _outcome(row, result, f"{reason}; it stands exactly as before"), record

    def _finish(
        self,
        row: SessionSync,
        plan: SyncPlan,
        record: Record,
        head: str,
        backup: str,
        tree: Worktree,
    ) -> tuple[SyncOutcome, Record]:
        before = row.head or ""
        start = self.acts.started_from(tree)
        if head != before and start not in (None, before, head):
            # Somebody committed between our look and git's own start: that commit is in the
            # result, and undo must go back to it and not behind it.
            apart = self.git.divergences(before, [start])[start]
            if apart.behind == 0:
                self.acts.backup(f"{backup}.started", start)
                *others, last = record.entries
                record = replace(record, entries=(*others, replace(last, before=start)))
        record = ended(record, head)
        self.records.save(record)
        verb = f"merged {plan.onto_name} into it" if plan.merge else f"now on {plan.onto_name}"
        return _outcome(row, Result.SYNCED, verb, after=head, backup=backup), record

    def _give_back(
        self, row: SessionSync, record: Record, tree: Worktree, before: Standing, backup: str
    ) -> Record:
        try:
            self.acts.abort(tree)
        except ParallelError as error:
            raise not_restored(row.name, tree, backup, (error.message,)) from error
        left = self.acts.left(tree, before)
        if left:
            raise not_restored(row.name, tree, backup, left)
        record = ended(record, None)
        self.records.save(record)
        self.acts.drop(backup, row.head or "")
        return record

    def _forward(self, plan: SyncPlan, new: str) -> SyncOutcome:
        """Move the local base on, where that disturbs nobody."""
        row = SessionSync("", plan.base, "", plan.base, None)
        try:
            base = self.git.base(self.planner.base)
            row = replace(row, head=base.oid)
            everyone = self.planner.sessions.all(windows_matter=True)
            homes = [s for s in everyone if s.worktree and s.worktree.own_branch == base.name]
            if self.git.divergences(base.oid, [new])[new].behind or base.name != plan.base:
                return _outcome(row, Result.FAILED, "it moved since it was looked at")
            home = homes[0] if homes else None
            tree = home.worktree if home else None
            if home is not None and tree is not None:
                if not tree.is_main:
                    return _skipped(row, Skip.BASE, f"it stays: it is checked out in {tree.path}")
                trees = [each.worktree for each in everyone if each.worktree]
                status = () if tree.missing or tree.bare else self.git.status(tree)
                working = self.planner.working(home)
                found = skip_of(tree, trees, "", status=status, working=working)
                if found is not None:
                    return _skipped(row, found[0], f"it stays where it is: {found[1]}")
            self.acts.forward(tree, base.ref, base.oid, new)
        except ParallelError as error:
            return _outcome(row, Result.FAILED, f"it stays where it is: {error.message}")
        return _outcome(row, Result.SYNCED, f"moved on to {plan.onto_name}", after=new)

    def undo(self, wanted: str | None = None) -> tuple[SyncOutcome, ...]:
        """Put back every branch that a run rewrote and that still stands where it left it.

        Args:
            wanted: Name of the run; `None` for the newest that has something to put back.

        Raises:
            UsageError: When there is no such run.
            RefusedError: When there is nothing to put back.
        """
        with self.records.alone():
            tuple(self.recovery.all())
            times = [wanted] if wanted else self.records.times()
            for name in times:
                record = self.records.load(name)
                if any(not entry.undone for entry in record.entries):
                    break
            else:
                raise RefusedError("There is no sync left to undo")
            outcomes = []
            for place, entry in enumerate(record.entries):
                if entry.undone:
                    continue
                outcome = self._put_back(entry, record.time)
                outcomes.append(outcome)
                if outcome.result is Result.SYNCED:
                    entries = list(record.entries)
                    entries[place] = replace(entry, undone=True)
                    record = replace(record, entries=tuple(entries))
                    self.records.save(record)
            self.news.undone(record.time, outcomes)
            return tuple(outcomes)

    def _put_back(self, entry: Entry, run: str) -> SyncOutcome:
        backup = f"{BACKUPS}/{run}/{entry.branch}"
        row = SessionSync(entry.git_dir, entry.name, "", entry.branch, entry.after)
        tip = self.planner.look.commit_of(f"refs/heads/{entry.branch}")
        if tip == entry.before:
            return _outcome(row, Result.SYNCED, "it stands there already", after=tip)
        if tip != entry.after:
            moved = "it is gone" if tip is None else "it moved since"
            return _outcome(row, Result.FAILED, f"{moved}; its old state is kept as {backup}")
        try:
            everyone = self.planner.sessions.all(windows_matter=True)
            homes = [s for s in everyone if s.worktree and s.worktree.own_branch == entry.branch]
            tree = homes[0].worktree if homes else None
            if tree is not None:
                trees = [s.worktree for s in everyone if s.worktree]
                status = () if tree.missing or tree.bare else self.git.status(tree)
                working = self.planner.working(homes[0])
                found = skip_of(tree, trees, "", status=status, working=working)
                if found is not None:
                    return _skipped(row, *found)
            if self.planner.look.commit_of(f"{_UNDONE}/{run}/{entry.branch}") is None:
                self.acts.backup(f"{_UNDONE}/{run}/{entry.branch}", entry.after)
            self.acts.reset(tree, entry.branch, entry.after, entry.before)
        except ParallelError as error:
            return _outcome(row, Result.FAILED, error.message)
        return _outcome(row, Result.SYNCED, "put back as it was", after=entry.before, backup=backup)


def syncer(
    runner: Runner,
    git: GitReader,
    processes: Processes,
    sessions: Sessions,
    shared: Shared,
    base: str | None,
    cwd: str,
    clock: Clock = time.time,
) -> Syncer:
    """Put the parts together.

    Args:
        runner: The gateway to git.
        git: Questions to git.
        processes: The process table.
        sessions: Look-up of what exists.
        shared: For the journal and events.
        base: Configured base.
        cwd: Where we stand.
        clock: Epoch seconds.
    """
    acts = SyncActs(runner)
    records = SyncRecords(runner.repository)
    return Syncer(
        git,
        SyncPlanner(git, SyncLook(runner), sessions, base, clock, cwd),
        acts,
        records,
        Recovery(git, acts, records, processes),
        SyncNews(shared.store, shared.identity, clock),
    )


_UNDONE = "refs/pdev/backup/undo"


def _outcome(
    row: SessionSync, result: Result, message: str, *, after: str | None = None, backup: str = ""
) -> SyncOutcome:
    return SyncOutcome(
        row.name, row.branch, result, message, row.head, after or row.head, backup, row.skip
    )


def _skipped(row: SessionSync, skip: Skip, detail: str) -> SyncOutcome:
    return _outcome(replace(row, skip=skip), Result.SKIPPED, detail)
