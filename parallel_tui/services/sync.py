"""Bringing sessions up to date with base, one at a time, each finished or given back as it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from parallel_tui.adapters.git.runner import Runner
from parallel_tui.adapters.git.sync_act import SyncActs
from parallel_tui.adapters.git.sync_backups import SyncBackups
from parallel_tui.adapters.git.sync_look import SyncLook
from parallel_tui.adapters.ports import Clock, GitReader, Processes
from parallel_tui.adapters.sync_record import SyncRecords
from parallel_tui.errors import ParallelError
from parallel_tui.model.config import Config
from parallel_tui.model.scope import COORDINATION, TOPOLOGY, Scope, status_of
from parallel_tui.model.sync import Result, SessionSync, Skip, SyncOutcome, SyncPlan, SyncProgress
from parallel_tui.services.sessions import Sessions
from parallel_tui.services.shared import Shared
from parallel_tui.services.sync_expiry import SyncExpiry
from parallel_tui.services.sync_news import SyncNews
from parallel_tui.services.sync_now import Now
from parallel_tui.services.sync_plan import SyncPlanner
from parallel_tui.services.sync_recover import Recovery
from parallel_tui.services.sync_run import Run
from parallel_tui.services.sync_undo import Undoing
from parallel_tui.services.sync_words import outcome, skipped

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
        expiry: Forgets old runs.
    """

    git: GitReader
    planner: SyncPlanner
    acts: SyncActs
    records: SyncRecords
    recovery: Recovery
    news: SyncNews
    expiry: SyncExpiry

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
        with self.records.alone(), self._ended():
            yield from self.recovery.all()
            record = self.records.new(time.strftime("%Y%m%d-%H%M%S", time.gmtime()))
            now = Now(self.git, self.planner)
            run = Run(plan, self.git, self.acts, self.records, now, record)
            try:
                if plan.forward is not None and not cancelled():
                    yield self._forward(plan, plan.forward, now)
                yield from run.sessions(cancelled)
            finally:
                self.news.ran(plan, run.outcomes, run.record)
                self.expiry.run()

    @contextmanager
    def _ended(self) -> Iterator[None]:
        """End what acts keep open, however it ends."""
        try:
            yield
        finally:
            self.acts.close()

    def undo(self, wanted: str | None = None) -> tuple[SyncOutcome, ...]:
        """Put back every branch that a run rewrote and that still stands where it left it.

        Args:
            wanted: Name of the run; `None` for the newest that has something to put back.

        Raises:
            UsageError: When there is no such run.
            RefusedError: When there is nothing to put back.
        """
        with self.records.alone(), self._ended():
            tuple(self.recovery.all())
            undoing = Undoing(self.acts, self.records, Now(self.git, self.planner))
            record = undoing.choose(wanted)
            outcomes = undoing.put_back(record)
            self.news.undone(record.time, outcomes)
            return outcomes

    def _forward(self, plan: SyncPlan, new: str, now: Now) -> SyncOutcome:
        """Move the local base on, where that disturbs nobody."""
        row = SessionSync("", plan.base, "", plan.base, None)
        try:
            base = self.git.base(self.planner.base)
            row = replace(row, head=base.oid)
            now.look()
            if self.git.divergences(base.oid, [new])[new].behind or base.name != plan.base:
                return outcome(row, Result.FAILED, "it moved since it was looked at")
            home = now.home(base.name)
            tree = home.worktree if home else None
            if home is not None and tree is not None:
                if not tree.is_main:
                    return skipped(row, Skip.BASE, f"it stays: it is checked out in {tree.path}")
                found = now.reason(home, "")
                if found is not None:
                    return skipped(row, found[0], f"it stays where it is: {found[1]}")
            self.acts.forward(tree, base.ref, base.oid, new)
        except ParallelError as error:
            return outcome(row, Result.FAILED, f"it stays where it is: {error.message}")
        return outcome(row, Result.SYNCED, f"moved on to {plan.onto_name}", after=new)


def syncer(
    runner: Runner,
    git: GitReader,
    processes: Processes,
    sessions: Sessions,
    shared: Shared,
    config: Config,
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
        config: Effective settings.
        cwd: Where we stand.
        clock: Epoch seconds.
    """
    acts = SyncActs(runner)
    records = SyncRecords(runner.repository)
    return Syncer(
        git,
        SyncPlanner(git, SyncLook(runner), sessions, config.base, clock, cwd),
        acts,
        records,
        Recovery(git, acts, records, processes),
        SyncNews(shared.store, shared.identity, clock),
        SyncExpiry(records, SyncBackups(runner), shared.store, config, clock),
    )
