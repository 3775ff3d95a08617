"""What every verb on the life of a worktree works with, and the guard under which it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from parallel_tui.adapters.files import guard
from parallel_tui.adapters.git.backup import Backups
from parallel_tui.adapters.intents import Intents
from parallel_tui.adapters.ports import Clock, GitReader, GitWriter, Mux
from parallel_tui.adapters.store.documents import Json
from parallel_tui.adapters.trash import Trash
from parallel_tui.errors import ParallelError
from parallel_tui.services.shared import Shared

RECENT = 50
"""Journal lines looked at to tell whether a recovered change was written down already."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The neighbours.

    Attributes:
        git: Questions to git.
        writer: Commands to git.
        backups: Backup references and branches.
        trash: Where removed worktrees lie.
        intents: Notes of changes under way.
        shared: Locks, register, handoffs and the journal.
        mux: Where windows are.
        clock: Epoch seconds.
    """

    git: GitReader
    writer: GitWriter
    backups: Backups
    trash: Trash
    intents: Intents
    shared: Shared
    mux: Mux
    clock: Clock

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Hold the guard under which worktrees come and go.

        Raises:
            RefusedError: When somebody else holds it for long.
            OSError: When it cannot be made.
        """
        with guard(Path(self.git.repository.runtime_dir) / "worktrees.guard"):
            yield

    def record(
        self, what: str, about: Mapping[str, Json], undo: str = "", *, again: bool = False
    ) -> tuple[str, ...]:
        """Write a line into the journal; one that cannot be written is a warning.

        Args:
            what: The verb.
            about: What it was done to; `id` tells one change from another.
            undo: Command line that undoes it.
            again: Whether it may stand there already, after a crash.
        """
        store = self.shared.store
        try:
            with store.transaction():
                if again and any(
                    entry.what == what and entry.about.get("id") == about.get("id")
                    for entry in store.journal.tail(RECENT)
                ):
                    return ()
                return store.record("user", what, dict(about), undo)
        except (ParallelError, OSError) as error:
            return (f"the journal was not written: {error}",)

    def end_session(self, name: str) -> tuple[str, ...]:
        """Release a session's locks, give its handoffs back and mark it as ended.

        Nothing is written about a session that never shared anything.
        """
        try:
            now = self.shared.store.read(events=0)
            known = (
                any(each.name == name and each.ended is None for each in now.sessions)
                or any(lock.owner == name for lock in now.locks)
                or any(each.receiver == name and each.open for each in now.handoffs)
                # Where it cannot be read it may be known: then that is told, not passed over.
                or bool(now.why_lost("sessions") or now.why_lost("locks"))
            )
            if known:
                return self.shared.registry.end(name).warnings
        except (ParallelError, OSError) as error:
            return (f"its locks and handoffs stay: {error}",)
        return ()

    def resume_session(self, name: str) -> tuple[str, ...]:
        """Take the mark of having ended off a session that came back, if it has one."""
        try:
            now = self.shared.store.read(events=0)
            if any(each.name == name and each.ended is not None for each in now.sessions):
                self.shared.registry.register(name, status="idle")
        except (ParallelError, OSError) as error:
            return (f"the register still calls it ended: {error}",)
        return ()
