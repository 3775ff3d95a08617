"""Everything that works on one repository, each part made when a command first asks for it."""

from __future__ import annotations

from parallel_tui.bootstrap.found import FoundRepository
from parallel_tui.model.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from parallel_tui.adapters.disk.local import LocalDisk
    from parallel_tui.adapters.git.merged.ladder import Merged
    from parallel_tui.bootstrap.boundaries import BoundaryParts
    from parallel_tui.bootstrap.reaching import ReachingParts
    from parallel_tui.bootstrap.windows.layouts import LayoutParts
    from parallel_tui.engine.engine import Engine
    from parallel_tui.ports.overlaps import Overlaps
    from parallel_tui.services.consent import Gate
    from parallel_tui.services.doctor.doctor import Doctor
    from parallel_tui.services.doctor.split_brain import Mender
    from parallel_tui.services.overlap.briefs import Briefs
    from parallel_tui.services.overlap.check import Checker
    from parallel_tui.services.overlap.report import OverlapReport
    from parallel_tui.services.removal.cleanup import Cleaner
    from parallel_tui.services.removal.prune import Pruner
    from parallel_tui.services.removal.remover import Remover
    from parallel_tui.services.session.inspect import Inspector
    from parallel_tui.services.session.windows import Attacher
    from parallel_tui.services.spawn.spawner import Spawner
    from parallel_tui.services.sync.syncer import Syncer
    from parallel_tui.services.trash.expiry import Expiry
    from parallel_tui.services.trash.restorer import Restorer
    from parallel_tui.services.trash.toolbox import Tools
    from parallel_tui.services.undo import Undoer


