"""Directories that the watching child was told to watch, by worktree."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Final

from parallel_tui.engine.retry import Backoff
from parallel_tui.model.session.worktree import Worktree

RECOUNT: Final = 2.0
"""Least seconds between two listings of one worktree's tracked directories."""


class Subscribed:
    """Records each worktree's subscription, by git directory. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: dict[str, tuple[str, frozenset[str]]] = {}
        self._ready: set[str] = set()
        self._stale: set[str] = set()
        self._absent: set[str] = set()
        self._counted: dict[str, float] = {}
        self._troubled: dict[str, Backoff] = {}

    def stale(self, git_dir: str) -> None:
        """Mark a worktree's subscription as possibly outdated."""
        with self._lock:
            self._stale.add(git_dir)

    def any_stale(self) -> bool:
        """Whether any subscription must be refreshed, now or later."""
        with self._lock:
            return bool(self._stale)

    def wait_to_list(self, git_dir: str) -> float | None:
        """Seconds until a worktree's directories may be listed; `None` when not needed.

        When it is due now, it is counted as done.
        """
        with self._lock:
            if git_dir in self._sent and git_dir not in self._stale:
                return None
            wait = self._counted.get(git_dir, 0.0) - time.monotonic()
            if wait > 0:
                return wait
            self._stale.discard(git_dir)
            self._counted[git_dir] = time.monotonic() + RECOUNT
            return 0.0

    def put_off(self, git_dir: str) -> float:
        """Postpone watching a worktree; returns seconds until the next attempt."""
        now = time.monotonic()
        with self._lock:
            pause = self._troubled.setdefault(git_dir, Backoff(first=RECOUNT)).failed(now)
            self._stale.add(git_dir)
            self._absent.add(git_dir)
            self._ready.discard(git_dir)
            self._counted[git_dir] = now + pause
        return pause

    def send(self, tree: Worktree, directories: frozenset[str]) -> int | None:
        """Record directories to watch; returns how many in all, `None` when nothing is new."""
        with self._lock:
            known = self._sent.get(tree.git_dir)
            if known is not None and known[1] == directories and tree.git_dir in self._ready:
                return None
            self._sent[tree.git_dir] = (tree.path, directories)
            return sum(len(each) for _, each in self._sent.values())

    def ready(self, git_dir: str) -> None:
        """Record that the child watches a worktree."""
        with self._lock:
            self._ready.add(git_dir)
            self._absent.discard(git_dir)

    def forget(self, git_dirs: Iterable[str]) -> None:
        """Drop worktrees: whatever comes to stand there later is another directory."""
        with self._lock:
            for git_dir in git_dirs:
                self._sent.pop(git_dir, None)
                self._ready.discard(git_dir)

    def keep(self, trees: Mapping[str, Worktree]) -> list[str]:
        """Drop all worktrees but these; returns the directories that need no watch any more."""
        with self._lock:
            gone = [
                (git_dir, root)
                for git_dir, (root, _) in self._sent.items()
                if git_dir not in trees or trees[git_dir].path != root
            ]
            for git_dir, _ in gone:
                del self._sent[git_dir]
                self._ready.discard(git_dir)
            for known in (self._counted, self._troubled):
                for git_dir in known.keys() - trees.keys():
                    del known[git_dir]
            self._stale &= trees.keys()
            self._absent &= trees.keys()
        return [root for _, root in gone]

    def drop(self) -> None:
        """Drop all subscriptions."""
        with self._lock:
            self._sent.clear()
            self._ready.clear()
            self._counted.clear()

    def watched(self) -> frozenset[str]:
        """The worktrees that the child watches."""
        with self._lock:
            return frozenset(self._ready)

    def deaf(self) -> frozenset[str]:
        """The worktrees that cannot be watched at present."""
        with self._lock:
            return frozenset(self._absent - self._ready)

    def by_root(self) -> dict[str, str]:
        """The git directory for each directory that the child watches."""
        with self._lock:
            return {root: git_dir for git_dir, (root, _) in self._sent.items()}
