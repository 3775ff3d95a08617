"""The live view of one repository.

An `Engine` keeps one current `Snapshot` and publishes each new one. It knows nothing of Textual;
`pdev watch` runs it without a screen.
"""

from __future__ import annotations

import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from parallel_tui.adapters.process.exits import Departures
from parallel_tui.engine.clock_jumps import ClockJumps
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.loop import Loop
from parallel_tui.engine.publisher import OUTSTANDING, Publisher
from parallel_tui.engine.sources.activity import TURN, ActivityWatch
from parallel_tui.engine.sources.coordination import CoordinationReader
from parallel_tui.engine.sources.mux import MuxReader
from parallel_tui.engine.sources.overlaps import OverlapReader
from parallel_tui.engine.sources.resources import ResourceReader
from parallel_tui.engine.sources.statuses import StatusQueue
from parallel_tui.engine.sources.topology import Topology
from parallel_tui.engine.watching.metadata import Directories, InotifyDirectories, MetadataWatch
from parallel_tui.engine.watching.polling import is_there
from parallel_tui.engine.watching.trees import TreeWatch
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.overlap.pairs import PathDetail
from parallel_tui.model.scope import EVERYTHING, MUX, TOPOLOGY, Look, Scope
from parallel_tui.model.session.window import Screen
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.config import Config
from parallel_tui.model.view.snapshot import Level, Snapshot, Source, WatchMode
from parallel_tui.ports.coordination import SharedFiles
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.mux import Mux
from parallel_tui.ports.overlaps import Overlaps
from parallel_tui.ports.system import Clock, Processes

_LINUX: Final = platform.system() == "Linux"

_LAST_BREATH: Final = 2.0
"""Seconds that `stop` waits at most for a neighbour that is just being asked."""


