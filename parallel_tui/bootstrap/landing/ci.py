"""What continuous integration needs, apart from all that other commands load."""

from __future__ import annotations

from parallel_tui.model.lazy import Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.model.ci.event import CiEvent
    from parallel_tui.ports.policy import BoundaryCheck
    from parallel_tui.services.ci.branches import CiChecker
    from parallel_tui.services.ci.files import CiWriter


class CiParts(Lazy):
    """The parts that work for a run of continuous integration."""

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core

    def event(self) -> CiEvent:
        """What this run is about, as its service tells it.

        Raises:
            UnusableFileError: When GitHub names a file that cannot be read.
        """
        from parallel_tui.adapters.disk import reading
        from parallel_tui.model.ci.event import Provider, provider_of, understand

        env = self._core.env
        told = env.get("GITHUB_EVENT_PATH") if provider_of(env) is Provider.GITHUB else None
        return understand(env, reading.read_json(told, follow=True) if told else None)

    @lazy
    def checker(self) -> CiChecker:
        """Judges the commit of a run."""
        from parallel_tui.adapters.git.simulate.commits import Commits
        from parallel_tui.services.ci.branches import CiChecker

        core = self._core
        return CiChecker(
            core.git, core._config, lambda: Commits(core.runner), core.clock, self._boundaries()
        )

    def _boundaries(self) -> BoundaryCheck:
        """What judges boundaries."""
        from parallel_tui.command_lines import BOUNDARY_LINES
        from parallel_tui.services.policy.commits import CommitBoundaries

        parts = self._core.boundaries
        return CommitBoundaries(parts.changes, parts.policies, self._core.clock, BOUNDARY_LINES)

    @lazy
    def writer(self) -> CiWriter:
        """Writes files for a service."""
        from parallel_tui.services.ci.files import CiWriter

        core = self._core
        return CiWriter(core.disk, core.sessions, core.where)
