"""The coordination root as one store: a cheap reader, and transactions under the guard."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress

from parallel_tui.adapters.disk import drafts
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files.events import EventFiles
from parallel_tui.adapters.store.files.folder import Folder
from parallel_tui.adapters.store.files.guard import Guard
from parallel_tui.adapters.store.files.journal import Journal
from parallel_tui.adapters.store.files.locks import LockFiles
from parallel_tui.adapters.store.files.page import PageFile
from parallel_tui.adapters.store.files.reports import reports_of
from parallel_tui.adapters.store.files.state import (
    StateFile,
    completed_of,
    conflicts_of,
    handoffs_of,
    oddities,
    sessions_of,
)
from parallel_tui.adapters.store.files.tasks import TaskFiles
from parallel_tui.adapters.store.files.waiting import WaitingFile
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.sharing.coordination import Coordination, Problem
from parallel_tui.model.sharing.lock import Liveness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Final

    from parallel_tui.adapters.store.files.transaction import FileTransaction
    from parallel_tui.model.sharing.conflict_report import BaseReport
    from parallel_tui.model.sharing.coordination import Event
    from parallel_tui.model.sharing.journal import JournalEntry
    from parallel_tui.model.sharing.lock import Lock
    from parallel_tui.ports.store import Watch

SHOWN_EVENTS: Final = 500
"""Newest events that the live view reads; older ones are counted."""

_REPAIR_STATE: Final = "pdev repair parallel-state.json"


class FileStore:
    """The shared files of one repository.

    One instance serves one reader thread; transactions may come from any thread.
    """

    def __init__(
        self,
        root: str,
        *,
        common_dir: str | None = None,
        timeout: float = 10.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Use a coordination root; it is made at the first write.

        Args:
            root: Absolute path.
            common_dir: Common git directory whose `info/exclude` hides the runtime files, once;
                `None` to leave it alone.
            timeout: Seconds to wait for the guard.
            clock: Epoch seconds.
        """
        self._clock = clock
        self._open: FileTransaction | None = None
        self._to_exclude = common_dir
        self.root = Folder(root)
        own = self.root.below("pdev")
        self.guard = Guard(own, timeout=timeout)
        self.own = own
        self.locks = LockFiles(self.root.below("locks"))
        self.state = StateFile(self.root)
        self.events = EventFiles(self.root.below("events"))
        self.tasks = TaskFiles(self.root)
        self.log = Journal(own)
        self.page = PageFile(self.root)
        self.line = WaitingFile(own)

    def now(self) -> float:
        """The clock of this machine, epoch seconds."""
        return self._clock()

    def liveness(self, lock: Lock) -> Liveness:
        """Whether the session that holds a lock is proved alive, proved dead, or neither."""
        return liveness.liveness(lock.holder, lock.worktree)

    def waiting(self) -> frozenset[str]:
        """Sessions that commands wait for locks for."""
        return frozenset(each.owner for each in self.line.load())

    def journal(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest journal entries, newest first."""
        return self.log.tail(count)

    def reports(self) -> Mapping[str, BaseReport]:
        """What has been reported of conflicts, by the name of the base.

        Raises:
            CouldNotLookError: When the state file cannot be read.
        """
        document = self.state.load()
        if document.problem is not None:
            raise CouldNotLookError(document.problem, hint=_REPAIR_STATE)
        return reports_of(document.data)

    def read(self, *, events: int | None = SHOWN_EVENTS) -> Coordination:
        """Everything that can be read now, and what cannot be as `problems`.

        Args:
            events: How many of the newest events; `None` for all.
        """
        problems: list[Problem] = []
        lost: list[tuple[str, str]] = []
        locks: tuple[Lock, ...] = ()
        found: tuple[Event, ...] = ()
        omitted = 0
        try:
            locks = self.locks.all()
        except UnusableFileError as error:
            problems.append(Problem("locks", error.message))
            lost.append(("locks", error.message))
        try:
            found, omitted = self.events.newest(events)
        except UnusableFileError as error:
            problems.append(Problem("events", error.message))
            lost.append(("events", error.message))
        document = self.state.load()
        if document.problem is not None:
            problems.append(Problem("parallel-state.json", document.problem, _REPAIR_STATE))
            lost += [(part, document.problem) for part in ("sessions", "handoffs")]
        problems += [
            Problem("parallel-state.json", f"{self.root.path}/parallel-state.json: {oddity}")
            for oddity in oddities(document.data)
        ]
        try:
            lists, unreadable = self.tasks.all()
        except UnusableFileError as error:
            lists, unreadable = (), (Problem("", error.message),)
            lost.append(("tasks", error.message))
        problems += [
            Problem(_file_of(lock), lock.problem) for lock in locks if lock.problem is not None
        ]
        problems += [
            Problem(f"events/{each.id}.json", each.problem) for each in found if each.problem
        ]
        return Coordination(
            locks=locks,
            sessions=sessions_of(document.data),
            handoffs=handoffs_of(document.data),
            events=found,
            events_omitted=omitted,
            tasks=lists,
            completed=completed_of(document.data),
            conflicts=conflicts_of(document.data),
            problems=(*problems, *unreadable),
            lost=tuple(lost),
            ended=frozenset(lock.name for lock in locks if self.liveness(lock) is Liveness.DEAD),
        )

    @contextmanager
    def change(self, who: str) -> Iterator[FileTransaction]:
        """Open a transaction; it may be nested within a thread, as one with the outer one.

        Args:
            who: Session, or `user`; stands in the journal.

        Raises:
            CouldNotLookError: When others hold the guard for too long.
            TakenError: When a program that knows no guard took a name meanwhile.
            RefusedError: When the disk refuses; nothing was done.
        """
        with self.guard.held():
            if self._open is not None:
                outer, self._open.who = self._open.who, who
                try:
                    yield self._open
                finally:
                    self._open.who = outer
                return
            from parallel_tui.adapters.store.files.transaction import FileTransaction

            self._prepare()
            transaction = self._open = FileTransaction(self, who)
            try:
                yield transaction
            finally:
                self._open = None
            transaction.commit()
            transaction.follow()

    def watch(self, changed: Callable[[], None]) -> Watch:
        """Call a function, from a thread of its own, whenever a shared file may have changed."""
        from parallel_tui.adapters.store.files.folder_watch import FolderWatch

        return FolderWatch((self.root, self.locks.folder, self.events.folder), changed)

    def _prepare(self) -> None:
        if self._to_exclude is not None:
            common_dir, self._to_exclude = self._to_exclude, None
            with suppress(OSError, UnusableFileError):  # then they show as untracked, no more
                _exclude(common_dir)
            self.sweep()

    def sweep(self) -> None:
        """Delete drafts that writers left who were killed."""
        # Earlier versions left theirs beside what they wrote.
        for folder in (self.root.drafts(), self.root, self.locks.folder, self.locks.meta, self.own):
            with suppress(OSError), folder.descriptor() as here:
                drafts.sweep(here)


def _exclude(common_dir: str) -> None:
    """Hide our files from git; most often that was done long ago, and one look tells."""
    from parallel_tui.adapters.disk import git_exclude

    if not git_exclude.stands(common_dir):
        from pathlib import Path

        git_exclude.add(Path(common_dir))


def _file_of(lock: Lock) -> str:
    """The file that cannot be read: the lock's own, or where the details of it stand."""
    return f"locks/{lock.name}.lock" if lock.owner is None else f"locks/.meta/{lock.name}.json"
