"""Transaction on the shared files: staged in memory, then written together or not at all.

What counts as done is one `SharedChange`: locks, events, task lists, the state document, waiters.
The journal and the status page are written after it; one that cannot be written is a warning, for
the change itself stands.
"""

from __future__ import annotations

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.documents import state
from parallel_tui.adapters.store.files.mechanics.change import SharedChange
from parallel_tui.adapters.store.files.shared_files import SharedFiles
from parallel_tui.adapters.store.files.staged.events import StagedEvents
from parallel_tui.adapters.store.files.staged.journal import StagedJournal
from parallel_tui.adapters.store.files.staged.locks import StagedLocks, StagedWaiting
from parallel_tui.adapters.store.files.staged.state import (
    StagedConflicts,
    StagedDocument,
    StagedHandoffs,
    StagedSessions,
)
from parallel_tui.adapters.store.files.staged.tasks import StagedTasks
from parallel_tui.errors import ParallelError
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.sharing.coordination import Coordination
    from parallel_tui.model.sharing.lock import Lock, LockState


class FileTransaction:
    """One change under the guard.

    Args:
        files: What is changed.
        who: Session, or `user`.
    """

    def __init__(self, files: SharedFiles, who: str) -> None:
        self.who = who
        self.now = files.now()
        self.warnings: tuple[str, ...] = ()
        self.files = files
        self._page: str | None = None
        self._document = StagedDocument(files.state)
        self.locks = StagedLocks(files.locks)
        self.waiting = StagedWaiting(files.line)
        self.sessions = StagedSessions(self._document)
        self.handoffs = StagedHandoffs(self._document)
        self.events = StagedEvents(files.events, self.now)
        self.tasks = StagedTasks(files.tasks, self._document)
        self.conflicts = StagedConflicts(self._document)
        self.log = StagedJournal(files.log, self.now, lambda: self.who)

    @property
    def journal(self) -> StagedJournal:
        """The journal."""
        return self.log

    def judge(self, lock: Lock) -> LockState:
        """What others may do about a lock."""
        return lock.state(self.now, self.files.liveness(lock))

    def read(self) -> Coordination:
        """Everything as it will be after the transaction, without events."""
        data = self._document.for_reading()
        seen = self.files.read(events=0)
        try:
            locks = self.locks.all()
        except UnusableFileError:
            locks = ()
        return replace(
            seen,
            locks=locks,
            sessions=state.sessions_of(data),
            handoffs=state.handoffs_of(data),
            completed=state.completed_of(data),
            conflicts=state.conflicts_of(data),
            tasks=seen.tasks if seen.why_lost("tasks") else self.tasks.all(),
        )

    def publish(self, page: str) -> None:
        """Stage the status page."""
        self._page = page

    def commit(self) -> None:
        """Write everything.

        Raises:
            TakenError: When a program that knows no guard made a lock file meanwhile.
            RefusedError: When the disk refuses; nothing of it was done.
        """
        with SharedChange(self.files.root) as change:
            self.locks.stage(change)
            self.events.stage(change)
            self.tasks.stage(change)
            self._document.stage(change)
            self.waiting.stage(change)

    def follow(self) -> None:
        """Write the journal entry and the status page of a change."""
        found: list[str] = []
        for entry in self.log.staged:
            try:
                self.files.log.write(entry)
            except (ParallelError, OSError) as error:
                found.append(f"the history was not written: {error}")
        if self._page is not None:
            try:
                self.files.page.write(self._page)
            except (ParallelError, OSError) as error:
                found.append(f"status.md was not brought up to date: {error}")
        self.warnings = tuple(dict.fromkeys(found))
