"""What plans landings, apart from all that other commands load."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.services.landing.plan import LandingPlanner


def planner(core: Core) -> LandingPlanner:
    """Plans landings in the repository of a core."""
    from parallel_tui.adapters.git.simulate.landing.simulation import LandingReads
    from parallel_tui.services.landing.plan import LandingPlanner
    from parallel_tui.services.landing.readiness import ReadinessChecker

    look = LandingReads(core.runner)
    readiness = ReadinessChecker(core.git, look, core.boundaries.checker)
    return LandingPlanner(core.git, look, core.sessions, readiness, core._config)
