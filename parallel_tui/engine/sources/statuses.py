"""Read uncommitted changes: two worktrees at a time, repeated requests merged.

A git that hangs holds up its own worktree only: a read that takes long counts for none of the two,
and worktrees whose reads were given up before share one place of their own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.sources.status_read import LONG, THREADS, WORKERS, StatusReader
from parallel_tui.engine.sources.tree_reads import TreeReads
from parallel_tui.engine.working.crew import Crew
from parallel_tui.engine.working.worker import NEVER, Job, Worker
from parallel_tui.model.scope import Look, Scope
from parallel_tui.model.session.git_status import WorkStatus

HASTE: Final = 2.0
"""Seconds after a failed read until an event may bring about the next one."""

MOST_PATHS: Final = 100
"""Beyond this a whole status is cheaper than a limited one."""

REST: Final = 0.1
"""Least seconds between two reads of one worktree, or three times what the last one took."""


class StatusQueue:
    """Keeps `Facts.statuses` up to date.

    A read that fails keeps the value there was, which is marked as old, and `Health` tells;
    without one, or when the directory is gone, it becomes unknown: an old value would be about a
    worktree that is not there any more. It is repeated until it works, each time a little later.

    Args:
        reader: Asks git.
        ledger: Told of each worktree waiting or being read.
        failed: As of a `Loop`; `crew` likewise.
    """

    name: Final = "statuses"
    looks: Final = frozenset({Look.STATUS})

    def __init__(
        self,
        reader: StatusReader,
        ledger: Ledger,
        failed: Callable[[str, Exception | None], None],
        crew: Crew | None = None,
    ) -> None:
        self._reader = reader
        self._ledger = ledger
        self._trees: dict[str, TreeReads] = {}
        self._heads: dict[str, str | None] = {}
        self._known: frozenset[str] = frozenset()
        self._listed = False
        self._worker = Worker(
            "status",
            self._pick,
            lambda error: failed(self.name, error),
            lambda _: None,
            threads=THREADS,
            crew=crew,
        )
        self._changed = self._worker.changed
        self.start = self._worker.start
        self.hold = self._worker.hold
        self.join = self._worker.join

    def know(self, statuses: Mapping[str, WorkStatus]) -> None:
        """Take over what was read before this began; it is read again when nothing else waits.

        Args:
            statuses: By git directory.
        """
        self._known = self._reader.know(statuses)

    def poke(self, scope: Scope) -> None:
        """Request the statuses of a scope: one worktree, some paths in it, or every worktree."""
        if scope.worktree is not None:
            self.ask(scope.worktree, scope.paths)
        else:
            for git_dir in self._reader.live():
                self.ask(git_dir)

    def listed(self, _: str | None) -> bool:
        """Request the statuses of worktrees that are new or have another commit."""
        live = self._reader.live()
        before, self._heads = self._heads, live
        self.forget(live)
        for git_dir, head in live.items():
            if git_dir not in before or before[git_dir] != head:
                self.ask(git_dir, background=git_dir in self._known)
        self._known, self._listed = frozenset(), True
        return False

    def ask(
        self, git_dir: str, paths: Iterable[str] | None = None, *, background: bool = False
    ) -> None:
        """Request one worktree's status, of some paths or of all; never blocks.

        Args:
            git_dir: Which worktree.
            paths: Relative paths; `None` for everything.
            background: Whether anything else goes first.
        """
        with self._changed:
            if self._worker.stopped:
                return
            tree = self._trees.setdefault(git_dir, TreeReads())
            if paths is not None:
                now = time.monotonic()
                waits = {path: tree.backoffs.delay(path, now) for path in paths}
                paths = [path for path, wait in waits.items() if not wait]
                for path, wait in waits.items():
                    if wait:
                        tree.later.setdefault(path, now + wait)
                if not paths:
                    self._ledger.add(("status", git_dir))
                    self._changed.notify()
                    return
            if paths is None:
                tree.paths = None
            elif not tree.wanted or tree.paths is not None:
                merged = (tree.paths or set()).union(paths)
                tree.paths = merged if len(merged) <= MOST_PATHS else None
            tree.background = background and (tree.background or not tree.wanted)
            tree.wanted = True
            self._ledger.add(("status", git_dir))
            self._changed.notify()

    def forget(self, known: Iterable[str]) -> None:
        """Drop every worktree except the given ones."""
        with self._changed:
            for git_dir in set(self._trees).difference(known):
                tree = self._trees[git_dir]
                tree.wanted = False
                tree.later.clear()
                if not tree.reading:
                    del self._trees[git_dir]
                    self._ledger.drop(("status", git_dir))

    def ages(self) -> dict[str, tuple[float, float]]:
        """Age and cost of each worktree's last whole status, in seconds.

        Those that failed are left out: they are read again anyway.
        """
        with self._changed:
            now = time.monotonic()
            return {
                name: (now - tree.full_at, tree.costs[-1] if tree.costs else 0.0)
                for name, tree in self._trees.items()
                if tree.full_at and tree.again is None and not tree.wanted and not tree.reading
            }

    def last_full(self, git_dir: str) -> tuple[float, float]:
        """When a worktree's last whole status was read (monotonic), and its cost in seconds."""
        with self._changed:
            tree = self._trees.get(git_dir)
            return (tree.full_at, tree.costs[-1] if tree.costs else 0.0) if tree else (0.0, 0.0)

    def quiet(self) -> bool:
        """Whether nothing is queued and nothing is being read, now that worktrees are known."""
        with self._changed:
            return self._listed and not any(
                tree.wanted or tree.later or tree.reading for tree in self._trees.values()
            )

    def stop(self) -> None:
        """Start no further read."""
        self._worker.stop()
        with self._changed:
            for git_dir in self._trees:
                self._ledger.drop(("status", git_dir))

    def _pick(self, now: float) -> Job | float:
        """Take the next worktree to read; else seconds until there is one."""
        for tree in self._trees.values():
            tree.bring_due(now)
        for name, tree in self._trees.items():
            if tree.wanted:
                self._ledger.add(("status", name))
        waiting = [
            (tree.background, tree.not_before, name, self._room_for(tree, now))
            for name, tree in self._trees.items()
            if tree.wanted and not tree.reading
        ]
        if ready := [each for each in waiting if max(each[1], each[3]) <= now]:
            name = min(ready)[2]
            tree = self._trees[name]
            paths = None if tree.paths is None else frozenset(tree.paths)
            tree.wanted, tree.background, tree.reading = False, False, True
            tree.paths, tree.began = set(), now
            if paths is None:
                tree.later.clear()
                tree.again = None
            return partial(self._read, name, tree, paths)
        times = [max(at, room) for _, at, _, room in waiting]
        for tree in self._trees.values():
            times += tree.later.values()
            times += [tree.again] if tree.again is not None else []
        return min(times, default=NEVER) - now

    def _room_for(self, tree: TreeReads, now: float) -> float:
        """The earliest time to read a worktree, given the running reads."""
        reading = [each for each in self._trees.values() if each.reading]
        if tree.given_up:
            return NEVER if any(each.given_up for each in reading) else now
        young = sorted(each.began for each in reading if not each.given_up)
        young = [began for began in young if now - began < LONG]
        return now if len(young) < WORKERS else young[-WORKERS] + LONG

    def _read(self, name: str, tree: TreeReads, paths: frozenset[str] | None) -> None:
        pause: float | None = None
        try:
            full = self._reader.read(name, tree, paths)
        except Exception as error:  # its own worktree waits for it, not the others
            full = None
            self._reader.broke(name, error)
        if full is not None:
            tree.backoff.well(time.monotonic())
        else:
            pause = tree.backoff.failed(time.monotonic())
        ended = time.monotonic()
        took = ended - tree.began
        with self._changed:
            tree.reading = False
            if pause is not None:
                tree.again = ended + pause
                tree.not_before = ended + min(pause, HASTE)
            else:
                tree.not_before = ended + max(REST, took if full else 3 * took)
            if full:
                tree.full_at = tree.began
            gone = name not in self._reader.listed()
            if gone:
                self._trees.pop(name, None)
            if gone or not (tree.wanted or tree.later):
                self._ledger.drop(("status", name))
            self._changed.notify_all()
