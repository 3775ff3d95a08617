"""Noticing uncommitted edits: tells a child process which directories to watch, takes its hints."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Protocol

from parallel_tui.adapters.ports import GitReader
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.tree_link import TreeLink
from parallel_tui.errors import ParallelError
from parallel_tui.model.config import EditWatch
from parallel_tui.model.snapshot import Level, Source, WatchMode
from parallel_tui.model.worktree import Worktree

SHARE: Final = 4
"""At most one in so many of the user's inotify watches; editors need some too."""

RECOUNT: Final = 2.0
"""Least seconds between two listings of one worktree's tracked directories."""

_LIMIT_FILE: Final = Path("/proc/sys/fs/inotify/max_user_watches")
_FIRST_PAUSE: Final = 0.2
_LAST_PAUSE: Final = 30.0


class AskStatus(Protocol):
    """How a status is asked for; see `StatusQueue.ask`."""

    def __call__(
        self, git_dir: str, paths: Iterable[str] | None = None, *, background: bool = False
    ) -> None:
        """Ask."""
        ...


def most_directories() -> int:
    """How many directories may be watched; 0 where there is no inotify."""
    try:
        return int(_LIMIT_FILE.read_text()) // SHARE
    except (OSError, ValueError):
        return 0


class TreeWatch:
    """Keeps the child process watching the directories that git tracks.

    `work` is the job of a loop; everything else may be called from any thread.

    Args:
        git: Lists tracked directories.
        facts: The worktrees, the mode, and trouble.
        wish: Configured mode.
        ask: Asks for statuses.
        gone: Called when a worktree's directory vanished.
        again: Asks the loop for a run of `work` within some seconds.
        changed: Called when mode or trouble changed.
        quiet: Whether first statuses are in, so that watching may take its share of the disk.
    """

    def __init__(
        self,
        git: GitReader,
        facts: Facts,
        wish: EditWatch,
        *,
        ask: AskStatus,
        gone: Callable[[], None],
        again: Callable[[float], None],
        changed: Callable[[], None],
        quiet: Callable[[], bool],
    ) -> None:
        self._git = git
        self._facts = facts
        self._wish = wish
        self._ask = ask
        self._gone = gone
        self._again = again
        self._changed = changed
        self._quiet = quiet
        self._lock = threading.Lock()
        self._link = TreeLink(self._hear, self._lost)
        self._sent: dict[str, tuple[str, frozenset[str]]] = {}
        self._ready: set[str] = set()
        self._counted: dict[str, float] = {}
        self._stale: set[str] = set()
        self._synced: dict[int, threading.Event] = {}
        self._number = 0
        self._pause = _FIRST_PAUSE
        self._not_before = 0.0
        self._stopped = False
        self._mode = self._first_mode(wish)

    @staticmethod
    def _first_mode(wish: EditWatch) -> WatchMode:
        if wish is EditWatch.OFF:
            return WatchMode.OFF
        if wish is EditWatch.ACTIVITY or most_directories() == 0:
            return WatchMode.ACTIVITY
        return WatchMode.STARTING

    @property
    def mode(self) -> WatchMode:
        """How edits are noticed at present."""
        return self._mode

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one."""
        return self._link.pid

    def index_changed(self, git_dir: str) -> None:
        """A worktree's index changed: it may track other directories now."""
        with self._lock:
            self._stale.add(git_dir)

    def unwatched(self, trees: Iterable[Worktree]) -> list[str]:
        """Git directories of worktrees whose edits are not noticed at once."""
        with self._lock:
            return [tree.git_dir for tree in trees if tree.git_dir not in self._ready]

    def work(self) -> float | None:
        """Bring the child's watches up to date; in how many seconds to look again."""
        if self._stopped or self._mode in (WatchMode.OFF, WatchMode.ACTIVITY):
            return None
        with self._facts.lock:
            listed = self._facts.worktrees
        if listed is None or (self._mode is WatchMode.STARTING and not self._quiet()):
            return 0.1
        wait = self._not_before - time.monotonic()
        if wait > 0:
            return wait
        trees = {t.git_dir: t for t in listed if not t.bare and not t.missing}
        if self._link.pid is None and not self._start():
            return self._pause
        self._forget(trees)
        later = self._update(trees)
        self._settle(trees)
        return later

    def sync(self, timeout: float) -> bool:
        """Wait until every edit made before this call has been asked about."""
        done = threading.Event()
        with self._lock:
            self._number += 1
            number = self._number
            self._synced[number] = done
        if not self._link.send({"sync": number}):
            with self._lock:
                self._synced.pop(number, None)
            return False
        return done.wait(timeout)

    def stop(self) -> None:
        """End the child; returns when it is gone."""
        self._stopped = True
        self._link.end()

    def _start(self) -> bool:
        try:
            self._link.start()
        except OSError as error:
            self._facts.trouble(Source.TREES, f"Edits are not watched: {error}", about="child")
            self._changed()
            self._pause = min(self._pause * 2, _LAST_PAUSE)
            return False
        return True

    def _forget(self, trees: dict[str, Worktree]) -> None:
        with self._lock:
            gone = [
                (git_dir, root)
                for git_dir, (root, _) in self._sent.items()
                if git_dir not in trees or trees[git_dir].path != root
            ]
            for git_dir, _ in gone:
                del self._sent[git_dir]
                self._ready.discard(git_dir)
                self._counted.pop(git_dir, None)
        for _, root in gone:
            self._link.send({"forget": root})

    def _update(self, trees: dict[str, Worktree]) -> float | None:
        """Tell the child what is new; seconds until a listing put off is due."""
        later: float | None = None
        for git_dir, tree in trees.items():
            with self._lock:
                known = self._sent.get(git_dir)
                stale = git_dir in self._stale
                wait = self._counted.get(git_dir, 0.0) + RECOUNT - time.monotonic()
            if known is not None and not stale:
                continue
            if wait > 0:
                later = wait if later is None else min(later, wait)
                continue
            with self._lock:
                self._stale.discard(git_dir)
                self._counted[git_dir] = time.monotonic()
            try:
                directories = self._git.tracked_directories(tree) | {""}
            except ParallelError as error:
                with self._lock:
                    self._stale.add(git_dir)
                self._facts.trouble(Source.TREES, error.message, about=git_dir)
                self._changed()
                later = RECOUNT
                continue
            self._facts.well(Source.TREES, about=git_dir)
            if known is not None and known[1] == directories:
                continue
            with self._lock:
                self._sent[git_dir] = (tree.path, directories)
                total = sum(len(each) for _, each in self._sent.values())
            if self._wish is not EditWatch.TREE and total >= most_directories():
                self._give_up(f"{total} directories are too many to watch each")
                return None
            self._link.send(
                {"watch": tree.path, "directories": sorted(directories), "mark": git_dir}
            )
        return later

    def _settle(self, trees: dict[str, Worktree]) -> None:
        with self._lock:
            complete = self._ready >= trees.keys()
            news = complete and self._mode is not WatchMode.TREE
            if news:
                self._mode = WatchMode.TREE
        if complete:
            self._facts.well(Source.TREES, about="child")
            self._pause = _FIRST_PAUSE
        if news:
            with self._facts.lock:
                self._facts.watch = self._mode
        if complete:
            self._changed()

    def _give_up(self, why: str) -> None:
        """Edits are noticed by the activity of windows from now on."""
        self._mode = WatchMode.ACTIVITY
        self._facts.trouble(
            Source.TREES,
            f"{why}; edits are noticed when a window is active",
            about="child",
            level=Level.NOTE,
        )
        with self._lock:
            self._ready.clear()
        with self._facts.lock:
            self._facts.watch = self._mode
        self._link.end()
        self._changed()

    def _hear(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            with self._lock:
                self._ready.add(message["mark"])
            # What changed between its last status and now was seen by nobody.
            self._ask(message["mark"], background=True)
            self._again(0.0)
        elif "failed" in message:
            threading.Thread(
                target=self._give_up, args=(f"The system says: {message['error']}",), daemon=True
            ).start()
        elif "synced" in message:
            with self._lock:
                done = self._synced.pop(message["synced"], None)
            if done is not None:
                done.set()
        else:
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        with self._lock:
            by_root = {root: git_dir for git_dir, (root, _) in self._sent.items()}
            ready = list(self._ready)
        for root, paths in message["hints"].items():
            if root in by_root:
                self._ask(by_root[root], paths)
        if message["gone"]:
            self._gone()
        if message["lost"]:
            for git_dir in ready:
                self._ask(git_dir)

    def _lost(self) -> None:
        """The child ended. Everything is subscribed anew, and looked at again when it is."""
        with self._lock:
            self._sent.clear()
            self._ready.clear()
            self._counted.clear()
            waiting, self._synced = list(self._synced.values()), {}
            self._not_before = time.monotonic() + self._pause
            pause = self._pause
            self._pause = min(self._pause * 2, _LAST_PAUSE)
        for done in waiting:
            done.set()
        if self._stopped:
            return
        self._facts.trouble(
            Source.TREES,
            "The watcher of edits ended and is being started again.",
            about="child",
            level=Level.NOTE,
        )
        self._changed()
        self._again(pause)
