"""The coordination root as a store: cheap reads, and transactions under an exclusive lock."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress

from parallel_tui.adapters.disk import drafts, git_exclude
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.documents.reports import reports_of
from parallel_tui.adapters.store.files.mechanics.guard import Guard
from parallel_tui.adapters.store.files.shared_files import REPAIR_STATE, SharedFiles
from parallel_tui.adapters.store.nesting import as_part_of
from parallel_tui.errors import CouldNotLookError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from parallel_tui.adapters.store.files.documents.outbox import OutboxFiles
    from parallel_tui.adapters.store.files.transaction import FileTransaction
    from parallel_tui.model.sharing.conflict_report import BaseReport
    from parallel_tui.model.sharing.journal import JournalEntry
    from parallel_tui.model.sharing.lock import Lock
    from parallel_tui.model.sharing.message import Message
    from parallel_tui.ports.store import Watch


class FileStore(SharedFiles):
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
        """Use a coordination root, which is created at the first write.

        Args:
            root: Absolute path.
            common_dir: Common git directory whose `info/exclude` hides the runtime files, once;
                `None` to leave it alone.
            timeout: Seconds to wait for the guard.
            clock: Epoch seconds.
        """
        super().__init__(root, clock=clock)
        self._open: FileTransaction | None = None
        self._outbox: OutboxFiles | None = None
        self._to_exclude = common_dir
        self.guard = Guard(self.own, timeout=timeout)

    @property
    def outbox(self) -> OutboxFiles:
        """Messages that wait for agents."""
        if self._outbox is None:
            from parallel_tui.adapters.store.files.documents.outbox import OutboxFiles

            self._outbox = OutboxFiles(self.own.below("outbox"), self.now)
        return self._outbox

    def messages(self) -> tuple[Message, ...]:
        """What waits for agents, oldest first."""
        there = self._outbox is not None or os.path.isdir(f"{self.own.path}/outbox")  # noqa: PTH112
        return self.outbox.queued() if there else ()

    def listens(self, session: str) -> bool:
        """Whether an agent of this session has told anything by its hooks."""
        try:
            told = self.own.below("agents").names()
        except UnusableFileError:
            return False
        if not told:
            return False
        from parallel_tui.model.sharing.message import folder_of

        return any(name.startswith(f"{folder_of(session)}--") for name in told)

    def waiting(self) -> frozenset[str]:
        """Sessions whose commands wait for locks."""
        return frozenset(each.owner for each in self.line.load())

    def journal(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest journal entries, newest first."""
        return self.log.tail(count)

    def reports(self) -> Mapping[str, BaseReport]:
        """The reported conflicts, by the name of the base.

        Raises:
            CouldNotLookError: When the state file cannot be read.
        """
        document = self.state.load()
        if document.problem is not None:
            raise CouldNotLookError(document.problem, hint=REPAIR_STATE)
        return reports_of(document.data)

    @contextmanager
    def change(self, who: str) -> Iterator[FileTransaction]:
        """Open a transaction; inside another one of the same thread, it is part of that one.

        Args:
            who: Session, or `user`; stands in the journal.

        Raises:
            CouldNotLookError: When others hold the guard for too long.
            TakenError: When a program that knows no guard took a name meanwhile.
            RefusedError: When the disk refuses; nothing was done.
        """
        with self.guard.held():
            if self._open is not None:
                with as_part_of(self._open, who) as outer:
                    yield outer
                return
            from parallel_tui.adapters.store.files.transaction import FileTransaction

            self.prepare()
            transaction = self._open = FileTransaction(self, who)
            try:
                yield transaction
            finally:
                self._open = None
            transaction.commit()
            transaction.follow()

    def watch(self, changed: Callable[[], None]) -> Watch:
        """Call a function from another thread whenever a shared file may have changed."""
        from parallel_tui.adapters.store.files.mechanics.folder_watch import FolderWatch

        return FolderWatch((self.root, self.locks.folder, self.events.folder), changed)

    def prepare(self) -> None:
        """Hide our files from git and sweep, once a process, before anything is written here."""
        if self._to_exclude is not None:
            common_dir, self._to_exclude = self._to_exclude, None
            with suppress(OSError, UnusableFileError):  # then they show as untracked, no more
                _exclude(common_dir)
            self.sweep()

    def sweep(self) -> None:
        """Delete drafts of writers that were killed."""
        # Earlier versions left theirs beside what they wrote.
        for folder in (self.root.drafts(), self.root, self.locks.folder, self.locks.meta, self.own):
            with suppress(OSError), folder.descriptor() as here:
                drafts.sweep(here)


def _exclude(common_dir: str) -> None:
    """Hide our files from git; most often that was done long ago, and one look tells."""
    if not git_exclude.stands(common_dir):
        from pathlib import Path

        git_exclude.add(Path(common_dir))


def _file_of(lock: Lock) -> str:
    """The file that cannot be read: the lock's own, or where the details of it stand."""
    return f"locks/{lock.name}.lock" if lock.owner is None else f"locks/.meta/{lock.name}.json"
