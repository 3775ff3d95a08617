"""What the live views of several repositories in one program share."""

from __future__ import annotations

from parallel_tui.model.lazy import Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from parallel_tui.adapters.process.table import SharedPasses
    from parallel_tui.adapters.tmux.listening.shared import SharedClients
    from parallel_tui.bootstrap import Core, Overrides
    from parallel_tui.engine.watching.shared.company import Company
    from parallel_tui.engine.watching.shared.folders import RepositoryFolders
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.mux import Mux


class Together(Lazy):
    """Opens repositories whose live views share what they can.

    That is a pass over the process table, a client on each server, and what stands in `Company`.
    """

    @lazy
    def _company(self) -> Company:
        from parallel_tui.engine.watching.shared.company import Company

        return Company()

    @lazy
    def _passes(self) -> SharedPasses:
        from parallel_tui.adapters.process.table import SharedPasses

        return SharedPasses()

    @lazy
    def _clients(self) -> SharedClients:
        from parallel_tui.adapters.tmux.listening.shared import SharedClients

        return SharedClients()

    def open(self, overrides: Overrides, *, found: Repository) -> Core:
        """Open one of them; see `open_core`."""
        from parallel_tui.bootstrap import open_core

        core = open_core(overrides, multiplexer=self._multiplexer, found=found)
        core.passes, core.company = self._passes, self._company
        return core

    def folders(
        self,
        folders: Sequence[str],
        repositories: Callable[[str], Sequence[str]],
        look: Callable[[str, Sequence[str]], bool],
    ) -> RepositoryFolders:
        """What notices repositories that come to folders or are gone; see `RepositoryFolders`."""
        from parallel_tui.engine.watching.shared.folders import RepositoryFolders

        watcher = self._company.directories.watcher
        return RepositoryFolders(folders, lambda: watcher(None), repositories, look)

    def _multiplexer(self, repository: Repository, config: Config, env: Mapping[str, str]) -> Mux:
        from parallel_tui.bootstrap.windows.multiplexers import multiplexer

        return multiplexer(repository, config, env, self._clients)
