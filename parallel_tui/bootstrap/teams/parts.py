"""What starts and ends teams of sessions, each part made when somebody asks for it."""

from __future__ import annotations

import os
from pathlib import Path

from parallel_tui.bootstrap.teams.asked_once import AskedOnce
from parallel_tui.model.lazy import Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from parallel_tui.adapters.config.boundary_file import RepositoryBoundaries
    from parallel_tui.adapters.config.team_files import TeamFileReader
    from parallel_tui.adapters.undo.team_record import TeamRecordFiles
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.model.settings.config import Config
    from parallel_tui.services.removal.remover import Remover
    from parallel_tui.services.spawn.spawner import Spawner
    from parallel_tui.services.team.choosing import TeamChoice
    from parallel_tui.services.team.ending import TeamEnder
    from parallel_tui.services.team.planning import TeamPlanner
    from parallel_tui.services.team.saving import TeamSaver
    from parallel_tui.services.team.starting import TeamStarter
    from parallel_tui.services.team.undo import TeamUndo


_GIT = frozenset(
    {"worktrees", "branches", "base", "status", "untracked_matching", "tracked_in_claude"}
)
"""What a plan of many sessions asks git for each of them, and gets the same answer to."""

_FURNISHING = frozenset({"untracked_matching", "tracked_in_claude", "tracked_directories"})
"""The same while they are made: what new sessions do not change."""

_MUX = frozenset({"check", "listing"})


class TeamParts(Lazy):
    """Parts that need descriptions of teams.

    Args:
        core: The repository.
        config: Effective settings.
    """

    def __init__(self, core: Core, config: Config) -> None:
        super().__init__()
        self._core = core
        self._config = config

    @lazy
    def files(self) -> TeamFileReader:
        """Finds descriptions of teams."""
        from parallel_tui.adapters.config import config_file
        from parallel_tui.adapters.config.team_files import TeamFileReader

        core = self._core
        paths = config_file.paths(core.repository, core.env)
        trees = [tree.path for tree in core.git.worktrees()]
        homes = (*trees, core.repository.common_dir)
        return TeamFileReader(paths, core.repository.main_path, core.where, homes)

    @lazy
    def boundaries(self) -> RepositoryBoundaries | None:
        """The repository's file of boundaries; `None` without a main worktree."""
        from parallel_tui.adapters.config import places
        from parallel_tui.adapters.config.boundary_file import RepositoryBoundaries

        repository = self._core.repository
        root = repository.coordination_root
        inside = os.path.realpath(root) == os.path.realpath(f"{repository.main_path}/.claude")
        return (
            None
            if repository.bare or not inside
            else RepositoryBoundaries(places.repositorys(root))
        )

    @lazy
    def records(self) -> TeamRecordFiles:
        """What starts of teams have done."""
        from parallel_tui.adapters.undo.team_record import TeamRecordFiles

        return TeamRecordFiles(Path(self._core.repository.runtime_dir) / "teams")

    def planner(self) -> TeamPlanner:
        """Plans teams, once: what it was told stays so."""
        from parallel_tui.adapters.git.read.history import CommitHistory
        from parallel_tui.command_lines import on_tasks
        from parallel_tui.services.session.lookup import Sessions
        from parallel_tui.services.spawn.plan import Planner
        from parallel_tui.services.team.planning import TeamPlanner

        core = self._core
        git: Any = AskedOnce(lambda: core.git, _GIT)
        mux: Any = AskedOnce(lambda: core.mux, _MUX)
        sessions = Sessions(git, mux)
        one = Planner(
            git, mux, sessions, self._config, core.gate, core.needs, core.machine.look.now
        )
        return TeamPlanner(
            git, sessions, core.store, self._config, self.boundaries,
            CommitHistory(core.runner), one, on_tasks,
        )  # fmt: skip

    def spawner(self) -> Spawner:
        """Starts many sessions."""
        from parallel_tui.record import replace

        core = self._core
        git: Any = AskedOnce(lambda: core.git, _FURNISHING)
        return replace(core.spawner, git=git)

    @lazy
    def starter(self) -> TeamStarter:
        """Starts teams."""
        from parallel_tui.services.team.starting import TeamStarter

        core = self._core
        return TeamStarter(
            self.planner, self.spawner, core.attacher, core.tools, self.records,
            self.boundaries, core.sessions,
        )  # fmt: skip

    def ender(self) -> TeamEnder:
        """Ends teams."""
        from parallel_tui.services.team.ending import TeamEnder

        return TeamEnder(self.planner, self._core.remover, self._looker)

    def _looker(self) -> Remover:
        """Looks at many sessions at one moment; each is looked at alone before it is removed."""
        from parallel_tui.record import replace
        from parallel_tui.services.session.lookup import Sessions

        core = self._core
        git: Any = AskedOnce(lambda: core.git, frozenset({"worktrees"}))
        mux: Any = AskedOnce(lambda: core.mux, _MUX | {"elsewhere"})
        return replace(core.remover, git=git, mux=mux, sessions=Sessions(git, mux))

    def saver(self) -> TeamSaver:
        """Makes teams of what runs."""
        from parallel_tui.services.team.saving import TeamSaver

        return TeamSaver(self.planner(), self._core.disk)

    @lazy
    def undo(self) -> TeamUndo:
        """Takes starts of teams back."""
        from parallel_tui.services.team.undo import TeamUndo

        core = self._core
        return TeamUndo(self.records, core.remover, core.tools, self.boundaries)

    @lazy
    def choice(self) -> TeamChoice:
        """Knows all teams."""
        from parallel_tui.services.team.choosing import TeamChoice

        return TeamChoice(self.files)
