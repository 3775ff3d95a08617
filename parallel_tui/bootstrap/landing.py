"""What plans landings, apart from all that other commands load."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.git.simulate.sync_preview import SyncLook
    from parallel_tui.adapters.git.write.request_refs import RequestRefs
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.services.landing.checking import SessionChecker
    from parallel_tui.services.landing.plan import LandingPlanner
    from parallel_tui.services.landing.resolved import ResolvedBefore
    from parallel_tui.services.landing.results import CheckResults


def planner(core: Core) -> LandingPlanner:
    """Plans landings in the repository of a core."""
    from parallel_tui.adapters.git.simulate.landing.simulation import LandingReads
    from parallel_tui.services.landing.past import PastLandings
    from parallel_tui.services.landing.plan import LandingPlanner
    from parallel_tui.services.landing.readiness import ReadinessChecker

    look = LandingReads(core.runner)
    readiness = ReadinessChecker(core.git, look, core.boundaries.checker, _results(core))
    history = PastLandings(core.git, core._merged, core.tools.trash, core.needs.registry)
    return LandingPlanner(
        core.git, look, core.sessions, readiness, core._config, core.needs, history
    )


def sync_look(core: Core) -> SyncLook:
    """Previews syncs."""
    from parallel_tui.adapters.git.simulate.resolutions import RememberedResolutions
    from parallel_tui.adapters.git.simulate.sync_preview import SyncLook

    known = RememberedResolutions(core.runner, core._config.merge_rerere)
    return SyncLook(core.runner, resolutions=known)


def request_commits(core: Core) -> RequestRefs:
    """Fetches commits of pull requests."""
    from parallel_tui.adapters.git.write.request_refs import RequestRefs

    return RequestRefs(core.runner)


def resolved(core: Core) -> ResolvedBefore:
    """Shows and forgets how conflicts were resolved before."""
    from parallel_tui.adapters.git.simulate.resolutions import RememberedResolutions
    from parallel_tui.services.landing.resolved import ResolvedBefore

    return ResolvedBefore(RememberedResolutions(core.runner), core.store)


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
