"""The composition root: where adapters, services and engine are put together.

Imports of libraries that cost start-up time stand inside the function that needs them, so that
`import parallel_tui.bootstrap` is nearly free.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parallel_tui.engine.engine import Engine
    from parallel_tui.model.lifecycle.recovery import Settled
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.settings.config import Config
    from parallel_tui.model.settings.loaded import ConfigPaths, LoadedConfig
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.mux import Mux
    from parallel_tui.ports.overlaps import Overlaps
    from parallel_tui.ports.store import Store, Upkeep
    from parallel_tui.ports.system import Clock, Processes
    from parallel_tui.ports.terminals import Foreground
    from parallel_tui.services.doctor.doctor import Doctor
    from parallel_tui.services.doctor.split_brain import Mender
    from parallel_tui.services.overlap.check import Checker
    from parallel_tui.services.overlap.report import OverlapReport
    from parallel_tui.services.removal.cleanup import Cleaner
    from parallel_tui.services.removal.prune import Pruner
    from parallel_tui.services.removal.remover import Remover
    from parallel_tui.services.session.inspect import Inspector
    from parallel_tui.services.session.lookup import Sessions
    from parallel_tui.services.session.windows import Attacher
    from parallel_tui.services.sharing.sharing import Shared
    from parallel_tui.services.spawn.spawner import Spawner
    from parallel_tui.services.sync.syncer import Syncer
    from parallel_tui.services.trash.expiry import Expiry
    from parallel_tui.services.trash.restorer import Restorer
    from parallel_tui.services.trash.toolbox import Tools
    from parallel_tui.services.undo import Undoer


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says; each wins over environment and files.

    Attributes:
        directory: Where to look for the repository; `None` for the working directory.
        settings: Values by setting name, as in the configuration file.
    """

    directory: str | None = None
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Core:
    """Services and engine of one repository.

    Attributes:
        loaded: Effective settings with their sources and warnings.
        git: Questions to git.
        mux: The multiplexer.
        processes: The process table.
        sessions: Look-up of sessions.
        spawner: Starts sessions.
        remover: Removes sessions.
        restorer: Brings removed sessions back.
        cleaner: Finds sessions whose work is merged.
        pruner: Finds entries whose directory is gone.
        expiry: Empties the trash.
        attacher: Attaches, opens and closes windows.
        inspector: Reads details.
        shared: Locks, handoffs, events and tasks.
        syncer: Brings sessions up to date with base.
        undoer: Undoes whatever was done last, or what is named.
        doctor: Looks for what is wrong.
        mender: Sets a worktree's own copies of shared files aside.
        overlaps: Makes what predicts conflicts between sessions; whoever asks closes it.
        checker: Answers for `pdev check`.
        report: Puts conflicts where sessions read them.
        clock: Time.
        tools: The way in for every change; tells what a recovery did.
        live: A live view that has begun already.
    """

    loaded: LoadedConfig
    git: GitReader
    mux: Mux
    processes: Processes
    sessions: Sessions
    spawner: Spawner
    remover: Remover
    restorer: Restorer
    cleaner: Cleaner
    pruner: Pruner
    expiry: Expiry
    attacher: Attacher
    inspector: Inspector
    shared: Shared
    syncer: Syncer
    undoer: Undoer
    doctor: Doctor
    mender: Mender
    overlaps: Callable[[], Overlaps]
    checker: Checker
    report: OverlapReport
    clock: Clock
    tools: Tools
    live: Engine | None = None

    @property
    def repository(self) -> Repository:
        """The repository that was found."""
        return self.git.repository

    def engine(self, *, predict: bool = False) -> Engine:
        """The live view: the one already begun, else a new one; not started yet.

        Args:
            predict: Whether a new one predicts overlaps; only whoever stays to see them wants
                that.
        """
        if self.live is not None:
            return self.live
        from parallel_tui.engine.engine import Engine

        return Engine(
            git=self.git,
            mux=self.mux,
            processes=self.processes,
            files=self.shared.store,
            overlaps=self.overlaps if predict else None,
            config=self.loaded.config,
            clock=self.clock,
        )


