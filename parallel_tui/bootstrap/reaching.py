"""What reaches agents: messages, and conversations opened again."""

from __future__ import annotations

from parallel_tui.model.lazy import Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.ports.agents import Asks
    from parallel_tui.ports.landing.lines import FollowedBase
    from parallel_tui.services.landing.aftermath import AfterLanding
    from parallel_tui.services.landing.following import BaseFollower
    from parallel_tui.services.overlap.briefs import Briefs
    from parallel_tui.services.reaching.delivery import Delivery
    from parallel_tui.services.reaching.post import Post
    from parallel_tui.services.reaching.resting_sync import RestingSync
    from parallel_tui.services.reaching.resume import Resumer


class ReachingParts(Lazy):
    """Parts that reach agents.

    Args:
        core: All that is around them.
    """

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core

    @lazy
    def delivery(self) -> Delivery:
        """Types messages into agents that are proved at rest."""
        from parallel_tui.services.reaching.after_limit import AfterLimit
        from parallel_tui.services.reaching.delivery import Delivery
        from parallel_tui.services.reaching.rest import Rest

        core = self._core
        after_limit = AfterLimit(core.store, core.clock, core.loaded.config.deliver_after_limit)
        rest = Rest(core.at_work.agents, core.clock)
        return Delivery(core.store, rest, core.mux, core.clock, after_limit)

    @lazy
    def post(self) -> Post:
        """Messages to the agents of sessions."""
        from parallel_tui.services.reaching.post import Post

        core = self._core
        return Post(core.store, core.sessions, core.shared.identity, self.delivery)

    @lazy
    def resting_sync(self) -> RestingSync:
        """Syncs of sessions whose agents rest."""
        from parallel_tui.services.reaching.resting_sync import RestingSync

        core, rest = self._core, self.delivery.rest
        identity = core.shared.identity
        return RestingSync(core.store, core.sessions, identity, rest, self.delivery, core.syncer)

    @lazy
    def after_landing(self) -> AfterLanding:
        """Follows moves of base."""
        from parallel_tui.adapters.git.read.changed_lines import ChangedLinesReader
        from parallel_tui.services.landing.aftermath import AfterLanding

        core = self._core
        return AfterLanding(
            core.boundaries.changes,
            ChangedLinesReader(core.runner),
            core.store,
            core.loaded.config,
            followed_base(core),
            core.tools.landings,
        )

    @lazy
    def follower(self) -> BaseFollower:
        """Follows moves of base without a live view."""
        from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
        from parallel_tui.services.landing.following import BaseFollower

        return BaseFollower(self._core.git, LandingReads(self._core.runner), self.after_landing)

    @lazy
    def asks(self) -> Asks:
        """Permissions that agents ask for."""
        from parallel_tui.adapters.agents.asks import PermissionAsks

        return PermissionAsks(self._core.repository.runtime_dir)

    @lazy
    def resumer(self) -> Resumer:
        """Opens conversations again."""
        from parallel_tui.services.reaching.resume import Resumer

        core = self._core
        binder = core.hooks.binder(core.disk, core.shared)
        agents, ports = core.at_work.agents, core.machine.ports
        return Resumer(
            core.store, core.sessions, core.mux, agents, core.gate, binder, core.clock, ports
        )


def followed_base(core: Core) -> FollowedBase:
    """Up to where base was followed by anybody."""
    from pathlib import Path

    from parallel_tui.adapters.undo.followed_base import FollowedBaseFile

    return FollowedBaseFile(Path(core.repository.runtime_dir, "base.followed"))


def briefs(core: Core) -> Briefs:
    """What keeps agents informed of other sessions' changes of the files they edit."""
    from parallel_tui.adapters.store.files.documents.briefs import BriefFolder
    from parallel_tui.adapters.store.files.mechanics.folder import Folder
    from parallel_tui.services.overlap.briefs import Briefs

    folder = Folder(core.repository.coordination_root, ("pdev", "overlaps"))
    return Briefs(BriefFolder(folder, core.repository.common_dir, core.clock))
