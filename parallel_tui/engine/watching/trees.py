"""Watch working trees through a child process, and pass its hints on.

Where the child cannot watch (no inotify instance or watch is left, it dies again and again, or
there are too many directories), edits are looked for instead (`activity`), and it is tried again
later: others give back what they used.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from parallel_tui.engine.asking import AskStatus
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.retry import GIVE_UP, LONGEST, Backoff
from parallel_tui.engine.watching.answers import Answers
from parallel_tui.engine.watching.limits import first_mode, most_directories
from parallel_tui.engine.watching.polling import is_there
from parallel_tui.engine.watching.subscribed import RECOUNT, Subscribed
from parallel_tui.engine.watching.tree_link import NewChild, TreeLink
from parallel_tui.errors import ParallelError
from parallel_tui.model.scope import Look, Scope
from parallel_tui.model.session.watch_share import to_watch, too_many
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.config import EditWatch
from parallel_tui.model.view.snapshot import Level, Source, WatchMode
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.system import ChildProcess

_FIRST_PAUSE: Final = 0.2
_INSTEAD: Final = "edits are noticed when a window is active, and by looking within a minute"


class TreeWatch:
    """Keeps the child watching the directories that git tracks.

    `read` is the job of a loop; everything else may be called from any thread.

    Args:
        git: Lists tracked directories.
        facts: The worktrees, the mode, and trouble.
        wish: Configured mode.
        python: Starts the child; see `Processes.python`.
        ask: Asks for statuses.
        gone: Called when a worktree's directory vanished.
        again: Asks the loop for a run of `read` within some seconds.
        changed: Called when mode or trouble changed.
        quiet: Whether first statuses are in, so that watching may take its share of the disk.
        link: Makes the link to the child; by default the child is its own.
    """

    name: Final = "trees"
    looks: Final[frozenset[Look]] = frozenset({Look.STATUS})

    def __init__(
        self,
        git: GitReader,
        facts: Facts,
        wish: EditWatch,
        *,
        python: Callable[[Sequence[str]], ChildProcess],
        ask: AskStatus,
        gone: Callable[[], None],
        again: Callable[[float], None],
        changed: Callable[[], None],
        quiet: Callable[[], bool],
        link: NewChild = TreeLink,
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
        self._link = link(python, self._hear, self._lost)
        self._subscribed = Subscribed()
        self._answers = Answers()
        self._child = Backoff(first=_FIRST_PAUSE)
        self._not_before = 0.0
        self._why: str | None = None
        self._crowd = 0
        self._crowded_by: frozenset[str] = frozenset()
        self._ailing = False
        self._stopped = False
        self._mode = first_mode(wish)
        self._possible = self._mode is WatchMode.STARTING

    @property
    def mode(self) -> WatchMode:
        """How edits are detected at present."""
        return self._mode

    @property
    def pid(self) -> int | None:
        """Process id of the child, if there is one."""
        return self._link.pid

    def wants(self, scope: Scope) -> bool:
        """Whether a scope includes a worktree's index, so that other directories may be tracked."""
        if scope.look is not Look.STATUS or scope.worktree is None or scope.paths is not None:
            return False
        self._subscribed.stale(scope.worktree)
        return True

    def unwatched(self, trees: Iterable[Worktree]) -> list[str]:
        """Git directories of worktrees whose edits are not detected at once."""
        watched = self._subscribed.watched()
        return [tree.git_dir for tree in trees if tree.git_dir not in watched]

    def read(self) -> float | None:
        """Update the child's watches; returns seconds to the next update."""
        if self._stopped or not self._possible:
            return None
        listed = self._facts.worktrees
        if listed is None or (self._mode is WatchMode.STARTING and not self._quiet()):
            return 0.1
        trees = {tree.git_dir: tree for tree in self._facts.live_trees()}
        for root in self._subscribed.keep(trees):
            self._link.send({"forget": root})
        wait = self._not_before - time.monotonic()
        if wait > 0:
            return wait
        if self._link.pid is None:
            if self._crowded(trees):
                return LONGEST
            if not self._start():
                pause = self._child.failed(time.monotonic())
                return self._fall_back(self._why or "no process could be started", pause)
        later = self._update(trees)
        self._settle(trees)
        self._heartbeat()
        return LONGEST if later is None else min(later, LONGEST)

    def sync(self, timeout: float) -> bool:
        """Wait until the status of every edit made before this call was requested."""
        return self._answers.wait(self._link.send, timeout)

    def stop(self) -> None:
        """End the child and wait for it."""
        self._stopped = True
        self._link.end()

    def _start(self) -> bool:
        try:
            self._link.start()
        except OSError as error:
            self._why = f"no process could be started ({error.strerror or error})"
            return False
        self._why = None
        self._answers.start_anew()
        return True

    def _crowded(self, trees: dict[str, Worktree]) -> bool:
        """Whether there were too many directories, with no sign of fewer since."""
        return too_many(self._crowd, most_directories()) and self._crowded_by == trees.keys()

    def _heartbeat(self) -> None:
        """End a child that does not answer, as on a disk that hangs."""
        if self._answers.ping(self._link.send):
            self._why = "the watcher does not answer"
            self._link.kill()

    def _update(self, trees: dict[str, Worktree]) -> float | None:
        """Send changed subscriptions to the child; returns seconds until a postponed one is due."""
        later: float | None = None
        for git_dir, tree in trees.items():
            wait = self._subscribed.wait_to_list(git_dir)
            if wait is None:
                continue
            if wait > 0:
                later = wait if later is None else min(later, wait)
                continue
            try:
                with self._git.patience(GIVE_UP):
                    directories = to_watch(self._git.tracked_directories(tree))
            except ParallelError as error:
                pause = self._subscribed.put_off(git_dir)
                later = pause if later is None else min(later, pause)
                if is_there(tree.path):  # else the next listing says that it is gone
                    self._facts.trouble(Source.TREES, error.message, worktree=git_dir)
                    self._changed()
                continue
            self._facts.well(Source.TREES, worktree=git_dir)
            total = self._subscribed.send(tree, directories)
            if total is None:
                continue
            if self._wish is not EditWatch.TREE and too_many(total, most_directories()):
                self._crowd, self._crowded_by = total, frozenset(trees)
                self._link.end()
                self._drop()
                pause = self._child.failed(time.monotonic())
                return self._fall_back(f"{total} directories are too many to watch each", pause)
            self._link.send(
                {"watch": tree.path, "directories": sorted(directories), "mark": git_dir}
            )
        return later

    def _settle(self, trees: dict[str, Worktree]) -> None:
        deaf = self._subscribed.deaf()
        known = self._subscribed.watched() | deaf
        complete = self._link.pid is not None and known >= trees.keys()
        with self._lock:
            news = complete and (self._ailing or self._mode is not WatchMode.TREE)
            if news:
                self._mode, self._ailing = WatchMode.TREE, False
        if complete:
            self._child.well(time.monotonic())
        if complete:
            self._facts.well(Source.TREES, about="child")
        watch = WatchMode.TREE if complete else self._facts.watch
        if self._facts.put(deaf=deaf, watch=watch) or news:
            self._changed()

    def _fall_back(self, why: str, pause: float) -> float:
        """Poll for edits instead; returns seconds until watching is tried again."""
        self._not_before = time.monotonic() + pause
        with self._lock:
            self._mode, self._ailing = WatchMode.ACTIVITY, True
        self._facts.trouble(
            Source.TREES, f"{why[0].upper()}{why[1:]}; {_INSTEAD}", about="child", level=Level.NOTE
        )
        self._facts.put(watch=self._mode)
        self._changed()
        return pause

    def _drop(self) -> None:
        """Drop all subscriptions."""
        self._subscribed.drop()
        self._answers.give_up()

    def _hear(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            self._subscribed.ready(message["mark"])
            # What changed between its last status and now was seen by nobody.
            self._ask(message["mark"], background=True)
            self._again(0.0)
        elif "absent" in message:
            self._subscribed.forget([message["mark"]])
            self._again(self._subscribed.put_off(message["mark"]))
        elif "failed" in message:
            self._why = f"the system says that {message['error']}"
            self._link.give_up()
        elif "synced" in message:
            self._answers.arrived(message["synced"])
        else:
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        by_root = self._subscribed.by_root()
        for root, paths in message["hints"].items():
            if root in by_root:
                self._ask(by_root[root], paths)
        if message["gone"]:
            gone = [by_root[root] for root in message["gone"] if root in by_root]
            self._subscribed.forget(gone)
            self._gone()
            for git_dir in gone:
                self._ask(git_dir)
            self._again(RECOUNT)
        if message["lost"]:
            for git_dir in sorted(self._subscribed.watched()):
                self._ask(git_dir)

    def _lost(self) -> None:
        """Subscribe again after the child ended, and read everything again after that."""
        self._drop()
        if self._stopped:
            return
        pause = self._child.failed(time.monotonic())
        why, self._why = self._why, None
        if why is None and self._child.failures > 1:
            why = "the watcher of edits ends again and again"
        if why is not None:
            self._again(self._fall_back(why, pause))
            return
        self._not_before, self._ailing = time.monotonic() + pause, True
        self._facts.trouble(
            Source.TREES,
            "The watcher of edits ended and is being started again.",
            about="child",
            level=Level.NOTE,
        )
        self._changed()
        self._again(pause)