def config_paths(directory: str | None, env: Mapping[str, str]) -> ConfigPaths:
    """Paths of a repository's configuration files; neither is read.

    Args:
        directory: Where to look for the repository; `None` for the working directory.
        env: Says where the user's own settings are.

    Raises:
        UsageError: When the directory is in no git repository, or gone.
        GitError: When git is missing or too old.
    """
    from parallel_tui.adapters.config import config_file
    from parallel_tui.adapters.git.repo.discover import discover
    from parallel_tui.surroundings import standing

    return config_file.paths(discover(standing(directory)), env)


def in_window(env: Mapping[str, str]) -> bool:
    """Whether a program with this environment runs in a window whose client can be switched."""
    from parallel_tui.adapters.tmux.command import socket_of

    return socket_of(env) is not None


def foreground() -> Foreground:
    """The runner of other programs in this terminal."""
    from parallel_tui.adapters.process import programs

    return programs


Multiplexer = Callable[["Repository", "Config", Mapping[str, str]], "Mux"]
"""Makes the multiplexer of a repository, by its settings and our environment."""


def tmux(repository: Repository, config: Config, env: Mapping[str, str]) -> Mux:
    """The tmux server that the settings name, else the one that a bare `tmux` would use."""
    from parallel_tui.adapters.tmux.server import Tmux

    return Tmux(repository, socket=config.tmux_socket, session=config.tmux_session, env=env)


