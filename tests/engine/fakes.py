"""Neighbours made by hand, for the engine's own control flow: order, failure, recovery, stopping.

What git and tmux really do is tested on the real ones, in `test_outside_changes`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from parallel_tui.adapters.process.table import ProcessTable
from parallel_tui.errors import GitError, MuxError
from parallel_tui.model.session.git_status import StatusEntry, StatusKind
from parallel_tui.model.session.repository import Base, Divergence, Repository
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.window.mux_news import MuxNews, deaf
from parallel_tui.model.window.window import MuxListing, Resources
from parallel_tui.ports.mux import MuxWatch
from parallel_tui.ports.system import ChildProcess, Exits

HEAD = "a" * 40


class About:
    """Equals the seconds until a moment at which all live views look, so many of them apart."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and 0.5 <= other / self._seconds <= 1.5

    def __hash__(self) -> int:
        return hash(self._seconds)

    def __repr__(self) -> str:
        return f"about {self._seconds}"


class FakeGit:
    """Answers from attributes that a test may change at any time.

    Attributes:
        trees: The worktrees.
        dirty: Modified paths by git directory.
        failing: Names of the questions that fail.
        asked: Names of the questions, in order.
        before_status: Called in the middle of each status.
        version: As git would tell it.
    """

    def __init__(self, repository: Repository, trees: Iterable[Worktree]) -> None:
        self.repository = repository
        self.trees = tuple(trees)
        self.dirty: dict[str, set[str]] = {}
        self.failing: set[str] = set()
        self.asked: list[str] = []
        self.before_status: Callable[[], None] = lambda: None
        self.before_worktrees: Callable[[], None] = lambda: None
        self.version = (2, 39, 5)
        self.reading = 0
        self.most_reading = 0
        self.limits: list[float] = []
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the engine has no business with {name}")

    def _ask(self, name: str) -> None:
        self.asked.append(name)
        if name in self.failing:
            raise GitError(f"git {name} broke")

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Remember how long an answer may take."""
        self.limits.append(seconds)
        return nullcontext()

    def worktrees(self) -> tuple[Worktree, ...]:
        """The worktrees as they were when the question began."""
        trees = self.trees
        self._ask("worktrees")
        self.before_worktrees()
        return trees

    def base(self, configured: str | None) -> Base:
        """Always `main`."""
        self._ask("base")
        return Base("main", "refs/heads/main", HEAD, "main")

    def divergences(self, base: str, heads: Iterable[str]) -> Mapping[str, Divergence]:
        """All level."""
        self._ask("divergences")
        return {head: Divergence(0, 0) for head in heads}

    def status(
        self, worktree: Worktree, paths: Collection[str] | None = None
    ) -> tuple[StatusEntry, ...]:
        """What `dirty` says when the question begins."""
        with self._lock:
            self.reading += 1
            self.most_reading = max(self.most_reading, self.reading)
            self.asked.append(f"status {worktree.path} {sorted(paths) if paths else ''}".strip())
            dirty = set(self.dirty.get(worktree.git_dir, ()))
        try:
            self.before_status()
            if "status" in self.failing:
                raise GitError("git status broke")
            return tuple(
                StatusEntry(path, StatusKind.CHANGED, worktree="M")
                for path in dirty
                if paths is None or path in paths
            )
        finally:
            with self._lock:
                self.reading -= 1

    def tracked_directories(self, worktree: Worktree) -> frozenset[str]:
        """Only the root."""
        self._ask("tracked_directories")
        return frozenset({""})


class FakeMux:
    """A multiplexer that answers `answer`, or fails with `failure`."""

    name = "tmux"

    def __init__(self) -> None:
        self.answer = MuxListing(running=False)
        self.failure: str | None = None
        self.asked: list[tuple[str, ...]] = []
        self.heard = threading.Condition()
        self.tell: Callable[[MuxNews], None] = lambda news: None
        self.watched = False

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the engine has no business with {name}")

    def watch(self, told: Callable[[MuxNews], None], own_pane: str | None) -> MuxWatch:
        """Tells what a test tells through `tell`; deaf at first."""
        self.tell, self.watched = told, True
        told(deaf())
        return self

    def stop(self) -> None:
        """Tell nothing further."""
        self.tell, self.watched = lambda news: None, False

    def close(self) -> None:
        """The same."""
        self.stop()

    def listing(self, screens: Collection[str] = ()) -> MuxListing:
        """The prepared answer."""
        with self.heard:
            self.asked.append(tuple(screens))
            self.heard.notify_all()
        if self.failure is not None:
            raise MuxError(self.failure)
        return self.answer


class FakeProcesses:
    """Every window uses the same."""

    def __init__(self) -> None:
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the engine has no business with {name}")

    def sample(self, roots: Mapping[str, Collection[int]]) -> Mapping[str, Resources]:
        """The same for each."""
        self.asked += 1
        return {window: Resources(1, 1 << 20, len(pids)) for window, pids in roots.items()}

    def exits(self, gone: Callable[[], None]) -> Exits:
        """As on the real system."""
        return ProcessTable().exits(gone)

    def python(self, args: Sequence[str]) -> ChildProcess:
        """A real child: what it watches is real."""
        return ProcessTable().python(args)


class FakeClock:
    """Time that a test moves."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Epoch seconds."""
        return self.now
