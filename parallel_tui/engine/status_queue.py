"""Reading what is uncommitted: two at a time, the latest wish wins, never queued twice."""

from __future__ import annotations

import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from parallel_tui.adapters.ports import GitReader
from parallel_tui.engine.dull import Dull
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.ledger import Ledger
from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import Pending, Unknown
from parallel_tui.model.snapshot import Level, Source
from parallel_tui.model.status import ChangeKind, WorkStatus
from parallel_tui.model.worktree import Worktree

WORKERS: Final = 2
"""More do not finish sooner: git itself reads with several threads."""

MOST_PATHS: Final = 100
"""Beyond this a whole status is cheaper than a limited one."""

REST: Final = 0.1
"""Least seconds between two reads of one worktree, or three times what the last one took."""

_SLOW: Final = 4.0
_SLOW_AT_LEAST: Final = 0.5


@dataclass
class _Tree:
    """What is to be read of one worktree, and what its reads cost."""

    wanted: bool = False
    background: bool = False
    paths: set[str] | None = field(default_factory=set)
    reading: bool = False
    not_before: float = 0.0
    costs: deque[float] = field(default_factory=lambda: deque(maxlen=9))
    full_at: float = 0.0
    dull: Dull = field(default_factory=Dull)
    later: dict[str, float] = field(default_factory=dict)

    def bring_due(self, now: float) -> None:
        """Want the paths whose waiting is over."""
        for path in [path for path, at in self.later.items() if at <= now]:
            del self.later[path]
            self.wanted = True
            if self.paths is not None:
                self.paths.add(path)