def open_core(
    overrides: Overrides | None = None,
    env: Mapping[str, str] | None = None,
    *,
    shared_in: tuple[Store, Upkeep] | None = None,
    multiplexer: Multiplexer = tmux,
) -> Core:
    """Find the repository, read its settings, and assemble services and engine.

    Args:
        overrides: What the command line says.
        env: Environment to use instead of the process's own.
        shared_in: The store of what sessions share, with its upkeep; files by default.
        multiplexer: Makes what windows are opened in.

    Raises:
        UsageError: When the directory is in no git repository, or gone.
        ConfigError: When a configuration file cannot be used.
        GitError: When git is missing or too old.
    """
    from parallel_tui.adapters.config import agent_settings, config_file
    from parallel_tui.adapters.config.trust import TrustFile
    from parallel_tui.adapters.disk import carry, git_exclude
    from parallel_tui.adapters.disk.local import LocalDisk
    from parallel_tui.adapters.git.merged.ladder import Merged
    from parallel_tui.adapters.git.read.reader import GitCommands
    from parallel_tui.adapters.git.repo import gitdir_pointer
    from parallel_tui.adapters.git.repo.discover import discover
    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.adapters.git.simulate.sync_preview import SyncLook
    from parallel_tui.adapters.git.write import running_git
    from parallel_tui.adapters.git.write.backup import Backups
    from parallel_tui.adapters.git.write.rebase import SyncActs
    from parallel_tui.adapters.git.write.sync_backups import SyncBackups
    from parallel_tui.adapters.git.write.writer import GitMutations
    from parallel_tui.adapters.process import liveness, shell
    from parallel_tui.adapters.process.table import ProcessTable
    from parallel_tui.adapters.terminals import DesktopTerminals
    from parallel_tui.adapters.undo import leftovers
    from parallel_tui.adapters.undo.intents import Intents
    from parallel_tui.adapters.undo.sync_record import SyncRecords
    from parallel_tui.adapters.undo.trash import Trash
    from parallel_tui.services.consent import Gate
    from parallel_tui.services.doctor.doctor import Doctor, Examined
    from parallel_tui.services.doctor.split_brain import Mender
    from parallel_tui.services.overlap.check import Checker
    from parallel_tui.services.overlap.report import OverlapReport
    from parallel_tui.services.removal.cleanup import Cleaner
    from parallel_tui.services.removal.prune import Pruner
    from parallel_tui.services.removal.remover import Remover
    from parallel_tui.services.session.inspect import Inspector
    from parallel_tui.services.session.lookup import Sessions
    from parallel_tui.services.session.windows import Attacher
    from parallel_tui.services.sharing.sharing import Shared
    from parallel_tui.services.spawn.spawner import Spawner
    from parallel_tui.services.spawn.steps import Furnishing
    from parallel_tui.services.sync.syncer import syncer
    from parallel_tui.services.trash.expiry import Expiry
    from parallel_tui.services.trash.restorer import Restorer
    from parallel_tui.services.trash.toolbox import Tools
    from parallel_tui.services.undo import Undoer
    from parallel_tui.surroundings import standing

    overrides = overrides or Overrides()
    env = dict(os.environ if env is None else env)
    where = str(Path(standing(overrides.directory)).resolve())
    repository = discover(where)
    loaded = config_file.load(repository, overrides.settings, env)
    config = loaded.config
    runner = Runner(repository)
    git = GitCommands(runner)
    writer = GitMutations(runner)
    mux = multiplexer(repository, config, env)
    if mux.notice:
        loaded = replace(loaded, warnings=(*loaded.warnings, mux.notice))
    processes = ProcessTable()
    sessions = Sessions(git, mux)
    store, upkeep = shared_in or _files(repository)
    shared = Shared.of(
        store=store,
        sessions=sessions,
        env=env,
        cwd=where,
        holders=liveness,
    )
    runtime = Path(repository.runtime_dir)
    disk = LocalDisk(runtime / "worktrees.guard")

    def recover(tools: Tools) -> tuple[Settled, ...]:
        from parallel_tui.adapters.git.write.half_done import HalfDone
        from parallel_tui.adapters.git.write.half_look import HalfLook
        from parallel_tui.services.recovery import Recovery
        from parallel_tui.services.sync.recovery import SyncSettler

        look, half = HalfLook(runner), HalfDone(runner)
        settler = SyncSettler(git, SyncActs(runner), look, half, tools.syncs, tools.running)
        return Recovery(tools, settler, processes).run()

    tools = Tools(
        git=git,
        writer=writer,
        backups=Backups(runner),
        trash=Trash(runtime / "trash"),
        intents=Intents(runtime / "intents"),
        shared=shared,
        mux=mux,
        clock=time.time,
        syncs=SyncRecords(repository),
        disk=disk,
        pointers=gitdir_pointer,
        running=running_git,
        recover=recover,
    )
    remover = Remover(git, mux, processes, sessions, config, tools, carry)

    restorer = Restorer(tools, sessions, config)
    merged = Merged(runner)
    syncs = syncer(
        git,
        SyncActs(runner),
        SyncLook(runner),
        merged,
        SyncBackups(runner),
        sessions,
        shared,
        config,
        where,
        tools,
    )

    def overlaps() -> Overlaps:
        from parallel_tui.adapters.git.simulate.verdict.board import Board
        from parallel_tui.adapters.git.simulate.verdict.cache import VerdictCache
        from parallel_tui.model.settings.user_dirs import cache_dir

        return Board(runner, cache=VerdictCache(cache_dir(env), repository))

    return Core(
        loaded=loaded,
        git=git,
        mux=mux,
        processes=processes,
        sessions=sessions,
        spawner=Spawner(
            git=git,
            writer=writer,
            mux=mux,
            sessions=sessions,
            config=config,
            gate=Gate(git, TrustFile(env), config, loaded.origins),
            clock=time.time,
            tools=tools,
            outside=Furnishing(disk, carry, git_exclude, shell),
        ),
        remover=remover,
        restorer=restorer,
        cleaner=Cleaner(remover, sessions, merged, syncs.planner.fetcher, config),
        pruner=Pruner(remover, sessions, tools),
        expiry=Expiry(tools, config),
        attacher=Attacher(mux, DesktopTerminals(config.terminal, env), sessions, config, env),
        inspector=Inspector(git, config),
        shared=shared,
        syncer=syncs,
        undoer=Undoer(restorer, syncs, shared.locks, store),
        doctor=Doctor(
            git,
            mux,
            store,
            config,
            loaded.warnings,
            time.time,
            env,
            Examined(tools.syncs, tools.trash, leftovers, agent_settings, liveness, upkeep),
        ),
        mender=Mender(upkeep, git),
        overlaps=overlaps,
        checker=Checker(git, sessions, config, overlaps),
        report=OverlapReport(store, shared.status, config, liveness),
        clock=time.time,
        tools=tools,
    )


def _files(repository: Repository) -> tuple[Store, Upkeep]:
    """The default store: files below the coordination root."""
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.files.upkeep import FileUpkeep

    store = FileStore(repository.coordination_root, common_dir=repository.common_dir)
    return store, FileUpkeep(store)