class Core(FoundRepository):
    """Everything that works on one repository.

    Attributes:
        live: A live view that has begun already.
    """

    live: Engine | None = None

    @property
    def _runtime(self) -> Path:
        from pathlib import Path

        return Path(self.repository.runtime_dir)

    @lazy
    def disk(self) -> LocalDisk:
        """Directories of worktrees."""
        from parallel_tui.adapters.disk.local import LocalDisk

        return LocalDisk(self._runtime / "worktrees.guard")

    @lazy
    def _merged(self) -> Merged:
        from parallel_tui.adapters.git.merged.ladder import Merged

        return Merged(self.runner)

    def unfinished(self) -> tuple[str, ...]:
        """Verbs that were cut off and are not settled yet; changes nothing."""
        from parallel_tui.adapters.undo.traces import any_trace

        return self.tools.unfinished() if any_trace(self.repository.runtime_dir) else ()

    @lazy
    def tools(self) -> Tools:
        """The way in for every change; tells what a recovery did."""
        from parallel_tui.adapters.git.repo import gitdir_pointer
        from parallel_tui.adapters.git.write import running_git
        from parallel_tui.adapters.git.write.backup import Backups
        from parallel_tui.adapters.undo.intents import Intents
        from parallel_tui.adapters.undo.landing_record import LandingRecords
        from parallel_tui.adapters.undo.sync_record import SyncRecords
        from parallel_tui.adapters.undo.trash import Trash
        from parallel_tui.bootstrap.recovering import recover
        from parallel_tui.services.trash.toolbox import Tools

        return Tools(
            git=self.git,
            writer=self.writer,
            backups=Backups(self.runner),
            trash=Trash(self._runtime / "trash"),
            intents=Intents(self._runtime / "intents"),
            shared=self.shared,
            mux=self.mux,
            clock=self.clock,
            syncs=SyncRecords(self.repository),
            landings=LandingRecords(self._runtime / "landings"),
            disk=self.disk,
            pointers=gitdir_pointer,
            running=running_git,
            recover=lambda tools: recover(self, tools),
            listeners=self.listeners,
        )

    @lazy
    def gate(self) -> Gate:
        """What every command passes before it runs."""
        from parallel_tui.adapters.config.trust import TrustFile
        from parallel_tui.services.consent import Gate

        return Gate(self.git, TrustFile(self.env), self._config, self.loaded.origins)

    @lazy
    def spawner(self) -> Spawner:
        """Starts sessions."""
        from parallel_tui.adapters.disk import carry, git_exclude
        from parallel_tui.adapters.process import shell
        from parallel_tui.services.spawn.spawner import Spawner
        from parallel_tui.services.spawn.steps import Furnishing

        return Spawner(
            git=self.git,
            writer=self.writer,
            mux=self.mux,
            arranging=lambda: self.layouts.arranging,
            sessions=self.sessions,
            config=self._config,
            gate=self.gate,
            clock=self.clock,
            tools=self.tools,
            outside=Furnishing(self.disk, carry, git_exclude, shell),
            binder=self.hooks.binder(self.disk, self.shared),
            needs=self.needs,
        )

    @lazy
    def remover(self) -> Remover:
        """Removes sessions."""
        from parallel_tui.adapters.disk import carry
        from parallel_tui.services.removal.remover import Remover

        return Remover(
            self.git, self.mux, self.processes, self.sessions, self._config, self.tools, carry
        )

    @lazy
    def restorer(self) -> Restorer:
        """Brings removed sessions back."""
        from parallel_tui.services.trash.restorer import Restorer

        return Restorer(self.tools, self.sessions, self._config)

    @lazy
    def cleaner(self) -> Cleaner:
        """Finds sessions whose work is merged."""
        from parallel_tui.services.removal.cleanup import Cleaner

        fetcher, config = self.syncer.planner.fetcher, self._config
        return Cleaner(self.remover, self.sessions, self._merged, fetcher, config, self.at_work)

    @lazy
    def pruner(self) -> Pruner:
        """Finds entries whose directory is gone."""
        from parallel_tui.services.removal.prune import Pruner

        return Pruner(self.remover, self.sessions, self.tools)

    @lazy
    def expiry(self) -> Expiry:
        """Empties the trash."""
        from parallel_tui.services.trash.expiry import Expiry

        return Expiry(self.tools, self._config)

    @lazy
    def attacher(self) -> Attacher:
        """Attaches, opens and closes windows."""
        from parallel_tui.bootstrap.windows.terminals import terminals
        from parallel_tui.services.session.windows import Attacher

        config, env = self._config, self.env
        return Attacher(self.mux, terminals(config, env), self.sessions, config, env)

    @lazy
    def layouts(self) -> LayoutParts:
        """Layouts of windows."""
        from parallel_tui.bootstrap.windows.layouts import LayoutParts

        return LayoutParts(self, self._config)

    @lazy
    def reaching(self) -> ReachingParts:
        """What reaches agents."""
        from parallel_tui.bootstrap.reaching import ReachingParts

        return ReachingParts(self)

    @lazy
    def inspector(self) -> Inspector:
        """Reads details."""
        from parallel_tui.services.session.inspect import Inspector

        return Inspector(self.git, self._config)

    @lazy
    def syncer(self) -> Syncer:
        """Brings sessions up to date with base."""
        from parallel_tui.adapters.git.write.rebase import SyncActs
        from parallel_tui.adapters.git.write.sync_backups import SyncBackups
        from parallel_tui.bootstrap.landing import resolved_syncs, sync_look
        from parallel_tui.model.lazy import Later
        from parallel_tui.services.sync.syncer import syncer

        resolved: Any = Later(lambda: resolved_syncs(self))
        return syncer(
            self.git,
            SyncActs(self.runner),
            sync_look(self),
            self._merged,
            SyncBackups(self.runner),
            self.sessions,
            self.shared,
            self._config,
            self.where,
            self.tools,
            self.at_work,
            resolved,
        )

    @lazy
    def undoer(self) -> Undoer:
        """Undoes whatever was done last, or what is named."""
        from parallel_tui.bootstrap.recovering import undoer

        return undoer(self)

    @lazy
    def doctor(self) -> Doctor:
        """Looks for what is wrong."""
        from parallel_tui.bootstrap.examining import doctor

        return doctor(self)

    @lazy
    def mender(self) -> Mender:
        """Sets a worktree's own copies of shared files aside."""
        from parallel_tui.services.doctor.split_brain import Mender

        return Mender(self.upkeep, self.git)

    def overlaps(self) -> Overlaps:
        """What predicts conflicts between sessions; whoever asks closes it."""
        from parallel_tui.adapters.git.simulate.verdict.board import Board
        from parallel_tui.adapters.git.simulate.verdict.cache import VerdictCache
        from parallel_tui.model.settings.user_dirs import cache_dir

        board = Board(self.runner, cache=VerdictCache(cache_dir(self.env), self.repository))
        board.predictor.rerere = self._config.merge_rerere
        return board

    @lazy
    def checker(self) -> Checker:
        """Answers for `pdev check`."""
        from parallel_tui.services.overlap.check import Checker

        return Checker(self.git, self.sessions, self._config, self.overlaps)

    @lazy
    def boundaries(self) -> BoundaryParts:
        """Who may write what: keeps it compiled, and checks changes."""
        from parallel_tui.bootstrap.boundaries import BoundaryParts

        return BoundaryParts(self, self._config, {} if self._unset else self._read.origins)

    @lazy
    def report(self) -> OverlapReport:
        """Puts conflicts where sessions read them."""
        from parallel_tui.adapters.process import liveness
        from parallel_tui.services.overlap.report import OverlapReport

        return OverlapReport(self.store, self.shared.status, self._config, liveness)

    @lazy
    def briefs(self) -> Briefs:
        """Keeps what agents are told of other sessions' changes."""
        from parallel_tui.bootstrap.reaching import briefs

        return briefs(self)

    def engine(self, *, predict: bool = False, stays: bool = False) -> Engine:
        """The live view that has begun, else a new one; not yet started either way.

        Args:
            predict: Whether a new one stays to see all.
            stays: The same without edits and overlaps.
        """
        if self.live is not None:
            return self.live
        from parallel_tui.bootstrap.live.engine import new_engine

        return new_engine(self, predict=predict, stays=stays)
