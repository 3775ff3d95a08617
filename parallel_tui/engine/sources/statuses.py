"""Reading what is uncommitted: two at a time, the latest wish wins, never queued twice.

A git that hangs holds up its own worktree only: a read that takes long counts for none of the two,
and worktrees whose reads were given up before share one place of their own.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.looks import work_of
from parallel_tui.engine.retry import GIVE_UP_LAST, give_up_after
from parallel_tui.engine.sources.tree_reads import TreeReads
from parallel_tui.engine.watching.polling import is_there
from parallel_tui.errors import GitError, ParallelError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.session.git_status import ChangeKind, WorkStatus
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.view.snapshot import Level, Source
from parallel_tui.ports.git import GitReader

WORKERS: Final = 2
"""More do not finish sooner: git itself reads with several threads."""

THREADS: Final = 6
"""Reads at most, those that hang included."""

LONG: Final = 5.0
"""Seconds after which a read no longer keeps others from beginning."""

HASTE: Final = 2.0
"""Seconds after a failed read until an event may bring about the next one."""

MOST_PATHS: Final = 100
"""Beyond this a whole status is cheaper than a limited one."""

REST: Final = 0.1
"""Least seconds between two reads of one worktree, or three times what the last one took."""

_NEVER: Final = float("inf")
_SLOW: Final = 4.0
_SLOW_AT_LEAST: Final = 0.5


class StatusQueue:
    """Keeps `Facts.statuses` up to date on request.

    A read that fails keeps the value there was, which is marked as old, and `Health` tells;
    without one, or when the directory is gone, it becomes unknown: an old value would be about a
    worktree that is not there any more. It is repeated until it works, each time a little later.

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
        self._trees: dict[str, TreeReads] = {}
        self._changed = threading.Condition()
        self._held = False
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._run, name=f"pdev-status-{number}", daemon=True)
            for number in range(THREADS)
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
            tree = self._trees.setdefault(git_dir, TreeReads())
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

    def ages(self) -> dict[str, tuple[float, float]]:
        """How long ago each worktree's last whole status was and what it cost, in seconds.

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

    def _next(self) -> tuple[str, TreeReads, frozenset[str] | None] | None:
        """Wait for a worktree to read and mark it clean; `None` at the end."""
        with self._changed:
            while not self._stopped:
                now = time.monotonic()
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
                ready = [] if self._held else [w for w in waiting if max(w[1], w[3]) <= now]
                if ready:
                    name = min(ready)[2]
                    tree = self._trees[name]
                    paths = None if tree.paths is None else frozenset(tree.paths)
                    tree.wanted, tree.background, tree.reading = False, False, True
                    tree.paths, tree.began = set(), now
                    if paths is None:
                        tree.later.clear()
                        tree.again = None
                    return name, tree, paths
                times = [max(at, room) for _, at, _, room in waiting]
                for tree in self._trees.values():
                    times += tree.later.values()
                    times += [tree.again] if tree.again is not None else []
                soonest = min(times, default=_NEVER)
                idle = soonest == _NEVER or self._held
                self._changed.wait(None if idle else max(0.0, soonest - now))
        return None

    def _room_for(self, tree: TreeReads, now: float) -> float:
        """From when on a worktree may be read, as far as the reads under way are concerned."""
        reading = [each for each in self._trees.values() if each.reading]
        if tree.given_up:
            return _NEVER if any(each.given_up for each in reading) else now
        young = sorted(each.began for each in reading if not each.given_up)
        young = [began for began in young if now - began < LONG]
        return now if len(young) < WORKERS else young[-WORKERS] + LONG

    def _run(self) -> None:
        while (found := self._next()) is not None:
            name, tree, paths = found
            pause: float | None = None
            try:
                full = self._read(name, tree, paths)
                if full is not None:
                    tree.backoff.well(time.monotonic())
                else:
                    pause = tree.backoff.failed(time.monotonic())
            except Exception as error:  # a thread that ended would be missed by no one
                full, pause = None, tree.backoff.failed(time.monotonic())
                self._facts.trouble(Source.GIT, repr(error), about="status", worktree=name)
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
                gone = name not in self._known()
                if gone:
                    self._trees.pop(name, None)
                if gone or not (tree.wanted or tree.later):
                    self._ledger.drop(("status", name))
                self._changed.notify_all()

    def _known(self) -> set[str]:
        with self._facts.lock:
            return {tree.git_dir for tree in self._facts.worktrees or ()}

    def _read(self, name: str, tree: TreeReads, paths: frozenset[str] | None) -> bool | None:
        """Read one worktree; whether that was its whole status, `None` when it failed."""
        with self._facts.lock:
            worktree = next((w for w in self._facts.worktrees or () if w.git_dir == name), None)
            before = self._facts.statuses.get(name)
            if worktree is None or worktree.bare or worktree.missing:
                return False
            looked = self._facts.looks.begin(work_of(name))
        value = before if isinstance(before, WorkStatus) else None
        asked = None if value is None or paths is None else _widened(paths, value)
        limit = GIVE_UP_LAST if value is None else give_up_after(tree.given_up)
        try:
            with self._git.patience(limit):
                entries = self._git.status(worktree, asked)
        except Exception as error:
            with self._changed:
                late = time.monotonic() - tree.began >= 0.9 * limit
                tree.given_up = tree.given_up + 1 if late else 0
            # The limit grows; the news is the same.
            told = GitError(f"git status gives no answer in {worktree.path}") if late else error
            self._failed(worktree, value, told, first=tree.backoff.failures == 0)
            return None
        with self._changed:
            tree.given_up = 0
        if asked is None:
            self._cost(worktree, tree, time.monotonic() - tree.began)
        fresh = WorkStatus.of(entries) if asked is None else None
        with self._facts.lock:
            if fresh is None and value is not None and asked is not None:
                fresh = value.with_fresh(asked, entries)
            marked = self._facts.looks.as_of(work_of(name)) is not None
            if asked is None:
                self._facts.looks.done(work_of(name), looked)
            else:
                self._facts.looks.enough(work_of(name))
            if fresh is not None:
                self._facts.statuses[name] = fresh
            self._facts.well(Source.GIT, about="status", worktree=name)
        if asked is not None and paths is not None:
            tree.dull.looked(paths, fresh != before, time.monotonic())
        if fresh != before or marked:
            self._told()
        if fresh != before or entries:  # a modified file can be modified once more
            self._touched(name, fresh != before or asked is not None)
        return asked is None

    def _failed(
        self, worktree: Worktree, value: WorkStatus | None, error: Exception, *, first: bool
    ) -> None:
        message = error.message if isinstance(error, ParallelError) else repr(error)
        key = worktree.git_dir
        there = is_there(worktree.path)
        if not there:
            self._vanished()
            message = f"{worktree.path} is not a directory any more"
        with self._facts.lock:
            self._facts.looks.failed(work_of(key))
            before = self._facts.statuses.get(key)
            if not there or (value is None and not isinstance(before, WorkStatus)):
                self._facts.statuses[key] = Unknown(message)
        if there or not first:  # mostly it was removed, and the next listing says so
            self._facts.trouble(Source.GIT, message, about="status", worktree=key)
        self._told()

    def _cost(self, worktree: Worktree, tree: TreeReads, took: float) -> None:
        """Tell when a status has grown slow, which an index that cannot heal itself makes it.

        We never take `index.lock` in somebody's worktree, so the remedy is only offered.
        """
        usual = statistics.median(tree.costs) if len(tree.costs) >= 3 else None
        if usual is not None and took >= _SLOW_AT_LEAST and took > _SLOW * usual:
            self._facts.trouble(
                Source.GIT,
                f"git status of {worktree.path} has become slow; "
                "`git update-index -q --refresh` in it may help",
                about="slow",
                worktree=worktree.git_dir,
                level=Level.NOTE,
            )
        elif usual is not None and took <= 2 * usual:
            self._facts.well(Source.GIT, about="slow", worktree=worktree.git_dir)
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
