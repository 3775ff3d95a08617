"""What plans landings, apart from all that other commands load."""

from __future__ import annotations

from parallel_tui.model.lazy import Later, Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from parallel_tui.adapters.git.simulate.sync_preview import SyncLook
    from parallel_tui.adapters.git.write.request_refs import RequestRefs
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.ports.sync import SyncSteps
    from parallel_tui.services.landing.checking import SessionChecker
    from parallel_tui.services.landing.live import LivePlan
    from parallel_tui.services.landing.plan import LandingPlanner
    from parallel_tui.services.landing.resolved import ResolvedBefore
    from parallel_tui.services.landing.results import CheckResults
    from parallel_tui.services.landing.running.news import LandingNews
    from parallel_tui.services.landing.running.recovery import LandingSettler
    from parallel_tui.services.landing.running.run import Lander
    from parallel_tui.services.landing.running.undo import LandingUndo
    from parallel_tui.services.moves.settling import MoveSettler
    from parallel_tui.services.sync.resolved import ResolvedSyncs
    from parallel_tui.services.sync.syncer import Syncer
    from parallel_tui.services.trash.toolbox import Tools


class LandingParts(Lazy):
    """What the dashboard lands with, for the repository of a core; made when first asked for."""

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core

    @lazy
    def planner(self) -> LandingPlanner:
        """Plans landings."""
        return planner(self._core)

    @lazy
    def checker(self) -> SessionChecker:
        """Checks sessions."""
        return checker(self._core)

    @lazy
    def lander(self) -> Lander:
        """Lands sessions."""
        return lander(self._core)

    def live(self) -> LivePlan:
        """Plans of what is there now; whoever asks closes it.

        What plans is made by the thread that first looks: a key waits for none of it.
        """
        from parallel_tui.services.landing.live import LivePlan

        plans: Any = Later(lambda: self.planner)
        return LivePlan(plans)


def planner(core: Core) -> LandingPlanner:
    """Plans landings in the repository of a core."""
    from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
    from parallel_tui.services.landing.past import PastLandings
    from parallel_tui.services.landing.plan import LandingPlanner
    from parallel_tui.services.landing.readiness import ReadinessChecker

    look = LandingReads(core.runner)
    readiness = ReadinessChecker(core.git, look, core.boundaries.checker, results(core))
    history = PastLandings(core.git, core._merged, core.tools.trash, core.needs.registry)
    return LandingPlanner(
        core.git,
        look,
        core.sessions,
        readiness,
        core._config,
        core.needs,
        history,
        core._elsewhere,
    )


def new_syncer(core: Core) -> Syncer:
    """What brings sessions up to date with base."""
    from parallel_tui.adapters.git.write.rebase import SyncActs
    from parallel_tui.adapters.git.write.sync_backups import SyncBackups
    from parallel_tui.services.sync.syncer import syncer

    return syncer(
        core.git,
        SyncActs(core.runner),
        sync_look(core),
        core._merged,
        SyncBackups(core.runner),
        core.sessions,
        core.shared,
        core._config,
        core.where,
        core.tools,
        core.at_work,
        resolved_syncs(core),
    )


def sync_look(core: Core) -> SyncLook:
    """Previews syncs."""
    from parallel_tui.adapters.git.simulate.resolutions import RememberedResolutions
    from parallel_tui.adapters.git.simulate.sync_preview import SyncLook

    known = RememberedResolutions(core.runner, core._config.merge_rerere)
    return SyncLook(core.runner, resolutions=known)


def resolved_syncs(core: Core) -> Any:
    """`ResolvedSyncs`, which makes what syncs come to; made when a sync first asks for it."""

    def made() -> ResolvedSyncs:
        from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
        from parallel_tui.adapters.git.write.landing import LandingActs
        from parallel_tui.services.sync.resolved import ResolvedSyncs

        return ResolvedSyncs(LandingReads(core.runner), LandingActs(core.runner))

    return Later(made)


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
    from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
    from parallel_tui.services.consent import Gate
    from parallel_tui.services.landing.checking import SessionChecker

    gate = Gate(core.git, TrustFile(core.env), core._config, core.loaded.origins)
    look = LandingReads(core.runner)
    return SessionChecker(core.git, look, core.sessions, gate, results(core))


