"""Land sessions on base, one at a time, each exactly as it was simulated."""

from __future__ import annotations

from parallel_tui.errors import RefusedError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.model.landing.plan import LandingPlan
    from parallel_tui.model.landing.run import LandingStep
    from parallel_tui.services.landing.plan import LandingPlanner
    from parallel_tui.services.landing.receipt import LandingReceipt


@dataclass(frozen=True, slots=True)
class Lander:
    """Lands sessions.

    Attributes:
        planner: Says what would land; `planner.plan(wanted, order=…)` takes an order set by hand.
    """

    planner: LandingPlanner

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
            push: Whether base's remote branch is given exactly what has landed.
            told: Given each step as it happens, from the thread that runs this.
            stopped: Asked before each landing; once true, the rest is left alone.

        Returns:
            What landed; and, where it stopped before its end, why.

        Raises:
            RefusedError: When nothing landed: base, its worktree or a session is not as shown,
                another run goes on, or git refuses.
            CouldNotLookError: When nothing landed, for git gave no answer.
        """
        raise RefusedError("Landing is not possible yet")
