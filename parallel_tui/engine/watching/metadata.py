"""Watch a repository's metadata: a few directories, never its objects.

Where the system does not tell, they are read every two seconds instead (`polling`), and it is asked
again later.

Directories, never files: an atomic replacement kills a file's watch. The set is subscribed first
and read afterwards, so that a change of the set loses nothing.
"""

from __future__ import annotations

import itertools
import os
import select
import threading
import time
from collections.abc import Callable, Collection, Iterator
from typing import Final, Protocol

from parallel_tui.engine.retry import Backoff
from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.classify import classify
from parallel_tui.engine.watching.inotify import Event, Inotify
from parallel_tui.engine.watching.polling import EVERY, PollingDirectories, is_there
from parallel_tui.model.scope import COORDINATION, EVERYTHING, TOPOLOGY, Scope
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.view.snapshot import Level

GATHER: Final = 0.015
"""Seconds waited after a first event, so that one git command is one look."""

_MOST_DIRECTORIES: Final = 5_000


class Directories(Protocol):
    """Some directories being watched."""

    def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
        """Watch exactly these from now on; whether any was not watched before.

        Args:
            directories: Whose entries matter.
            roots: Of which only their own end matters.
        """
        ...

    def wait(self) -> list[Event]:
        """Wait for something, at the longest until `wake`; what happened, gathered a little."""
        ...

    def drain(self) -> list[Event]:
        """Everything that happened up to now."""
        ...

    def wake(self) -> None:
        """End a `wait`, from any thread."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class InotifyDirectories:
    """Linux: asleep until something happens."""

    def __init__(self) -> None:
        self._inotify = Inotify()
        try:
            self._inner, self._outer = os.pipe()
        except OSError:
            self._inotify.close()  # or each try would take one more of the user's few
            raise
        self._poll = select.poll()
        self._poll.register(self._inotify.fileno(), select.POLLIN)
        self._poll.register(self._inner, select.POLLIN)

    def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
        """Watch exactly these from now on; whether any was not watched before."""
        known = self._inotify
        new = False
        for directory in directories:
            if directory not in known:
                new = known.add(directory) or new
        for root in roots:
            if root not in known:
                new = known.add(root, inotify.LOSS) or new
        known.keep({*directories, *roots})
        return new

    def wait(self) -> list[Event]:
        """Wait for something; what happened, gathered a little."""
        ready = {descriptor for descriptor, _ in self._poll.poll()}
        if self._inner in ready:
            os.read(self._inner, 4096)
            return self.drain()
        select.select((self._inner,), (), (), GATHER)
        return self.drain()

    def drain(self) -> list[Event]:
        """Everything that happened up to now."""
        events = self._inotify.drain()
        for event in events:
            if not event.name and event.mask & inotify.MOVE_SELF:
                # Its watch follows it to where it went; what takes its place needs a new one.
                self._inotify.discard(event.directory)
        return events

    def wake(self) -> None:
        """End a `wait`."""
        os.write(self._outer, b"!")

    def close(self) -> None:
        """Give everything back."""
        self._inotify.close()
        os.close(self._inner)
        os.close(self._outer)


class MetadataWatch:
    """Turns changes below the git directory into scopes, on a thread of its own.

    Args:
        repository: Whose.
        directories: Makes the watch; called again after a failure, each time a little later.
        poke: Told what to look at again.
        trouble: Told a message when watching fails or is limited, `None` when it works again.
        instead: Makes what watches meanwhile, and needs nothing of the system.
    """

    def __init__(
        self,
        repository: Repository,
        directories: Callable[[], Directories],
        poke: Callable[[Scope], None],
        trouble: Callable[[str | None, Level], None],
        instead: Callable[[], Directories] = PollingDirectories,
    ) -> None:
        self._repository = repository
        self._make = directories
        self._poke = poke
        self._trouble = trouble
        self._instead = instead
        self._backoff = Backoff()
        self._retry_at: float | None = None
        self._roots: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._watch: Directories | None = None
        self._drained: list[threading.Event] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pdev-watch", daemon=True)

    def start(self) -> None:
        """Subscribe, then go on watching; what is read after this call misses nothing."""
        self._subscribe()
        self._thread.start()

    def roots(self, roots: Collection[str]) -> None:
        """Choose the worktree directories whose end is news."""
        wanted = frozenset(roots)
        with self._lock:
            if wanted == self._roots:
                return
            self._roots = wanted
        self._wake()

    def drain(self, timeout: float) -> bool:
        """Wait until every change made before this call has been told; whether it was in time."""
        done = threading.Event()
        with self._lock:
            if self._watch is None:
                return False
            self._drained.append(done)
        self._wake()
        return done.wait(timeout)

    def stop(self) -> None:
        """Watch no more."""
        self._stopping.set()
        self._wake()

    def join(self, timeout: float) -> None:
        """Wait until the thread is gone."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _wake(self) -> None:
        with self._lock:
            if self._watch is not None:
                self._watch.wake()

    def _subscribe(self) -> bool:
        """Ask the system; whether it watches now. If not, something else does."""
        watch: Directories | None = None
        try:
            watch = self._make()
            watch.watch(_directories(self._repository), self._roots)
        except (OSError, RuntimeError) as error:
            if watch is not None:
                watch.close()
            self._fall_back(error)
            return False
        self._retry_at = None
        self._backoff.well(time.monotonic())
        self._use(watch)
        self._trouble(None, Level.NOTE)
        return True

    def _fall_back(self, error: Exception) -> None:
        self._retry_at = time.monotonic() + self._backoff.failed(time.monotonic())
        if not isinstance(self._watch, PollingDirectories):
            watch = self._instead()
            watch.watch(_directories(self._repository), self._roots)
            self._use(watch)
        self._trouble(
            f"What changes is noticed within {EVERY:g} s, not at once: {inotify.reason(error)}",
            Level.NOTE,
        )

    def _use(self, watch: Directories) -> None:
        with self._lock:
            before, self._watch = self._watch, watch
        if before is not None:
            before.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                watch = self._watch
            try:
                if watch is None or (self._retry_at and time.monotonic() >= self._retry_at):
                    if self._subscribe():
                        self._poke(EVERYTHING)
                else:
                    self._follow(watch)
            except (OSError, RuntimeError) as error:
                self._fall_back(error)
                self._poke(EVERYTHING)
        self._close()

    def _close(self) -> None:
        with self._lock:
            watch, self._watch = self._watch, None
            waiting, self._drained = self._drained, []
        if watch is not None:
            watch.close()
        for done in waiting:
            done.set()

    def _follow(self, watch: Directories) -> None:
        while not self._stopping.is_set():
            if self._retry_at is not None and time.monotonic() >= self._retry_at:
                return
            events = watch.wait()
            with self._lock:
                waiting, self._drained = self._drained, []
                roots = self._roots
            if waiting:
                events += watch.drain()
            self._tell(events)
            # A folder made by what was just seen may hold changes that came before its watch.
            if watch.watch(_directories(self._repository), roots):
                self._poke(TOPOLOGY)
                self._poke(COORDINATION)
            for done in waiting:
                done.set()

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
        return classify(self._repository, event.path)


def _directories(repository: Repository) -> list[str]:
    """The directories below the git directory in which something can be news."""
    common = repository.common_dir
    found = [common, repository.runtime_dir]
    found += _below(f"{common}/refs")
    found += _below(f"{common}/reftable")
    worktrees = f"{common}/worktrees"
    found.append(worktrees)
    for name in _folders(worktrees):
        found += (f"{worktrees}/{name}", f"{worktrees}/{name}/reftable")
    root = repository.coordination_root
    if is_there(root):
        found += [root, f"{root}/locks", f"{root}/locks/.meta", f"{root}/events"]
    elif not repository.bare:
        found.append(repository.main_path)  # where it will be made
    present = (each for each in dict.fromkeys(found) if is_there(each))
    return list(itertools.islice(present, _MOST_DIRECTORIES))


def _below(folder: str) -> Iterator[str]:
    for directory, _, _ in os.walk(folder):
        yield directory


def _folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
