"""Make what a sync comes to that resolves conflicts as they were resolved before."""

from __future__ import annotations

from contextlib import closing

from parallel_tui.errors import RefusedError
from parallel_tui.model.landing.plan import Strategy, Turn
from parallel_tui.model.landing.simulation import Clash
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.sync.sync import SessionSync, SyncPlan
    from parallel_tui.ports.landing.run import LandingSteps
    from parallel_tui.ports.overlaps import LandingLook


@dataclass(frozen=True, slots=True)
class ResolvedSyncs:
    """Makes the commits of such syncs, and moves nothing.

    git itself would stop at the conflict, so they are made of what is simulated: a sync is a
    landing of the branch on what it is brought up to, or of that on the branch.

    Attributes:
        look: Simulates.
        lands: Makes commits of what was simulated.
    """

    look: LandingLook
    lands: LandingSteps

    def make(self, row: SessionSync, plan: SyncPlan, message: str) -> str:
        """The commit that a session's branch is to stand at.

        Args:
            row: The session as planned.
            plan: What it is part of.
            message: That of a merge.

        Raises:
            RefusedError: When it comes to anything else than what was shown.
            GitError: When git gave no answer.
            CouldNotLookError: When it cannot be simulated.
        """
        branch, head = row.branch or "", row.head or ""
        at, brought = (head, plan.onto) if plan.merge else (plan.onto, head)
        how = Strategy.MERGE if plan.merge else Strategy.REBASE
        with closing(self.look.begin(at, {row.name: brought}, how, resolved=True)) as trial:
            (told,) = trial.land(trial.start(), [row.name])
            if isinstance(told, Clash):
                why = told.unknown or f"it conflicts in {', '.join(told.paths[:3])}"
                raise RefusedError(f"it does not resolve any more as it was shown: {why}")
            if told.tree != row.tree:
                raise RefusedError("it would come to other files than were shown")
            turn = Turn(row.name, branch, row.path, brought, told.tree, "")
            return self.lands.make(trial, turn, at, how, message)
