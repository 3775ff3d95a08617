"""Watch a repository's metadata: a few directories, never its objects.

`watchfiles` does it, the same way on every system. Where it fails inotify takes over on Linux, and
where there is nothing to be had they are read every two seconds (`polling`). The better way is
asked for again later.

Directories, never files: an atomic replacement kills a file's watch. The set is subscribed first
and read afterwards, so that a change of the set loses nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import Final

from parallel_tui.engine.retry import Backoff
from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.classify import classify
from parallel_tui.engine.watching.directories import Directories, InotifyDirectories
from parallel_tui.engine.watching.inotify import Event
from parallel_tui.engine.watching.places import places
from parallel_tui.engine.watching.polling import EVERY, PollingDirectories
from parallel_tui.model.scope import AGENTS, COORDINATION, EVERYTHING, TOPOLOGY, Scope
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.view.snapshot import Level
from parallel_tui.ports.agents import Agents

# A name that is not UTF-8 is a ValueError; a library that no descriptor is left for an ImportError.
_FAILURES: Final = (OSError, RuntimeError, ValueError, ImportError)

RECONCILE: Final = 60.0
"""Seconds after which it is looked unasked whether other directories are to be watched: that a link
leads elsewhere is told by none of them."""

_TRIES: Final = 10


class MetadataWatch:
    """Turns changes below the git directory into scopes, in its own thread.

    Args:
        repository: Whose.
        directories: Makes the watch; called again after a failure, each time a little later.
        poke: Told what to look at again.
        trouble: Told a message when watching fails or is limited, `None` when it works again.
        instead: Makes what watches meanwhile, the best first; the last needs nothing of the
            system.
        agents: Says in which folders agents write.
    """

    def __init__(
        self,
        repository: Repository,
        directories: Callable[[], Directories],
        poke: Callable[[Scope], None],
        trouble: Callable[[str | None, Level], None],
        instead: Sequence[Callable[[], Directories]] = (PollingDirectories,),
        agents: Agents | None = None,
    ) -> None:
        self._agents = agents
        self._folders: tuple[str, ...] = ()
        self._repository = repository
        self._make = directories
        self._poke = poke
        self._trouble = trouble
        self._instead = instead
        self._standing_in: int | None = None
        self._backoff = Backoff()
        self._retry_at: float | None = None
        self._roots: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._watch: Directories | None = None
        self._drained: list[tuple[float, threading.Event]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pdev-watch", daemon=True)

    def start(self) -> None:
        """Subscribe and watch, in its own thread.

        When the subscription stands, what may have changed before it is looked at again.
        """
        self._thread.start()

    def roots(self, roots: Collection[str]) -> None:
        """Choose the worktree directories whose removal is to be noticed."""
        wanted = frozenset(roots)
        with self._lock:
            if wanted == self._roots:
                return
            self._roots = wanted
        self._wake()

    def look_around(self, _: str | None = None) -> bool:
        """See to it that agents are watched where they write now; never blocks."""
        folders = self._agents.folders() if self._agents is not None else ()
        with self._lock:
            moved, self._folders = folders != self._folders, folders
        if moved:
            self._wake()
        return False

    def drain(self, timeout: float) -> bool:
        """Wait until all earlier changes were reported; returns whether that happened in time."""
        done = threading.Event()
        with self._lock:
            if self._watch is None:
                return False
            self._drained.append((time.monotonic(), done))
        self._wake()
        return done.wait(timeout)

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()
        self._wake()

    def join(self, timeout: float) -> None:
        """Wait until the thread has ended."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _wake(self) -> None:
        with self._lock:
            if self._watch is not None:
                self._watch.wake()

    def _subscribe(self) -> bool:
        """Subscribe in the best way; returns false when a fallback watches instead."""
        watch: Directories | None = None
        try:
            watch = self._make()
            self._bring_up_to_date(watch, self._roots)
        except _FAILURES as error:
            if watch is not None:
                watch.close()
            self._fall_back(error, failed=False)
            return False
        self._retry_at = self._standing_in = None
        self._backoff.well(time.monotonic())
        self._use(watch)
        self._trouble(None, Level.NOTE)
        return True

    def _fall_back(self, error: Exception, *, failed: bool) -> None:
        """Watch in the next best way until the best one is tried again.

        Args:
            error: Why it could not be had.
            failed: Whether it is what watched until now that failed.
        """
        self._retry_at = time.monotonic() + self._backoff.failed(time.monotonic())
        if failed or self._watch is None:
            self._stand_in(error)
        how = "apart from other repositories for now"
        if isinstance(self._watch, InotifyDirectories):
            how = "by inotify for now, as watchfiles cannot"
        if isinstance(self._watch, PollingDirectories):
            how = f"within {EVERY:g} s, not at once"
        self._trouble(f"What changes is noticed {how}: {inotify.reason(error)}", Level.NOTE)

    def _stand_in(self, error: Exception) -> None:
        first = 0 if self._standing_in is None else self._standing_in + 1
        for number in range(min(first, len(self._instead) - 1), len(self._instead)):
            watch: Directories | None = None
            try:
                watch = self._instead[number]()
                self._bring_up_to_date(watch, self._roots)
            except _FAILURES:
                if watch is not None:
                    watch.close()
                continue
            self._standing_in = number
            self._use(watch)
            return
        raise error

    def _bring_up_to_date(self, watch: Directories, roots: Collection[str]) -> bool:
        """Watch the directories that exist now; returns whether any is new.

        What is made while a subscription begins is seen by nobody, so it is looked for afterwards.
        """
        new = False
        for _ in range(_TRIES):
            if self._agents is not None:
                self._folders = self._agents.folders()
            further = self._folders
            if not watch.watch(list(dict.fromkeys([*places(self._repository), *further])), roots):
                break
            new = True
        return new

    def _use(self, watch: Directories) -> None:
        with self._lock:
            before, self._watch = self._watch, watch
        if before is not None:
            before.close()

    def _run(self) -> None:
        if not self._stopping.is_set():
            self._subscribe()
        self._poke_all()
        while not self._stopping.is_set():
            try:
                if self._retry_at is not None and time.monotonic() >= self._retry_at:
                    if self._subscribe():
                        self._poke(EVERYTHING)
                elif self._watch is not None:
                    self._follow(self._watch)
            except _FAILURES as error:
                if self._stopping.is_set():
                    break
                self._fall_back(error, failed=True)
                self._poke(EVERYTHING)
        self._close()

    def _close(self) -> None:
        with self._lock:
            watch, self._watch = self._watch, None
            waiting, self._drained = self._drained, []
        if watch is not None:
            watch.close()
        for _, done in waiting:
            done.set()

    def _follow(self, watch: Directories) -> None:
        while not self._stopping.is_set():
            if self._retry_at is not None and time.monotonic() >= self._retry_at:
                return
            events = watch.wait(self._until_next_look())
            if self._stopping.is_set():
                return
            with self._lock:
                waiting, self._drained = self._drained, []
                roots = self._roots
            if waiting:
                events += watch.drain(max(asked for asked, _ in waiting))
            self._tell(events)
            # A folder made by what was just seen may hold changes that came before its watch.
            if self._bring_up_to_date(watch, roots):
                self._poke_all()
            for _, done in waiting:
                done.set()

    def _poke_all(self) -> None:
        for scope in (TOPOLOGY, COORDINATION, AGENTS):
            self._poke(scope)

    def _until_next_look(self) -> float:
        """Seconds until the next scheduled work."""
        if self._retry_at is None:
            return RECONCILE
        return min(RECONCILE, max(0.0, self._retry_at - time.monotonic()))

    def _tell(self, events: list[Event]) -> None:
        if any(event.mask & inotify.OVERFLOW for event in events):
            self._poke(EVERYTHING)
        scopes = dict.fromkeys(
            scope for event in events if (scope := self._scope(event)) is not None
        )
        for scope in scopes:
            self._poke(scope)

    def _scope(self, event: Event) -> Scope | None:
        if not event.directory:
            return None
        if not event.name and event.mask & inotify.LOSS:
            return TOPOLOGY
        if not event.name:
            return None
        if self._agents is not None and self._agents.is_news(event.path):
            return AGENTS
        return classify(self._repository, event.path)
