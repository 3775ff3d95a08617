"""Land sessions on base, one at a time, each exactly as it was simulated."""

from __future__ import annotations

import time

from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.landing.record import LandingRecord
from parallel_tui.model.landing.resolution import resolved_note
from parallel_tui.model.landing.run import LandingStep, Phase, Pushed
from parallel_tui.model.scope import COORDINATION, TOPOLOGY, status_of
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass, replace
from parallel_tui.services.landing.running.one import Landing, backup_of
from parallel_tui.services.landing.running.receipt import LandingReceipt
from parallel_tui.services.moves.settling import NotRestoredError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Final

    from parallel_tui.model.landing.plan import LandingPlan
    from parallel_tui.model.lifecycle.recovery import Settled
    from parallel_tui.model.session.repository import Base
    from parallel_tui.ports.landing.run import LandingRemote, LandingSteps
    from parallel_tui.ports.overlaps import LandingLook
    from parallel_tui.ports.sync import SyncPreview, SyncSteps
    from parallel_tui.services.landing.plan import LandingPlanner
    from parallel_tui.services.landing.running.expiry import LandingExpiry
    from parallel_tui.services.landing.running.news import LandingNews
    from parallel_tui.services.landing.running.place import BasePlace
    from parallel_tui.services.landing.running.recovery import LandingSettler
    from parallel_tui.services.trash.toolbox import Tools

LANDS: Final = ("land", "unland", "push")
"""Verbs of what a recovery tells of landings."""


