"""Everything that works on one repository, each part made when a command first asks for it."""

from __future__ import annotations

from parallel_tui.bootstrap.found import FoundRepository
from parallel_tui.model.lazy import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from parallel_tui.adapters.disk.local import LocalDisk
    from parallel_tui.adapters.git.merged.ladder import Merged
    from parallel_tui.bootstrap.boundaries import BoundaryParts
    from parallel_tui.bootstrap.hosts import HostParts
    from parallel_tui.bootstrap.machine import MachineParts
    from parallel_tui.bootstrap.reaching import ReachingParts
    from parallel_tui.bootstrap.teams.parts import TeamParts
    from parallel_tui.bootstrap.windows.layouts import LayoutParts
    from parallel_tui.engine.engine import Engine
    from parallel_tui.engine.watching.shared.company import Company
    from parallel_tui.model.hosts.shared import SharedSession
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
        company: What its live view shares with those of other repositories; `None` for nothing.
    """

    live: Engine | None = None
    company: Company | None = None

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
        from parallel_tui.bootstrap.recovering import tools

        return tools(self)

    @lazy
    def gate(self) -> Gate:
        """What every command passes before it runs."""
        from parallel_tui.bootstrap.windows.prepared import gate

        return gate(self, self._config)

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
            outside=Furnishing(self.disk, carry, git_exclude, shell, self.machine.ports),
            binder=self.hooks.binder(self.disk, self.shared),
            needs=self.needs,
            machine=self.machine.look.now,
        )

    @lazy
    def remover(self) -> Remover:
        """Removes sessions."""
        from parallel_tui.adapters.disk import carry
        from parallel_tui.services.removal.remover import Remover

        git, mux, config = self.git, self.mux, self._config
        return Remover(git, mux, self.processes, self.sessions, config, self.tools, carry)

    @lazy
    def restorer(self) -> Restorer:
        """Brings removed sessions back."""
        from parallel_tui.services.trash.restorer import Restorer

        return Restorer(self.tools, self.sessions, self._config, self.machine.ports)

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

        config, env, ports = self._config, self.env, self.machine.ports
        shown_by = terminals(config, env)
        return Attacher(self.mux, shown_by, self.sessions, config, env, ports)

    @lazy
    def machine(self) -> MachineParts:
        """What shares the machine out among sessions."""
        from parallel_tui.bootstrap.machine import MachineParts

        return MachineParts(self, self._config)

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
        from parallel_tui.bootstrap.landing.plans import new_syncer

        return new_syncer(self)

    @lazy
    def teams(self) -> TeamParts:
        """Starts and ends teams of sessions."""
        from parallel_tui.bootstrap.teams.parts import TeamParts

        return TeamParts(self, self._config)

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

        return Checker(self.git, self.sessions, self._config, self.overlaps, self._elsewhere)

    def _elsewhere(self) -> tuple[SharedSession, ...]:
        """Sessions of other machines as known last; most repositories know of none."""
        from parallel_tui.adapters.small_file import perhaps_there
        from parallel_tui.model.session.repository import SHARE_FILE

        shares = perhaps_there(f"{self.repository.runtime_dir}/{SHARE_FILE}")
        return self.hosts.shared() if shares else ()

    @lazy
    def hosts(self) -> HostParts:
        """What shares work with other machines."""
        from parallel_tui.bootstrap.hosts import HostParts

        return HostParts(self, self._config)

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
