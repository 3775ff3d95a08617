"""One look at everything, for whoever does not stay: the sources of the live view, read once.

Nothing is watched, repeated or published here. Each neighbour is asked on a thread of its own, so
that they are asked at the same time, and one that hangs is not waited for beyond the time given.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from parallel_tui.engine.builder import SnapshotBuilder
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.sources.coordination import CoordinationReader, PageReader
from parallel_tui.engine.sources.mux import MuxReader
from parallel_tui.engine.sources.resources import ResourceReader
from parallel_tui.engine.sources.status_read import LONG, THREADS, WORKERS, StatusReader
from parallel_tui.engine.sources.topology import Topology
from parallel_tui.engine.sources.tree_reads import TreeReads
from parallel_tui.engine.watching.limits import first_mode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parallel_tui.model.pull_request import PullRequest
    from parallel_tui.model.settings.config import Config
    from parallel_tui.model.view.snapshot import Snapshot
    from parallel_tui.ports.agents import Agents, Looked
    from parallel_tui.ports.coordination import OwnPages, SharedState
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.mux import Mux
    from parallel_tui.ports.system import Clock, Processes


class SingleLook:
    """Reads everything once.

    Args:
        git: Reads the repository.
        mux: Lists windows.
        processes: Samples what windows use.
        files: Reads what sessions tell each other.
        config: Settings.
        clock: Time.
        own_pane: The pane that we run in, if any.
        quick: Whether to leave out what takes longer: work, ahead and behind, use.
        agents: Makes what reads agents; `None` where no agent has left anything to read.
        requests: Pull requests by branch, as far as they are known.
        pages: Reads what sessions say of themselves; `None` where nobody wants to know.
    """

    def __init__(
        self,
        *,
        git: GitReader,
        mux: Mux,
        processes: Processes,
        files: SharedState,
        config: Config,
        clock: Clock,
        own_pane: str | None,
        quick: bool = False,
        agents: Callable[[], tuple[Agents, Looked]] | None = None,
        requests: Mapping[str, PullRequest] | None = None,
        pages: OwnPages | None = None,
    ) -> None:
        self._quick = quick
        self._agents = agents
        self._facts = facts = Facts(git.repository, clock, landing_after=config.merge_after)
        facts.put(watch=first_mode(config.edit_watch), requests=requests or {})
        self._topology = Topology(git, config.base, facts, self._read_statuses, _nothing)
        self._status = StatusReader(git, facts, _nothing, self._touched, _nothing)
        self._resources = ResourceReader(processes, facts, _nothing)
        self._mux = MuxReader(
            mux, facts, _nothing, lambda _: None, _nothing, lambda _: None, own_pane, stays=False
        )
        self._shared = CoordinationReader(files, facts, _nothing)
        self._pages = PageReader(pages, facts, _nothing) if pages is not None else None
        self._waiting: deque[str] | None = None
        self._threads: list[threading.Thread] = []
        self._readers = 0
        self._listed = 0
        self._open = 0
        self._ended = threading.Condition()

    def begin(self) -> None:
        """Ask everybody; returns at once."""
        self._start("topology", self._worktrees)
        self._start("mux", self._windows)
        self._start("shared", self._shared.read)

    def end(self, timeout: float) -> tuple[Snapshot, bool]:
        """Wait for the answers.

        Args:
            timeout: Seconds.

        Returns:
            What was seen, and whether that is everything; what is missing is pending.
        """
        deadline = time.monotonic() + timeout
        complete = False
        while not complete and (left := deadline - time.monotonic()) > 0:
            with self._ended:
                complete = self._ended.wait_for(lambda: not self._open, min(LONG, left))
            if not complete:
                self._more_readers()  # those there are may hang in one worktree each
        waiting, self._waiting = self._waiting, deque()
        if waiting:
            waiting.clear()
        for thread in self._threads if complete else ():
            thread.join()
        return SnapshotBuilder(self._facts).snapshot()[0], complete

    def _worktrees(self) -> None:
        if self._quick:
            self._topology.listed()
            return
        self._topology.read()
        if self._pages is not None:
            self._pages.read()
        self._measure()

    def _windows(self) -> None:
        self._mux.read()
        self._read_agents()
        if not self._quick:
            self._measure()

    def _measure(self) -> None:
        """Worktrees or windows are listed: measure the windows once both are."""
        with self._ended:
            self._listed += 1
            if self._listed < 2:
                return
        if self._facts.listing is not None and self._facts.listing.windows:
            self._resources.read()

    def _read_agents(self) -> None:
        """Windows are listed: find the agents in them, and those in none."""
        if self._agents is None:
            return
        from parallel_tui.engine.sources.agents import AgentSource

        reader, looked = self._agents()
        AgentSource(reader, looked, self._facts, _nothing, _nothing, keeps=False).read()

    def _read_statuses(self) -> None:
        """Worktrees are listed: read their statuses, once."""
        if self._quick or self._waiting is not None or self._facts.worktrees is None:
            return
        self._waiting = deque(tree.git_dir for tree in self._facts.live_trees())
        self._more_readers()

    def _more_readers(self) -> None:
        more = min(WORKERS, len(self._waiting or ()), THREADS - self._readers)
        for _ in range(more):
            self._readers += 1
            self._start("statuses", self._next_status)

    def _next_status(self) -> None:
        while self._waiting:
            try:
                name = self._waiting.popleft()
            except IndexError:  # the other one was faster
                return
            try:
                self._status.read(name, TreeReads(began=time.monotonic()), None)
            except Exception as error:  # its own worktree lacks it, not the others
                self._status.broke(name, error)

    def _touched(self, git_dir: str, certain: bool) -> None:
        if certain:
            self._facts.revise(git_dir)

    def _start(self, name: str, job: Callable[[], object]) -> None:
        def run() -> None:
            try:
                job()
            except Exception as error:
                self._facts.broken(name, error)
            with self._ended:
                self._open -= 1
                self._ended.notify_all()

        with self._ended:
            self._open += 1
        thread = threading.Thread(target=run, name=f"pdev-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()


def _nothing() -> None:
    pass
