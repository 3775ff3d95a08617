"""What agents and git call, and what puts it into their settings."""

from __future__ import annotations

import sys
from pathlib import Path

from parallel_tui.adapters.config.hook_files import LocalHookFiles
from parallel_tui.adapters.git.read.hooks_folder import hooks_folder
from parallel_tui.command_lines import BOUNDARY_LINES, CHECK_COMMIT, FREE_FOR_AGENTS, UNDO_GIT_HOOK
from parallel_tui.model.lazy import Lazy, lazy
from parallel_tui.services.hooks.git_hook import GitHook
from parallel_tui.services.hooks.installer import HookInstaller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.found import FoundRepository
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.disk import Disk
    from parallel_tui.services.hooks.stop_scan import StopScan
    from parallel_tui.services.policy.check import BoundaryChecker
    from parallel_tui.services.sharing.sharing import Shared
    from parallel_tui.services.spawn.binding import AgentBinder


class HookParts(Lazy):
    """Parts that have to do with hooks.

    Args:
        found: The repository and its neighbours.
        config: Effective settings.
    """

    def __init__(self, found: FoundRepository, config: Config) -> None:
        super().__init__()
        self._found = found
        self._config = config

    @lazy
    def files(self) -> LocalHookFiles:
        """Settings of agents, hooks of git, and records of what was put into them."""
        repository = self._found.repository
        return LocalHookFiles(
            repository.coordination_root,
            repository.common_dir,
            Path(repository.runtime_dir) / "hooks",
            lambda: hooks_folder(repository.common_dir, repository.main_path),
        )

    @lazy
    def installer(self) -> HookInstaller:
        """Installs hooks in agents' settings."""
        found = self._found
        here = found.sessions.standing_in(found.where)
        tree = here.worktree if here else None
        top = tree.path if tree and not tree.bare else None
        return HookInstaller(self.files, found.repository, top, found.env, self._config.agent_hooks)

    def binder(self, disk: Disk, shared: Shared) -> AgentBinder:
        """Makes agents that are started report and ask."""
        from parallel_tui.services.spawn.binding import AgentBinder

        root = self._found.repository.coordination_root
        wanted = self._config.agent_hooks
        return AgentBinder(disk, self.files, root, shared, FREE_FOR_AGENTS, wanted)

    def scan(self, checker: BoundaryChecker) -> StopScan:
        """Looks at what a session changed when its agent stops."""
        from parallel_tui.services.hooks.stop_scan import StopScan

        found = self._found
        root = found.repository.coordination_root
        return StopScan(checker, self.files, root, found.clock, BOUNDARY_LINES)

    @lazy
    def git(self) -> GitHook:
        """Installs git's pre-commit hook."""
        return GitHook(
            self.files, self._found.repository, sys.executable, CHECK_COMMIT, UNDO_GIT_HOOK
        )