@dataclass(frozen=True, slots=True)
class Lander:
    """Lands sessions.

    Attributes:
        planner: Says what would land; `planner.plan(wanted, order=…)` takes an order set by hand.
        look: Simulates.
        tips: Knows where branches stand.
        lands: Lands.
        acts: Proves how worktrees stand, and gives them back.
        place: Knows where base is checked out.
        remote: Base's remote branch.
        tools: For the way in, and the records.
        news: Journal lines and events.
        expiry: Forgets old runs.
        settler: Recovers runs.
    """

    planner: LandingPlanner
    look: LandingLook
    tips: SyncPreview
    lands: LandingSteps
    acts: SyncSteps
    place: BasePlace
    remote: LandingRemote
    tools: Tools
    news: LandingNews
    expiry: LandingExpiry
    settler: LandingSettler

    def run(
        self,
        plan: LandingPlan,
        *,
        push: bool = False,
        told: Callable[[LandingStep], None] = lambda step: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> LandingReceipt:
        """Land what a plan says, as it was shown.

        Args:
            plan: What was shown.
            push: Whether base's remote branch is given exactly what has landed, once all has.
            told: Given each step as it happens, from the thread that runs this.
            stopped: Asked before each landing; once true, the rest is left alone.

        Returns:
            What landed; and, where it stopped before its end, why.

        Raises:
            UsageError: When base is no branch, or it is to be pushed and follows no remote branch.
            RefusedError: When nothing landed: base, its worktree or a session is not as shown,
                another run goes on, or git refuses.
            CouldNotLookError: When nothing landed, for git gave no answer.
            NotRestoredError: When base could not be proved to stand as before.
        """
        if not plan.order:
            raise RefusedError("Nothing is ready to land")
        if not plan.base.ref.startswith("refs/heads/"):
            raise UsageError(
                f"{plan.base.name} is no branch of this repository, so nothing can be landed on it",
                hint="Name a local branch with --base, or set base.",
            )
        target = self._target(plan.base) if push else None
        try:
            with self.tools.syncing() as settled:
                _demand_settled((*settled, *self.settler.rest(settled)))
                return self._run(plan, target, told, stopped)
        finally:
            self.acts.close()

    def _run(
        self,
        plan: LandingPlan,
        target: Pushed | None,
        told: Callable[[LandingStep], None],
        stopped: Callable[[], bool],
    ) -> LandingReceipt:
        records = self.tools.landings
        name = records.new(time.strftime("%Y%m%d-%H%M%S", time.gmtime()))
        base = plan.base.ref.removeprefix("refs/heads/")
        record = LandingRecord(name, base, plan.strategy, plan.base.oid)
        at = Landing(
            self.look,
            self.tips,
            self.lands,
            self.acts,
            self.place,
            records,
            record,
            self.settler.all,
            plan.resolved,
        )
        error: ParallelError | OSError | None = None
        cancelled = False
        count = len(plan.order)
        for number, turn in enumerate(plan.order, 1):
            if cancelled := stopped():
                break
            words = f"landing {turn.session} on {base} ({number} of {count})"
            told(LandingStep(Phase.BEGINS, turn.session, number, count, words))
            try:
                at.one(plan.order[number - 1 :])
            except NotRestoredError:
                self._tell(at.record)
                raise  # the record stays open, and the next command goes on from there
            except (ParallelError, OSError) as failed:
                error = failed
                break
            landed = at.record.landed[-1]
            words = f"landed {turn.session}: {base} is at {landed.after[:10]}"
            if turn.resolved:
                words += f"; {resolved_note(turn.resolved)}"
            told(LandingStep(Phase.LANDED, turn.session, number, count, words, landed))
        if error is not None and not at.record.landed:
            self._close(at.record)
            raise error if isinstance(error, ParallelError) else RefusedError(str(error))
        warnings = self._tell(at.record)
        if target is not None and error is None and not cancelled:
            error = self._push(at, replace(target, after=at.record.after), told)
        warnings = (*warnings, *self._close(at.record), *self.expiry.run())
        return self._receipt(plan, at.record, error, warnings, cancelled=cancelled)

    def _target(self, base: Base) -> Pushed:
        upstream = self.remote.upstream(base)
        if upstream is None:
            raise UsageError(
                f"{base.name} follows no remote branch, so it cannot be pushed",
                hint=f"git branch --set-upstream-to=REMOTE/BRANCH {base.name} lets it follow one.",
            )
        known = self.tips.commit_of(upstream.tracking) or ""
        if known and not self.lands.contains(base.oid, known):
            raise RefusedError(
                f"{upstream.name} has commits that {base.name} does not have, so it could not be "
                "pushed",
                hint="Bring base up to date first.",
            )
        return Pushed(upstream.name, upstream.remote, upstream.source, known, "")

    def _push(
        self, at: Landing, target: Pushed, told: Callable[[LandingStep], None]
    ) -> ParallelError | None:
        count = len(at.record.landed)
        words = f"pushing {at.record.base} to {target.name}"
        told(LandingStep(Phase.PUSHING, "", count, count, words))
        begun = replace(at.record, pushing=target)
        try:
            self.tools.landings.save(begun)
            self.remote.push(target)
        except RefusedError as error:
            return error
        except ParallelError as error:
            at.record = begun  # the remote may have it: whoever comes next asks
            return error
        at.record = replace(begun, pushing=None, pushed=target)
        self.news.pushed(at.record)
        words = f"pushed: {target.name} is at {target.after[:10]}"
        told(LandingStep(Phase.PUSHED, "", count, count, words))
        return None

    def _tell(self, record: LandingRecord) -> tuple[str, ...]:
        return self.news.ran(record)

    def _close(self, record: LandingRecord) -> tuple[str, ...]:
        """Write that a run is over; a record that says that something is under way stays open."""
        if record.running is not None or record.pushing is not None:
            return ()
        if not record.landed:
            self.acts.drop(backup_of(record).name, record.before)
        try:
            self.tools.landings.close(record)
        except RefusedError as error:
            return (error.message,)
        return ()

    def _receipt(
        self,
        plan: LandingPlan,
        record: LandingRecord,
        error: ParallelError | OSError | None,
        warnings: tuple[str, ...],
        *,
        cancelled: bool,
    ) -> LandingReceipt:
        names = record.sessions
        left = tuple(each.session for each in plan.order if each.session not in names)
        words = f"Landed {', '.join(names)} on {record.base}" if names else "Nothing was landed"
        if record.pushed is not None:
            words += f", and pushed it to {record.pushed.name}"
        if left:
            words += f"; {plural(len(left), 'session')} did not land: {', '.join(left)}"
        hint = error.hint if isinstance(error, ParallelError) else ""
        why = error.message if isinstance(error, ParallelError) else str(error or "")
        homes = (status_of(None),) if names else ()
        return LandingReceipt(
            words,
            scopes=(TOPOLOGY, *homes, COORDINATION),
            warnings=warnings,
            undo=(UndoAction(UndoKind.LANDING, record.time),) if record.undoable else (),
            run=record.time,
            base=record.base,
            before=record.before,
            after=record.after,
            strategy=record.strategy,
            landed=record.landed,
            left=left,
            stopped=why,
            hint=hint,
            cancelled=cancelled,
            pushed=record.pushed,
        )


def _demand_settled(settled: Iterable[Settled]) -> None:
    """Refuse while an interrupted landing is not recovered.

    Raises:
        RefusedError: When one is; what, and what to do, as the recovery told it.
    """
    for each in settled:
        if each.open and each.verb in LANDS:
            raise RefusedError(
                f"An earlier landing is not settled: {each.message}",
                hint="\n".join(line for line in each.remedy if isinstance(line, str)),
            )
