"""What plans landings, apart from all that other commands load."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.services.landing.checking import SessionChecker
    from parallel_tui.services.landing.live import LivePlan
    from parallel_tui.services.landing.plan import LandingPlanner
    from parallel_tui.services.landing.results import CheckResults
    from parallel_tui.services.landing.run import Lander


class LandingParts:
    """What the dashboard lands with, for the repository of a core."""

    def __init__(self, core: Core) -> None:
        self.planner = planner(core)
        self.checker = checker(core)
        self.lander = lander(core)

    def live(self) -> LivePlan:
        """Plans of what is there now; whoever asks closes it."""
        from parallel_tui.services.landing.live import LivePlan

        return LivePlan(self.planner)


def planner(core: Core) -> LandingPlanner:
    """Plans landings in the repository of a core."""
    from parallel_tui.adapters.git.simulate.landing.simulation import LandingReads
    from parallel_tui.services.landing.plan import LandingPlanner
    from parallel_tui.services.landing.readiness import ReadinessChecker

    look = LandingReads(core.runner)
    readiness = ReadinessChecker(core.git, look, core.boundaries.checker, _results(core))
    return LandingPlanner(core.git, look, core.sessions, readiness, core._config)


def checker(core: Core) -> SessionChecker:
    """Checks sessions with the configured commands."""
    from parallel_tui.adapters.config.trust import TrustFile
    from parallel_tui.adapters.git.simulate.landing.simulation import LandingReads
    from parallel_tui.services.consent import Gate
    from parallel_tui.services.landing.checking import SessionChecker

    gate = Gate(core.git, TrustFile(core.env), core._config, core.loaded.origins)
    look = LandingReads(core.runner)
    return SessionChecker(core.git, look, core.sessions, gate, _results(core))


def _results(core: Core) -> CheckResults:
    from pathlib import Path

    from parallel_tui.adapters.disk.checks import KeptChecks
    from parallel_tui.services.landing.results import CheckResults

    kept = KeptChecks(Path(core.repository.runtime_dir) / "checks")
    return CheckResults(kept, core._config.merge_check, core.clock)


def lander(core: Core) -> Lander:
    """Lands sessions on base."""
    from parallel_tui.services.landing.run import Lander

    return Lander(planner(core))
