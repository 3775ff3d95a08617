"""The live view of one repository.

An `Engine` keeps one current `Snapshot` and publishes each new one. It knows nothing of Textual;
`pdev watch` runs it without a screen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.publisher import OUTSTANDING, Publisher
from parallel_tui.engine.rows import Neighbours, Sources
from parallel_tui.engine.sources.overlaps import OverlapAnswers
from parallel_tui.engine.sources.unannounced import Unannounced
from parallel_tui.engine.table import Row, Table
from parallel_tui.engine.watching.metadata import MetadataWatch
from parallel_tui.engine.watching.places import make_runtime_dir
from parallel_tui.engine.watching.shared.company import Company
from parallel_tui.engine.watching.ways import ways_to_watch
from parallel_tui.engine.working.crew import Crew
from parallel_tui.model.scope import EVERYTHING, Scope
from parallel_tui.model.settings.config import Config
from parallel_tui.model.view.snapshot import Level, Snapshot, Source
from parallel_tui.model.window.window import Screen
from parallel_tui.ports.agents import Agents, Looked
from parallel_tui.ports.coordination import SharedState
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.mux import Mux
from parallel_tui.ports.overlaps import Overlaps
from parallel_tui.ports.system import Clock, Processes
from parallel_tui.record import replace

_SUBSCRIBING: Final = "watch"
"""Stands in the ledger until changes are watched, one way or the other."""

_LAST_BREATH: Final = 2.0
"""Seconds that `stop` waits at most for a neighbour that is just being asked."""


class Engine(OverlapAnswers):
    """Watches, rebuilds and publishes until it is stopped.

    All public methods may be called from any thread. Publishers are called from the engine's own
    threads, one at a time, and only with a value that differs from the one before.

    An event says "look again", never what changed. What is asked for is marked clean before it is
    read, so that a change during a read makes one more read follow. Every event is only a hint:
    worktrees and references are read every minute unasked, and with them the status of the one
    worktree not read for longest; reading all would be most of what an idle dashboard costs.

    Args:
        git: Reads the repository; `mux` lists windows, `processes` samples what they use.
        files: Reads what sessions tell each other.
        overlaps: Makes what predicts overlaps; `None` to predict nothing.
        config: Settings; `clock` tells time.
        own_pane: The pane that it is drawn in, if any; `stays` whether it goes on after a look.
        agents: Reads what agents write down, and keeps when somebody looked at them.
        further: Makes rows of other sources, from the facts and what to call after a change.
        company: What it shares with live views of other repositories; `None` for nothing.
    """

    def __init__(
        self,
        *,
        git: GitReader,
        mux: Mux,
        processes: Processes,
        files: SharedState,
        overlaps: Callable[[], Overlaps] | None = None,
        config: Config,
        clock: Clock,
        own_pane: str | None = None,
        stays: bool = True,
        agents: tuple[Agents, Looked] | None = None,
        further: Callable[[Facts, Callable[[], None]], Iterable[Row]] = lambda _facts, _want: (),
        company: Company | None = None,
    ) -> None:
        self._repository = git.repository
        self._facts = Facts(git.repository, clock, landing_after=config.merge_after)
        self._ledger = Ledger()
        crew = Crew() if company is None else company.crew
        self._publisher = Publisher(self._facts, self._ledger, crew)
        self.want, self.show = self._publisher.want, self._publisher.show
        self.want_soon = self._publisher.want_soon
        asked = Neighbours(git, mux, processes, files, overlaps, config, own_pane, stays, agents)
        self._sources = Sources(asked, self._facts, self._ledger, self, crew, company)
        self.know = self._sources.statuses.know
        self._overlaps = self._sources.overlaps
        self._mux, self._trees = self._sources.mux, self._sources.trees
        self._facts.put(watch=self._trees.mode)
        rows = (*self._sources.rows(), *further(self._facts, self.want))
        self._unannounced = Unannounced(self._facts, processes, self.poke)
        best, *rest = ways_to_watch(
            git.repository, None if company is None else company.directories.watcher
        )
        told, wrote = self._watch_trouble, agents and agents[0]
        self._watch = MetadataWatch(git.repository, best, self.poke, told, rest, wrote)
        also = {"mux": self._unannounced.listed, "agents": self._watch.look_around}
        self._table = Table(
            rows, self._ledger, self.failed, {"topology": self._listed, **also}, crew
        )
        self._lock, self._pauses = threading.Lock(), 0
        self._heard_by: Callable[[Snapshot], None] | None = None
        self._stays, self._started, self._stopped = stays, False, False

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
        """Start publishing. The first snapshot has all rows; slower facts are pending and follow.

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
        """Start reading and watching before `start` is called. Does nothing when running."""
        with self._lock:
            if self._started or self._stopped:
                return
            self._started = True
        if (why := make_runtime_dir(self._repository)) is not None:
            told = f"changes of windows are noticed within a second only: {why}"
            self._facts.trouble(Source.WATCH, told, about="runtime", level=Level.NOTE)
        self._publisher.start()
        # Side by side: what changes before a subscription stands is looked at once more then.
        if self._stays:
            self._ledger.add(_SUBSCRIBING)
            self._watch.start()
        self._table.start()

    def stop(self) -> None:
        """Stop every thread and child process and wait for them. Safe to call twice.

        A neighbour that is just being asked and does not answer is not waited for beyond two
        seconds; its answer then reaches nobody.
        """
        with self._lock:
            if self._stopped or not self._started:
                self._stopped = True
                return
            self._stopped = True
        self._unannounced.stop()
        self._table.stop()
        self._watch.stop()
        self._publisher.stop()
        deadline = time.monotonic() + _LAST_BREATH

        def left() -> float:
            return max(0.01, deadline - time.monotonic())

        self._table.join(left)
        self._watch.join(left())
        self._publisher.join(left())
        self._table.close()

    def poke(self, *scopes: Scope) -> None:
        """Request another read; never blocks."""
        for scope in scopes:
            self._table.poke(scope)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Pause reading and publishing; everything is read again afterwards. May be nested."""
        self._pause(1)
        try:
            yield
        finally:
            self._pause(-1)

    def look_at(self, pane: str | None) -> None:
        """Choose the pane whose contents are published; `None` for none."""
        self._mux.look_at(pane)
        if pane is not None:
            self.within("mux", 0.0)

    def looked_at(self, key: str) -> None:
        """Note that somebody looks at a session: what its agent has done is no news then."""
        self._sources.looked_at(key)

    def set_focused(self, focused: bool) -> None:
        """Set whether the dashboard has the focus; without it, sources poll less often."""
        self._mux.set_focused(focused)
        self._facts.focused = focused
        if focused:
            self.within("mux", 0.0)

    def set_pace(self, pace: float) -> None:
        """Look unasked so many times more rarely than usual; one that is to be quick looks now."""
        before, self._facts.pace = self._facts.pace, pace
        if pace < before:
            self._table.hasten()

    def hurry(self) -> None:
        """List windows four times a second for a few seconds, after an action of the user."""
        self._mux.hurry()
        self.within("mux", 0.0)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is dirty, queued or being read, and all of it is published.

        Args:
            timeout: Seconds.

        Returns:
            Whether that came about in time.
        """
        end = time.monotonic() + timeout
        if self._ledger.wait(timeout, besides=OUTSTANDING):
            self._publisher.hurry()
        return self._ledger.wait(max(0.0, end - time.monotonic()))

    def wait_seen(self, timeout: float) -> bool:
        """Wait until every change made before this call has been seen and published.

        The kernel queues an event before the change returns, so emptying the queues is enough;
        where there is no such queue, everything is read. Of the multiplexer, one full read that
        began after the call counts as having seen.

        Args:
            timeout: Seconds.

        Returns:
            Whether that came about in time.
        """
        deadline = time.monotonic() + timeout

        def left() -> float:
            return max(0.0, deadline - time.monotonic())

        self._table.ask("mux")
        if not self._watch.drain(left()):
            self.poke(EVERYTHING)
        trees = self._facts.live_trees()
        watched = self._trees.sync(left())
        for git_dir in self._trees.unwatched(trees) if watched else [t.git_dir for t in trees]:
            self._sources.statuses.ask(git_dir)
        return self.wait_idle(left())

    def within(self, name: str, seconds: float) -> None:
        """Bring the next scheduled read of a source forward."""
        self._table.within(name, seconds)

    def answered(self, name: str, git_dir: str | None = None) -> None:
        """Start the sources that depend on one that has just answered."""
        self._table.answered(name, git_dir)

    def failed(self, name: str, error: Exception | None) -> None:
        """Record an unexpected error of a source; `None` clears it."""
        if error is None:
            self._facts.well(Source.WATCH, about=name)
        else:
            self._facts.broken(name, error)
        self.want()

    def _pause(self, step: int) -> None:
        with self._lock:
            before = self._pauses
            self._pauses += step
            held = self._pauses > 0
            if (before > 0) == held:
                return
            self._table.hold(held)
            self._publisher.hold(held)
        if not held:
            self.poke(EVERYTHING)

    def _listed(self, _: str | None) -> bool:
        self._watch.roots([tree.path for tree in self._facts.live_trees()])
        return False

    def _watch_trouble(self, message: str | None, level: Level) -> None:
        if message is None:
            self._facts.well(Source.WATCH, about="directories")
        else:
            self._facts.trouble(Source.WATCH, message, about="directories", level=level)
        self.want()
        self._ledger.drop(_SUBSCRIBING)
