"""What every command may need of a repository: its settings, git, windows, and what is shared."""

from __future__ import annotations

import os

from parallel_tui.bootstrap.agents import AgentNeighbours, answering
from parallel_tui.model.lazy import Later, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.bootstrap import Multiplexer
    from parallel_tui.bootstrap.hooks import HookParts
    from parallel_tui.bootstrap.outside import Outside
    from parallel_tui.engine.single_look import SingleLook
    from parallel_tui.model.lifecycle.recovery import Settled
    from parallel_tui.model.session.listing import ListedWorktree
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.settings.config import Config
    from parallel_tui.model.settings.loaded import LoadedConfig
    from parallel_tui.ports.git import GitReader, GitWriter
    from parallel_tui.ports.mux import Mux
    from parallel_tui.ports.store import Store, Upkeep
    from parallel_tui.services.landing.needs import LandingNeeds
    from parallel_tui.services.session.lookup import Sessions
    from parallel_tui.services.sharing.sharing import Shared


class FoundRepository(AgentNeighbours):
    """A repository that was found, and its neighbours.

    Attributes:
        repository: Which; `env` our environment.
        where: The directory that the command is about.
        listeners: Told what a recovery did; `notices` that what is shown is not of now.
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
        brief: bool,
        listed: tuple[ListedWorktree, ...] | None,
    ) -> None:
        super().__init__(repository, env)
        self.where = where
        self.listeners: list[Callable[[Settled], None]] = []
        self.notices: list[Callable[[str], None]] = []
        self._settings = settings
        self._shared_in = shared_in
        self._multiplexer = multiplexer
        self._default_multiplexer = multiplexer is None
        self._brief = brief
        self._listed = listed

    @lazy
    def warnings(self) -> tuple[str, ...]:
        """What is odd about the settings, and where windows are looked for."""
        quiet = self._unset and self._default_multiplexer and not self.env.get("TMUX")
        return () if quiet else self.loaded.warnings

    def end_questions(self) -> None:
        """End what git was asked and has not answered yet, for a program that ends."""
        from parallel_tui.adapters.process import asking

        asking.end_all()

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
        if not self._brief:
            return self._any_git
        from parallel_tui.bootstrap.one_look import OneLook

        git: Any = OneLook(lambda: self._any_git, self.repository, self._listed)
        one_look: GitReader = git
        return one_look

    @lazy
    def _any_git(self) -> GitReader:
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
        if not self._brief:
            return self.plain_mux
        from parallel_tui.bootstrap.one_look import NoWindows, OneListing

        one_look: Any = (NoWindows if self._windowless else OneListing)(lambda: self.plain_mux)
        mux: Mux = one_look
        return mux

    @lazy
    def plain_mux(self) -> Mux:
        """The multiplexer itself, which answers anew each time."""
        from parallel_tui.bootstrap.windows.multiplexers import multiplexer

        return (self._multiplexer or multiplexer)(self.repository, self._config, self.env)

    @lazy
    def sessions(self) -> Sessions:
        """Look-up of sessions."""
        from parallel_tui.services.session.lookup import Sessions

        return Sessions(self.git, self.mux)

    @lazy
    def outside(self) -> Outside:
        """Tells the user something outside the dashboard."""
        from parallel_tui.bootstrap.outside import outside

        return outside(self.repository, self._config, self.env)

    @property
    def _windowless(self) -> bool:
        """Whether it is known without asking that there is no window."""
        from parallel_tui.adapters.tmux.absent import NAME, on_path, surely_absent

        if not (
            self._default_multiplexer
            and self._unset
            and surely_absent(self.env, self.repository.runtime_dir)
        ):
            return False
        if on_path(NAME, self.env):
            return True
        from parallel_tui.bootstrap.windows.multiplexers import TMUX, chosen

        return chosen(None, self.env) == TMUX

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
    def files(self) -> FileStore:
        """The shared files of this machine, also where the store is on a server."""
        from parallel_tui.adapters.store.files.store import FileStore

        return FileStore(self.repository.coordination_root, common_dir=self.repository.common_dir)

    @lazy
    def store(self) -> Store:
        """What sessions share."""
        if self._shared_in is not None:
            return self._shared_in[0]
        if not self.served:
            return self.files
        from parallel_tui.bootstrap.store.serving import server_store

        return server_store(self)

    @property
    def served(self) -> bool:
        """Whether a server keeps what sessions share."""
        return not self._unset and self._config.store != "files"

    @lazy
    def upkeep(self) -> Upkeep:
        """Looks after the store."""
        if self._shared_in is not None:
            return self._shared_in[1]
        from parallel_tui.bootstrap.store.serving import upkeep

        return upkeep(self)

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
            answering=answering,
            elsewhere=self._elsewhere,
            served=self.served,
        )

    @lazy
    def needs(self) -> LandingNeeds:
        """What sessions are to land after."""
        from parallel_tui.services.landing.needs import LandingNeeds

        return LandingNeeds(self.sessions, self.shared.registry, self._config)

    @lazy
    def hooks(self) -> HookParts:
        """What agents and git call, each part made when somebody asks for it."""
        from parallel_tui.bootstrap.hooks import HookParts

        return HookParts(self, self._config)

    def single_look(self, *, quick: bool = False) -> SingleLook:
        """Everything that the live view shows, read once; not yet begun.

        Args:
            quick: Whether to leave out what takes longer.
        """
        from parallel_tui.bootstrap.one_look import PagesThere
        from parallel_tui.engine.single_look import SingleLook

        # Made, and imported, by the threads that ask them, while git answers others.
        processes: Any = Later(lambda: self.processes)
        files: Any = Later(lambda: self.store)
        agents = (lambda: (self.agents, self.looked)) if self._some_agent else None
        return SingleLook(
            git=self.git,
            mux=self.mux,
            processes=processes,
            files=files,
            config=self._config,
            clock=self.clock,
            own_pane=self._own_pane,
            quick=quick,
            agents=agents,
            requests=self._seen_requests,
            pages=PagesThere(f"{self.repository.coordination_root}/status.md"),
        )

    @property
    def _own_pane(self) -> str | None:
        # Without a terminal the variable that says so may be of a pane where others run.
        return self.mux.own_pane(self.env) if os.isatty(1) else None
