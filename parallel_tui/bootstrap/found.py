"""What every command may need of a repository: its settings, git, windows, and what is shared."""

from __future__ import annotations

import time

from parallel_tui.model.lazy import Later, Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.bootstrap import Multiplexer
    from parallel_tui.model.lifecycle.recovery import Settled
    from parallel_tui.model.session.listing import ListedWorktree
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.settings.config import Config
    from parallel_tui.model.settings.loaded import LoadedConfig
    from parallel_tui.model.window.window import MuxListing
    from parallel_tui.ports.git import GitReader, GitWriter
    from parallel_tui.ports.mux import Mux
    from parallel_tui.ports.store import Store, Upkeep
    from parallel_tui.ports.system import Clock, Processes
    from parallel_tui.services.session.lookup import Sessions
    from parallel_tui.services.sharing.sharing import Shared


class OneListing(Later):
    """A multiplexer whose listing is asked for once, whatever it answers."""

    def __init__(self, make: Callable[[], Any]) -> None:
        super().__init__(make)
        self._answer: Any = None
        self._refused: Exception | None = None

    def listing(self) -> MuxListing:
        """What it listed the first time."""
        if self._refused is not None:
            raise self._refused
        if self._answer is None:
            try:
                self._answer = super().__getattr__("listing")()
            except Exception as error:
                self._refused = error
                raise
        found: MuxListing = self._answer
        return found


class OneLook(Later):
    """Questions to git, of which the listing was answered when the repository was found."""

    def __init__(
        self, make: Callable[[], Any], repository: Repository, listed: tuple[ListedWorktree, ...]
    ) -> None:
        super().__init__(make)
        self.repository = repository
        self._listed = listed
        self._trees: tuple[Worktree, ...] = ()

    def worktrees(self) -> tuple[Worktree, ...]:
        """All worktrees; see `GitReader.worktrees`."""
        if not self._trees:
            if self.repository.reftable:  # whose operations git alone can tell
                self._trees = super().__getattr__("worktrees")()
            else:
                from parallel_tui.adapters.git.repo.worktree_list import resolve

                self._trees = resolve(self.repository, self._listed)
        return self._trees


class NoWindows(Later):
    """A multiplexer that is known to have no windows; for anything else it is asked itself."""

    def listing(self) -> MuxListing:
        """What it would list."""
        from parallel_tui.model.window.window import MuxListing

        return MuxListing(running=False)

    def own_pane(self, env: Mapping[str, str]) -> str | None:
        """The pane that a program runs in: none."""
        return None


class FoundRepository(Lazy):
    """A repository that was found, and its neighbours.

    Attributes:
        repository: Which.
        env: Our environment.
        where: The directory that the command is about.
        listeners: Told what a recovery did.
        clock: Time.
    """

    def __init__(
        self,
        repository: Repository,
        settings: Mapping[str, object],
        env: Mapping[str, str],
        where: str,
        *,
        shared_in: tuple[Store, Upkeep] | None,
        multiplexer: Multiplexer | None,
        listed: tuple[ListedWorktree, ...] | None,
    ) -> None:
        super().__init__()
        self.repository = repository
        self.env = env
        self.where = where
        self.listeners: list[Callable[[Settled], None]] = []
        self.clock: Clock = time.time
        self._settings = settings
        self._shared_in = shared_in
        self._multiplexer = multiplexer
        self._default_multiplexer = multiplexer is None
        self._listed = listed

    @lazy
    def warnings(self) -> tuple[str, ...]:
        """What is odd about the settings, and where windows are looked for."""
        quiet = self._unset and self._default_multiplexer and not self.env.get("TMUX")
        return () if quiet else self.loaded.warnings

    def demand_settings(self) -> None:
        """Make sure that what is set can be used.

        Raises:
            ConfigError: When a configuration file cannot be used.
            UsageError: When the command line names no setting.
        """
        _ = self.warnings

    @lazy
    def _read(self) -> LoadedConfig:
        from parallel_tui.adapters.config import config_file

        return config_file.load(self.repository, self._settings, self.env)

    @lazy
    def _config(self) -> Config:
        if not self._unset:
            return self._read.config
        from parallel_tui.model.settings.config import Config

        return Config()

    @lazy
    def loaded(self) -> LoadedConfig:
        """Effective settings with their sources and warnings."""
        if not self.mux.notice:
            return self._read
        from parallel_tui.record import replace

        return replace(self._read, warnings=(*self._read.warnings, self.mux.notice))

    @lazy
    def runner(self) -> Runner:
        """What runs git."""
        from parallel_tui.adapters.git.run.runner import Runner

        return Runner(self.repository)

    @lazy
    def git(self) -> GitReader:
        """Questions to git."""
        from parallel_tui.adapters.git.read.reader import GitCommands

        return GitCommands(self.runner)

    @lazy
    def writer(self) -> GitWriter:
        """Commands to git."""
        from parallel_tui.adapters.git.write.writer import GitMutations

        return GitMutations(self.runner)

    @lazy
    def mux(self) -> Mux:
        """The multiplexer."""
        from parallel_tui.bootstrap import tmux

        return (self._multiplexer or tmux)(self.repository, self._config, self.env)

    @lazy
    def processes(self) -> Processes:
        """The process table."""
        from parallel_tui.adapters.process.table import ProcessTable

        return ProcessTable()

    @lazy
    def sessions(self) -> Sessions:
        """Look-up of sessions."""
        from parallel_tui.services.session.lookup import Sessions

        if self._listed is None:
            return Sessions(self.git, self.mux)
        git: Any = OneLook(lambda: self.git, self.repository, self._listed)
        mux: Any = NoWindows(lambda: self.mux) if self._windowless else OneListing(lambda: self.mux)
        return Sessions(git, mux)

    @property
    def _windowless(self) -> bool:
        """Whether it is known without asking that there is no window."""
        from parallel_tui.adapters.tmux.absent import surely_absent

        return (
            self._default_multiplexer
            and self._unset
            and surely_absent(self.env, self.repository.runtime_dir)
        )

    @lazy
    def _unset(self) -> bool:
        """Whether nothing is set anywhere, and so nothing has to be understood: most often so."""
        from parallel_tui.adapters.config.places import nothing_set

        return nothing_set(self.repository.coordination_root, self._settings, self.env)

    def _later(self) -> Sessions:
        stands_for_it: Any = Later(lambda: self.sessions)
        found: Sessions = stands_for_it
        return found

    @lazy
    def _files(self) -> FileStore:
        from parallel_tui.adapters.store.files.store import FileStore

        repository = self.repository
        return FileStore(repository.coordination_root, common_dir=repository.common_dir)

    @property
    def store(self) -> Store:
        """What sessions share."""
        return self._files if self._shared_in is None else self._shared_in[0]

    @lazy
    def upkeep(self) -> Upkeep:
        """Looks after the store."""
        if self._shared_in is not None:
            return self._shared_in[1]
        from parallel_tui.adapters.store.files.upkeep import FileUpkeep

        return FileUpkeep(self._files)

    @lazy
    def shared(self) -> Shared:
        """Locks, handoffs, events and tasks."""
        from parallel_tui.adapters.process import liveness
        from parallel_tui.services.sharing.sharing import Shared

        return Shared(
            store=self.store,
            # A list of locks asks neither git nor windows, and loads neither.
            sessions=self._later(),
            env=self.env,
            cwd=self.where,
            holders=liveness,
        )