def lander(core: Core) -> Lander:
    """Lands sessions on base."""
    from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
    from parallel_tui.adapters.git.simulate.sync_preview import SyncLook
    from parallel_tui.adapters.git.write.landing import LandingActs
    from parallel_tui.adapters.git.write.pushing import Pushing
    from parallel_tui.adapters.git.write.rebase import SyncActs
    from parallel_tui.adapters.git.write.sync_backups import SyncBackups
    from parallel_tui.bootstrap.recovering import moves
    from parallel_tui.services.landing.running.expiry import LandingExpiry
    from parallel_tui.services.landing.running.place import BasePlace
    from parallel_tui.services.landing.running.run import Lander

    tips, acts = SyncLook(core.runner), SyncActs(core.runner)
    records, backups = core.tools.landings, SyncBackups(core.runner)
    return Lander(
        planner=planner(core),
        look=LandingReads(core.runner),
        tips=tips,
        lands=LandingActs(core.runner),
        acts=acts,
        place=BasePlace(core.git, acts),
        remote=Pushing(core.runner),
        tools=core.tools,
        news=_news(core, acts),
        expiry=LandingExpiry(records, tips, backups, core._config, core.clock),
        settler=settler_of_landings(core, core.tools, moves(core, acts)),
    )


def landing_undo(core: Core) -> LandingUndo:
    """Puts base back to where it stood before sessions landed on it."""
    from parallel_tui.adapters.git.simulate.sync_preview import SyncLook
    from parallel_tui.adapters.git.write.landing import LandingActs
    from parallel_tui.adapters.git.write.pushing import Pushing
    from parallel_tui.adapters.git.write.rebase import SyncActs
    from parallel_tui.bootstrap.recovering import moves
    from parallel_tui.services.landing.running.place import BasePlace
    from parallel_tui.services.landing.running.undo import LandingUndo

    acts = SyncActs(core.runner)
    return LandingUndo(
        tips=SyncLook(core.runner),
        lands=LandingActs(core.runner),
        acts=acts,
        place=BasePlace(core.git, acts),
        remote=Pushing(core.runner),
        tools=core.tools,
        news=_news(core, acts),
        settler=settler_of_landings(core, core.tools, moves(core, acts)),
    )


def settler_of_landings(core: Core, tools: Tools, moves: MoveSettler) -> LandingSettler:
    """Settles landings that were cut off.

    Args:
        core: The repository.
        tools: The neighbours.
        moves: Settles branches that were on their way in a worktree.
    """
    from parallel_tui.adapters.git.write.landing import LandingActs
    from parallel_tui.adapters.git.write.pushing import Pushing
    from parallel_tui.services.landing.running.recovery import LandingSettler

    lands, news = LandingActs(core.runner), _news(core, moves.acts)
    return LandingSettler(tools.landings, moves, lands, Pushing(core.runner), news)


def _news(core: Core, acts: SyncSteps) -> LandingNews:
    from parallel_tui.services.landing.running.news import LandingNews
    from parallel_tui.services.landing.running.place import BasePlace

    shared = core.shared
    follower: Any = Later(lambda: core.reaching.follower)
    return LandingNews(shared.store, shared.identity, BasePlace(core.git, acts), follower)


def results(core: Core) -> CheckResults:
    """What is known of commits' tests."""
    from pathlib import Path

    from parallel_tui.adapters.disk.checks import KeptChecks
    from parallel_tui.services.landing.results import CheckResults

    kept = KeptChecks(Path(core.repository.runtime_dir) / "checks")
    return CheckResults(kept, core._config.merge_check, core.clock)