class StatusQueue:
    """Keeps `Facts.statuses` up to date on request.

    A read that fails keeps the value there was, and `Health` tells; without one, or when the
    directory is gone, it becomes unknown: an old value would be about a worktree that is not
    there any more.

    Args:
        git: Who is asked.
        facts: Where answers go.
        ledger: Told of each worktree waiting or being read.
        changed: Called after an answer is in.
        touched: Called with a git directory whose files may have changed, also where its status
            reads as before: what is modified can be modified again; and with whether they have,
            as far as the status or the hint of a path shows.
        vanished: Called when a worktree's directory turns out to be gone.
    """

    def __init__(
        self,
        git: GitReader,
        facts: Facts,
        ledger: Ledger,
        changed: Callable[[], None],
        touched: Callable[[str, bool], None],
        vanished: Callable[[], None],
    ) -> None:
        self._git = git
        self._facts = facts
        self._ledger = ledger
        self._told = changed
        self._touched = touched
        self._vanished = vanished
        self._trees: dict[str, _Tree] = {}
        self._changed = threading.Condition()
        self._held = False
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._run, name=f"pdev-status-{number}", daemon=True)
            for number in range(WORKERS)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def ask(
        self, git_dir: str, paths: Iterable[str] | None = None, *, background: bool = False
    ) -> None:
        """Ask for one worktree's status, of some paths or of all; never blocks.

        Args:
            git_dir: Which worktree.
            paths: Relative paths; `None` for everything.
            background: Whether anything else goes first.
        """
        with self._changed:
            if self._stopped:
                return
            tree = self._trees.setdefault(git_dir, _Tree())
            if paths is not None:
                now = time.monotonic()
                waits = {path: tree.dull.delay(path, now) for path in paths}
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
        """Drop every worktree that is not among the given ones."""
        with self._changed:
            for git_dir in set(self._trees).difference(known):
                tree = self._trees[git_dir]
                tree.wanted = False
                tree.later.clear()
                if not tree.reading:
                    del self._trees[git_dir]
                    self._ledger.drop(("status", git_dir))

    def oldest(self) -> tuple[str, float] | None:
        """The worktree whose last whole status is oldest, and when that was (monotonic)."""
        with self._changed:
            read = [(tree.full_at, name) for name, tree in self._trees.items() if tree.full_at]
            if not read:
                return None
            at, name = min(read)
            return name, at

    def last_full(self, git_dir: str) -> tuple[float, float]:
        """When a worktree's last whole status was (monotonic), and what it cost, in seconds."""
        with self._changed:
            tree = self._trees.get(git_dir)
            return (tree.full_at, tree.costs[-1] if tree.costs else 0.0) if tree else (0.0, 0.0)

    def quiet(self) -> bool:
        """Whether nothing waits and nothing is being read."""
        with self._changed:
            return not any(
                tree.wanted or tree.later or tree.reading for tree in self._trees.values()
            )

    def hold(self, held: bool) -> None:
        """Begin no further read until this is called with `False`."""
        with self._changed:
            self._held = held
            self._changed.notify_all()

    def stop(self) -> None:
        """Begin no further read, ever."""
        with self._changed:
            self._stopped = True
            for git_dir in self._trees:
                self._ledger.drop(("status", git_dir))
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Wait until the threads are gone."""
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, deadline - time.monotonic()))

    def _next(self) -> tuple[str, _Tree, frozenset[str] | None] | None:
        """Wait for a worktree to read and mark it clean; `None` at the end."""
        with self._changed:
            while not self._stopped:
                now = time.monotonic()
                for tree in self._trees.values():
                    tree.bring_due(now)
                waiting = [
                    (tree.background, tree.not_before, name)
                    for name, tree in self._trees.items()
                    if tree.wanted and not tree.reading
                ]
                ready = [] if self._held else [w for w in waiting if w[1] <= now]
                if ready:
                    name = min(ready)[2]
                    tree = self._trees[name]
                    paths = None if tree.paths is None else frozenset(tree.paths)
                    tree.wanted, tree.background, tree.reading = False, False, True
                    tree.paths = set()
                    if paths is None:
                        tree.later.clear()
                    return name, tree, paths
                times = [at for _, at, _ in waiting]
                times += [at for tree in self._trees.values() for at in tree.later.values()]
                soonest = min(times, default=None)
                pause = None if soonest is None or self._held else max(0.0, soonest - now)
                self._changed.wait(pause)
        return None

    def _run(self) -> None:
        while (found := self._next()) is not None:
            name, tree, paths = found
            began = time.monotonic()
            full = self._read(name, tree, paths)
            took = time.monotonic() - began
            with self._changed:
                tree.reading = False
                tree.not_before = began + took + max(REST, 3 * took if not full else took)
                if full:
                    tree.full_at = began
                gone = name not in self._known()
                if gone:
                    self._trees.pop(name, None)
                if gone or not (tree.wanted or tree.later):
                    self._ledger.drop(("status", name))
                self._changed.notify()

    def _known(self) -> set[str]:
        with self._facts.lock:
            return {tree.git_dir for tree in self._facts.worktrees or ()}

    def _read(self, name: str, tree: _Tree, paths: frozenset[str] | None) -> bool:
        """Read one worktree; whether that was its whole status."""
        with self._facts.lock:
            worktree = next((w for w in self._facts.worktrees or () if w.git_dir == name), None)
            before = self._facts.statuses.get(name)
        if worktree is None or worktree.bare or worktree.missing:
            return False
        value = before if isinstance(before, WorkStatus) else None
        asked = None if value is None or paths is None else _widened(paths, value)
        began = time.monotonic()
        try:
            entries = self._git.status(worktree, asked)
        except Exception as error:
            self._failed(worktree, value, error)
            return False
        if asked is None:
            self._cost(worktree, tree, time.monotonic() - began)
        fresh = WorkStatus.of(entries) if asked is None else None
        with self._facts.lock:
            if fresh is None and value is not None and asked is not None:
                fresh = value.with_fresh(asked, entries)
            if fresh is not None:
                self._facts.statuses[name] = fresh
        self._facts.well(Source.GIT, about=f"status {name}")
        if asked is not None and paths is not None:
            tree.dull.looked(paths, fresh != before, time.monotonic())
        if fresh != before:
            self._told()
        if fresh != before or entries:  # a modified file can be modified once more
            self._touched(name, fresh != before or asked is not None)
        return asked is None

    def _failed(self, worktree: Worktree, value: WorkStatus | None, error: Exception) -> None:
        message = error.message if isinstance(error, ParallelError) else repr(error)
        if not Path(worktree.path).is_dir():
            with self._facts.lock:
                self._facts.statuses.pop(worktree.git_dir, None)
            self._vanished()
            return
        if value is None:
            with self._facts.lock:
                before = self._facts.statuses.get(worktree.git_dir)
                if before is None or isinstance(before, Pending | Unknown):
                    self._facts.statuses[worktree.git_dir] = Unknown(message)
        self._facts.trouble(Source.GIT, message, about=f"status {worktree.git_dir}")
        self._told()

    def _cost(self, worktree: Worktree, tree: _Tree, took: float) -> None:
        """Tell when a status has grown slow, which an index that cannot heal itself makes it.

        We never take `index.lock` in somebody's worktree, so the remedy is only offered.
        """
        about = f"slow {worktree.git_dir}"
        usual = statistics.median(tree.costs) if len(tree.costs) >= 3 else None
        if usual is not None and took >= _SLOW_AT_LEAST and took > _SLOW * usual:
            self._facts.trouble(
                Source.GIT,
                f"git status of {worktree.path} has become slow; "
                "`git update-index -q --refresh` in it may help",
                about=about,
                level=Level.NOTE,
            )
        elif usual is not None and took <= 2 * usual:
            self._facts.well(Source.GIT, about=about)
        tree.costs.append(took)


def _widened(paths: Iterable[str], value: WorkStatus) -> frozenset[str] | None:
    """Paths to ask about so that the answer can be merged with what is known.

    A path in a folder that is listed as wholly untracked would be answered by itself, as if the
    folder held nothing else; so the folder is asked about. An ignore file changes what others
    are, so everything is.
    """
    folders = [
        entry.path
        for entry in value.entries
        if entry.kind is ChangeKind.UNTRACKED and entry.path.endswith("/")
    ]
    wide: set[str] = set()
    for path in paths:
        if path in ("", ".gitignore", ".gitattributes") or path.endswith("/.gitignore"):
            return None
        above = next((folder for folder in folders if path.startswith(folder)), None)
        wide.add(above.rstrip("/") if above else path)
    return frozenset(wide)
