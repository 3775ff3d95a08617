"""Sync sessions with base, one at a time, each finished or restored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from parallel_tui.errors import ParallelError
from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.settings.config import Config
from parallel_tui.model.sync.sync import (
    About,
    Result,
    SessionSync,
    Skip,
    SyncOutcome,
    SyncPlan,
    SyncProgress,
)
from parallel_tui.ports.git import GitReader, MergeProofs
from parallel_tui.ports.sync import SyncBackupRefs, SyncHistory, SyncPreview, SyncSteps
from parallel_tui.ports.system import Clock
from parallel_tui.record import dataclass, replace
from parallel_tui.services.session.at_work import AgentsAtWork
from parallel_tui.services.session.lookup import Sessions
from parallel_tui.services.sharing.sharing import Shared
from parallel_tui.services.sync.announce import SyncNews
from parallel_tui.services.sync.expiry import SyncExpiry
from parallel_tui.services.sync.fetch import Fetcher
from parallel_tui.services.sync.live import Now
from parallel_tui.services.sync.outcomes import outcome, outcome_of, skipped
from parallel_tui.services.sync.plan import SyncPlanner
from parallel_tui.services.sync.recovery import REWRITES
from parallel_tui.services.sync.run import Run
from parallel_tui.services.sync.undo import Undoing, rewriting
from parallel_tui.services.trash.toolbox import Tools

TYPE_CHECKING = False

_OWN: Final = ("sync", *REWRITES)
"""Verbs whose recovery is an outcome of the next run."""

if TYPE_CHECKING:
    from parallel_tui.services.sync.resolved import ResolvedSyncs

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Syncer:
    """Brings sessions up to date.

    Attributes:
        git: Questions to git.
        planner: Says what would happen.
        acts: Changes worktrees.
        records: What runs rewrote.
        tools: For the way in, and notes of what is under way.
        news: Journal lines and events.
        expiry: Forgets old runs.
        resolved: Makes what syncs come to that resolve conflicts as before.
    """

    git: GitReader
    planner: SyncPlanner
    acts: SyncSteps
    records: SyncHistory
    tools: Tools
    news: SyncNews
    expiry: SyncExpiry
    resolved: ResolvedSyncs

    def plan(
        self,
        wanted: Sequence[str] | None,
        *,
        merge: bool = False,
        fetch: bool = True,
        stale: bool = False,
        resolved: bool = False,
        tell: Tell = lambda line: None,
        settle: bool = True,
    ) -> SyncPlan:
        """Plan the sync of each session, after recovery of interrupted changes.

        Args:
            wanted: As for `SyncPlanner.plan`, as all the others.
            merge: Whether base would be merged in instead.
            fetch: Whether to ask the remote first.
            stale: Whether to go on with what is known when it cannot be asked.
            resolved: Whether conflicts become what they were resolved to before.
            tell: Given each line of git's progress.
            settle: Whether that is done first; not where somebody only wants to look.

        Raises:
            CouldNotLookError: As for `SyncPlanner.plan`.
            UsageError: As for `SyncPlanner.plan`.
        """
        if settle:
            self.tools.settle()
        return self.planner.plan(
            wanted, merge=merge, fetch=fetch, stale=stale, resolved=resolved, tell=tell
        )

    def run(
        self, plan: SyncPlan, *, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[SyncProgress | SyncOutcome]:
        """Carry out a plan, yielding each session as it begins and as it ends.

        What a run that was killed left behind is given back first.

        Args:
            plan: As shown.
            cancelled: Asked before each session; once true, the rest is left alone.

        Raises:
            NotRestoredError: When a session could not be proved to stand as before; nothing
                further is touched.
            RefusedError: When another run goes on, or what is done could not be recorded.
        """
        with self._ended(), self.tools.syncing() as settled:
            yield from (outcome_of(each) for each in settled if each.verb in _OWN)
            plan = _without(plan, settled)
            record = self.records.new(time.strftime("%Y%m%d-%H%M%S", time.gmtime()))
            now = Now(self.git, self.planner)
            run = Run(plan, self.git, self.acts, self.records, now, record, self.resolved)
            try:
                if plan.forward is not None and not cancelled():
                    moved = self._forward(plan, plan.forward, now)
                    yield replace(moved, run=record.time, about=About.BASE)
                yield from run.sessions(cancelled)
            finally:
                self.news.ran(plan, run.outcomes, run.record)
                self.expiry.run()

    @contextmanager
    def _ended(self) -> Iterator[None]:
        """Close the sync steps, however the block ends."""
        try:
            yield
        finally:
            self.acts.close()

    def undo(self, wanted: str | None = None) -> tuple[SyncOutcome, ...]:
        """Restore every branch that a run rewrote and that has not moved since.

        Args:
            wanted: Name of the run; `None` for the newest that has something to put back.

        Raises:
            UsageError: When there is no such run.
            RefusedError: When there is nothing to put back.
        """
        with self._ended(), self.tools.syncing() as settled:
            now = Now(self.git, self.planner)
            undoing = Undoing(self.acts, self.records, now, self.tools.intents, tuple(settled))
            record = undoing.choose(wanted)
            outcomes = undoing.put_back(record)
            self.news.undone(record.time, outcomes)
            return outcomes

    def _forward(self, plan: SyncPlan, new: str, now: Now) -> SyncOutcome:
        """Move the local base forward where that disturbs no worktree."""
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
                row = replace(row, key=home.key)
                if not tree.is_main:
                    return skipped(row, Skip.BASE, f"it stays: it is checked out in {tree.path}")
                found = now.reason(home, "")
                if found is not None:
                    return skipped(row, found[0], f"it stays where it is: {found[1]}")
            if tree is None:
                self.acts.forward(None, base.ref, base.oid, new)
            else:
                note = rewriting(
                    base.name, tree, base.name, base.oid, new, self.acts.standing(tree)
                )
                intent = self.tools.intents.begin("forward", note)
                try:
                    self.acts.forward(tree, base.ref, base.oid, new)
                except ParallelError:
                    intent.close()  # git refused, and changed nothing
                    raise
                except BaseException:
                    intent.release()
                    raise
                intent.close()
        except (ParallelError, OSError) as error:
            return outcome(row, Result.FAILED, f"it stays where it is: {_words(error)}")
        return outcome(row, Result.SYNCED, f"moved on to {plan.onto_name}", after=new)


def _without(plan: SyncPlan, settled: Iterable[Settled]) -> SyncPlan:
    """The plan without the sessions whose recovery failed."""
    open_ones = {each.key: each.message for each in settled if each.open}
    return replace(
        plan,
        sessions=tuple(
            replace(row, skip=Skip.UNKNOWN, detail=open_ones[row.key])
            if row.key in open_ones and row.skip is None
            else row
            for row in plan.sessions
        ),
    )


def _words(error: Exception) -> str:
    return error.message if isinstance(error, ParallelError) else str(error)


def syncer(
    git: GitReader,
    steps: SyncSteps,
    preview: SyncPreview,
    merged: MergeProofs,
    backups: SyncBackupRefs,
    sessions: Sessions,
    shared: Shared,
    config: Config,
    cwd: str,
    tools: Tools,
    at_work: AgentsAtWork,
    resolved: ResolvedSyncs,
    clock: Clock = time.time,
) -> Syncer:
    """Assemble a `Syncer`.

    Args:
        git: Questions to git.
        steps: Changes worktrees.
        preview: Asks the remote and simulates.
        merged: Tells what is in base already.
        backups: References that keep what was rewritten.
        sessions: Look-up of what exists.
        shared: For the journal and events.
        config: Effective settings.
        cwd: Where we stand.
        tools: For the way in, and notes of what is under way.
        at_work: Tells what agents do.
        resolved: Makes what syncs come to that resolve conflicts as before.
        clock: Epoch seconds.
    """
    return Syncer(
        git,
        SyncPlanner(
            git,
            preview,
            Fetcher(git, preview, config.base),
            merged,
            sessions,
            config.base,
            at_work,
            cwd,
        ),
        steps,
        tools.syncs,
        tools,
        SyncNews(shared.store, shared.identity),
        SyncExpiry(tools, backups, shared.store, config, clock),
        resolved,
    )
