"""An engine on a real repository, and what it has published."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from parallel_tui.adapters.agents.looked import LookedFile
from parallel_tui.adapters.agents.reader import AgentReader
from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.process.table import ProcessTable
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.engine.engine import Engine
from parallel_tui.engine.watching.shared.company import Company
from parallel_tui.model.session.git_status import StatusEntry, WorkStatus
from parallel_tui.model.session.session import Session
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.config import Config
from parallel_tui.model.view.snapshot import Snapshot, WatchMode
from tests.support.waiting import PATIENCE


class Counting(GitCommands):
    """Real git that counts how often it is asked."""

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner)
        self.asked: list[str] = []

    def worktrees(self) -> tuple[Worktree, ...]:
        """Count and ask."""
        self.asked.append("worktrees")
        return super().worktrees()

    def status(
        self, worktree: Worktree, paths: Collection[str] | None = None
    ) -> tuple[StatusEntry, ...]:
        """Count and ask."""
        self.asked.append("status" if paths is None else f"status {sorted(paths)}")
        return super().status(worktree, paths)

    def tracked_directories(self, worktree: Worktree) -> frozenset[str]:
        """Count and ask."""
        self.asked.append("directories")
        return super().tracked_directories(worktree)


class Live:
    """A running engine and its publications.

    Attributes:
        engine: The engine.
        git: Its git, counting.
        published: All snapshots so far.
    """

    def __init__(self, engine: Engine, git: Counting) -> None:
        self.engine = engine
        self.git = git
        self.published: list[Snapshot] = []
        self._news = threading.Condition()

    def publish(self, snapshot: Snapshot) -> None:
        """Remember one."""
        with self._news:
            self.published.append(snapshot)
            self._news.notify_all()

    @property
    def snapshot(self) -> Snapshot:
        """The latest publication."""
        return self.published[-1]

    def seen(self) -> Snapshot:
        """What is published once all changes so far have been seen."""
        assert self.engine.wait_seen(PATIENCE), "changes were not seen in time"
        return self.snapshot

    def until(self, wanted: Callable[[Snapshot], object]) -> Snapshot:
        """Wait for a publication that is as wanted."""
        with self._news:
            found = self._news.wait_for(
                lambda: bool(self.published) and bool(wanted(self.snapshot)), PATIENCE
            )
            assert found, f"never published; the last was {self.published[-1:]}"
            return self.snapshot

    def session(self, name: str) -> Session:
        """A session of the latest publication."""
        found = self.snapshot.session(name)
        assert found is not None, [session.name for session in self.snapshot.sessions]
        return found

    def work(self, name: str) -> WorkStatus:
        """Its status, which has to be known."""
        status = self.session(name).status
        assert isinstance(status, WorkStatus), status
        return status


@contextmanager
def live(
    repository: Path,
    *,
    config: Config | None = None,
    socket: str = "world",
    trees: bool = True,
    known: Mapping[str, WorkStatus] = MappingProxyType({}),
    own_pane: str | None = None,
    company: Company | None = None,
) -> Iterator[Live]:
    """Run an engine until the block ends.

    Args:
        repository: A directory of the repository.
        config: Settings.
        socket: Name of the tmux socket.
        trees: Whether to wait until edits are watched.
        known: Statuses that were read before it begins, by git directory.
        own_pane: The pane that it is drawn in.
        company: What it shares with others.
    """
    found = discover(str(repository))
    git = Counting(Runner(found))
    engine = Engine(
        git=git,
        mux=Tmux(found, socket=socket, session=None),
        processes=ProcessTable(),
        files=FileStore(found.coordination_root),
        config=config or Config(),
        clock=time.time,
        own_pane=own_pane,
        agents=(
            AgentReader(os.environ, found.coordination_root),
            LookedFile(found.runtime_dir),
        ),
        company=company,
    )
    engine.know(known)
    running = Live(engine, git)
    engine.start(running.publish)
    try:
        assert engine.wait_idle(PATIENCE)
        if trees:
            running.until(lambda snapshot: snapshot.watch is not WatchMode.STARTING)
            running.seen()
        yield running
    finally:
        engine.stop()