class Engine:
    """Watches, rebuilds and publishes until it is stopped.

    All public methods may be called from any thread. Publishers are called from the engine's own
    threads, one at a time, and only with a value that differs from the one before.

    An event says "look again", never what changed. What is asked for is marked clean before it is
    read, so that a change during a read makes one more read follow. Every event is only a hint:
    worktrees and references are read every minute unasked, and one worktree's whole status with
    them, the one not read for longest. That is a trade: reading all of them would be most of what
    an idle dashboard costs.
    """

    def __init__(
        self,
        *,
        git: GitReader,
        mux: Mux,
        processes: Processes,
        files: SharedFiles,
        overlaps: Callable[[], Overlaps] | None = None,
        config: Config,
        clock: Clock,
    ) -> None:
        self._repository = git.repository
        self._facts = Facts(git.repository, clock)
        self._ledger = Ledger()
        self._publisher = Publisher(self._facts, self._ledger)
        want = self._publisher.want
        self._overlaps = OverlapReader(overlaps, self._facts, want) if overlaps else None
        self._statuses = StatusQueue(
            git,
            self._facts,
            self._ledger,
            want,
            touched=self._files_changed,
            vanished=lambda: self.poke(TOPOLOGY),
        )
        self._topology = Topology(
            git, config.base, self._facts, self._history_changed, self._listed
        )
        self._mux = MuxReader(mux, self._facts, want, self._publisher.show, self._heard)
        self._resources = ResourceReader(processes, self._facts, want)
        self._activity = ActivityWatch(self._facts, self._statuses)
        self._trees = TreeWatch(
            git,
            self._facts,
            config.edit_watch,
            ask=self._statuses.ask,
            gone=lambda: self.poke(TOPOLOGY),
            again=lambda seconds: self._tree_loop.within(seconds),
            changed=self._watching_changed,
            quiet=self._statuses.quiet,
        )
        self._facts.watch = self._trees.mode
        self._watch = MetadataWatch(git.repository, _directories, self.poke, self._watch_trouble)
        self._sweep_loop = Loop("sweep", self._activity.sweep, self._ledger, self._failed)
        self._topology_loop = Loop("topology", self._topology.read, self._ledger, self._failed)
        self._mux_loop = Loop("mux", self._mux.read, self._ledger, self._failed)
        self._tree_loop = Loop("trees", self._trees.work, self._ledger, self._failed)
        self._shared = CoordinationReader(files, self._facts, want)
        self._shared_loop = Loop("shared", self._shared.read, self._ledger, self._failed)
        loops = (self._topology_loop, self._mux_loop, self._tree_loop, self._shared_loop)
        self._loops: tuple[Loop, ...] = (*loops, self._sweep_loop)
        self._overlap_loop: Loop | None = None
        if self._overlaps is not None:
            self._overlap_loop = Loop("overlaps", self._overlaps.read, self._ledger, self._failed)
            self._loops += (self._overlap_loop,)
        self._departures = Departures(lambda: self.poke(MUX))
        self._jumps = ClockJumps()
        self._living: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._pauses = 0
        self._heard_by: Callable[[Snapshot], None] | None = None
        self._started = False
        self._stopped = False

    @property
    def snapshot(self) -> Snapshot:
        """The current snapshot; before `start` an empty one."""
        current = self._publisher.current
        return replace(current, paused=True) if self._pauses else current

    def start(
        self,
        publish: Callable[[Snapshot], None],
        publish_screen: Callable[[Screen], None] | None = None,
    ) -> None:
        """Begin. The first snapshot has all rows; slow facts in it are pending and follow.

        Args:
            publish: Told each changed snapshot.
            publish_screen: Told changed contents of the pane being looked at.
        """
        with self._lock:
            if self._heard_by is not None:
                raise RuntimeError("an engine is started once")
            self._heard_by = publish
        self._publisher.listen(publish, publish_screen)
        self.begin()

    def begin(self) -> None:
        """Read and watch already, for whoever starts it later. Does nothing when it runs."""
        with self._lock:
            if self._started or self._stopped:
                return
            self._started = True
        self._make_runtime_dir()
        self._publisher.start()
        # Reading and subscribing go side by side: what changes before the subscription stands is
        # looked at once more when it does.
        self._topology_loop.start()
        self._mux_loop.start()
        self._shared_loop.start()
        if self._overlap_loop is not None:
            self._overlap_loop.start(asked=False)
        self._statuses.start()
        self._watch.start()
        self._topology_loop.ask()
        self._tree_loop.start()
        self._sweep_loop.start(asked=False)
        self._sweep_loop.within(TURN)

    def stop(self) -> None:
        """End every thread and child process; returns when they are gone. Safe to call twice.

        A neighbour that is just being asked and does not answer is not waited for beyond two
        seconds; its answer then reaches nobody.
        """
        with self._lock:
            if self._stopped or not self._started:
                self._stopped = True
                return
            self._stopped = True
        self._departures.close()
        if self._overlaps is not None:
            self._overlaps.stop()
        for loop in self._loops:
            loop.stop()
        self._statuses.stop()
        self._watch.stop()
        self._publisher.stop()
        self._trees.stop()
        deadline = time.monotonic() + _LAST_BREATH
        rest = (self._statuses.join, self._watch.join, self._publisher.join)
        for join in (*(loop.join for loop in self._loops), *rest):
            join(max(0.01, deadline - time.monotonic()))
        # A child that the loop began while it was told to stop.
        self._trees.stop()
        if self._overlaps is not None:
            self._overlaps.close()

    def poke(self, *scopes: Scope) -> None:
        """Ask to look again; never blocks."""
        for scope in scopes:
            everything = scope.look is Look.EVERYTHING
            if everything or scope.look is Look.TOPOLOGY:
                self._topology_loop.ask()
            if everything or scope.look is Look.COORDINATION:
                self._shared_loop.ask()
            if everything or scope.look is Look.MUX:
                self._mux_loop.ask()
            if scope.look is Look.STATUS and scope.worktree is not None:
                self._statuses.ask(scope.worktree, scope.paths)
                if scope.paths is None:
                    self._trees.index_changed(scope.worktree)
                    self._tree_loop.within(0.0)
            elif everything or scope.look is Look.STATUS:
                for tree in self._live_trees():
                    self._statuses.ask(tree.git_dir)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hold reading and publishing; everything is re-read afterwards. May be nested."""
        self._pause(1)
        try:
            yield
        finally:
            self._pause(-1)

    def look_at(self, pane: str | None) -> None:
        """Choose the pane whose contents are published; `None` for none."""
        self._mux.look_at(pane)
        if pane is not None:
            self._mux_loop.within(0.0)

    def set_focused(self, focused: bool) -> None:
        """Tell whether the user looks at the dashboard; unfocused it polls less often."""
        self._mux.set_focused(focused)
        if focused:
            self._mux_loop.within(0.0)

    def hurry(self) -> None:
        """Poll the multiplexer four times a second for a few seconds, after an action of ours."""
        self._mux.hurry()
        self._mux_loop.within(0.0)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is dirty, queued or being read, and all of it is published.

        Args:
            timeout: Seconds.

        Returns:
            Whether that came about in time.
        """
        deadline = time.monotonic() + timeout
        if self._ledger.wait(timeout, besides=OUTSTANDING):
            self._publisher.hurry()
        return self._ledger.wait(max(0.0, deadline - time.monotonic()))

    def wait_seen(self, timeout: float) -> bool:
        """Wait until every change made before this call has been seen and published.

        The kernel queues an event before the change returns, so emptying the queues is enough;
        where there is no such queue, everything is read. Of tmux, one full read that began after
        the call counts as having seen.

        Args:
            timeout: Seconds.

        Returns:
            Whether that came about in time.
        """
        deadline = time.monotonic() + timeout

        def left() -> float:
            return max(0.0, deadline - time.monotonic())

        self._mux_loop.ask()
        if not (_LINUX and self._watch.drain(left())):
            self.poke(EVERYTHING)
        trees = self._live_trees()
        watched = self._trees.sync(left())
        for git_dir in self._trees.unwatched(trees) if watched else [t.git_dir for t in trees]:
            self._statuses.ask(git_dir)
        return self.wait_idle(left())

    def overlap_detail(self, a: str, b: str | None, path: str) -> PathDetail:
        """Both sides of one path of a pair; blocks while git is asked.

        Args:
            a: Key of a session.
            b: Key of another; `None` for base.
            path: The path.

        Raises:
            CouldNotLookError: When this engine predicts nothing, or git gave no answer.
        """
        if self._overlaps is None:
            raise CouldNotLookError("Overlaps are not predicted here")
        return self._overlaps.detail(a, b, path)

    def _watching_changed(self) -> None:
        self._publisher.want()
        if self._trees.mode is WatchMode.ACTIVITY:  # what takes over begins now
            self._sweep_loop.within(0.0)

    def _history_changed(self) -> None:
        self._publisher.want()
        self._work_changed(None)

    def _files_changed(self, git_dir: str, certain: bool) -> None:
        if certain:
            with self._facts.lock:
                self._facts.revisions[git_dir] = self._facts.revisions.get(git_dir, 0) + 1
            self._publisher.want()
        self._work_changed(git_dir)

    def _work_changed(self, git_dir: str | None) -> None:
        if self._overlaps is not None and self._overlap_loop is not None:
            self._overlaps.notice(git_dir)
            self._overlap_loop.ask()

    def _live_trees(self) -> list[Worktree]:
        with self._facts.lock:
            trees = self._facts.worktrees or ()
            return [tree for tree in trees if not tree.bare and not tree.missing]

    def _pause(self, step: int) -> None:
        with self._lock:
            before = self._pauses
            self._pauses += step
            held = self._pauses > 0
            if (before > 0) == held:
                return
            for hold in (*(loop.hold for loop in self._loops), self._statuses.hold):
                hold(held)
            self._publisher.hold(held)
        if not held:
            self.poke(EVERYTHING)

    def _listed(self, trees: tuple[Worktree, ...], moved: frozenset[str]) -> None:
        """What follows from a list of worktrees."""
        live = [tree for tree in trees if not tree.bare and not tree.missing]
        living = frozenset(tree.git_dir for tree in trees)
        if living != self._living:  # locks die with the worktree of their owner
            self._living = living
            self._shared_loop.ask()
        self._statuses.forget(tree.git_dir for tree in live)
        for tree in live:
            if tree.git_dir in moved:
                self._statuses.ask(tree.git_dir)
        self._watch.roots([tree.path for tree in live])
        self._tree_loop.within(0.0)

    def _heard(self) -> None:
        """What follows from an answer of the multiplexer."""
        if self._jumps.happened():  # the machine slept, and what is not on it went on
            self.poke(EVERYTHING)
        with self._facts.lock:
            windows = self._facts.listing.windows if self._facts.listing else ()
            missing = [tree.path for tree in self._facts.worktrees or () if tree.missing]
        if any(is_there(path) for path in missing):  # moved away and back: nobody tells
            self.poke(TOPOLOGY)
        if not self._stopped:
            self._departures.follow([pane.pid for each in windows for pane in each.panes])
        self._resources.tick()
        if self._trees.mode is WatchMode.ACTIVITY:
            self._activity.tick()

    def _make_runtime_dir(self) -> None:
        try:
            Path(self._repository.runtime_dir).mkdir(exist_ok=True)
        except OSError as error:
            why = f"{error.filename} cannot be made ({error.strerror})"
            told = f"changes of windows are noticed within a second only: {why}"
            self._facts.trouble(Source.WATCH, told, about="runtime", level=Level.NOTE)

    def _watch_trouble(self, message: str | None, level: Level) -> None:
        if message is None:
            self._facts.well(Source.WATCH, about="directories")
        else:
            self._facts.trouble(Source.WATCH, message, about="directories", level=level)
        self._publisher.want()

    def _failed(self, loop: str, error: Exception | None) -> None:
        if error is None:
            self._facts.well(Source.WATCH, about=loop)
        else:
            self._facts.trouble(Source.WATCH, f"Reading failed ({loop}): {error!r}", about=loop)
        self._publisher.want()


def _directories() -> Directories:
    """The watch that this system offers."""
    if _LINUX:
        return InotifyDirectories()
    from parallel_tui.engine.watching.portable import PortableDirectories

    return PortableDirectories()
