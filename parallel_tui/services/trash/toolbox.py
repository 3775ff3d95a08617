"""Shared tools of the verbs that change worktrees, and the guard that they hold."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Final

from parallel_tui.advice import Advice
from parallel_tui.errors import ParallelError, RefusedError, disk_hint, disk_words
from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.sharing.journal import UndoAction
from parallel_tui.model.text.strict_json import Json
from parallel_tui.model.text.words import plural
from parallel_tui.ports.cut_off import RunningGit
from parallel_tui.ports.disk import Disk, Pointers
from parallel_tui.ports.git import GitReader, GitWriter
from parallel_tui.ports.landing.run import LandingHistory
from parallel_tui.ports.mux import Mux
from parallel_tui.ports.sync import SyncHistory
from parallel_tui.ports.system import Clock
from parallel_tui.ports.trash import IntentLog, RemovalBackups, RemovedWorktrees
from parallel_tui.record import dataclass, field
from parallel_tui.services.sharing.sharing import Shared

_BACK_TO_REMOVAL: Final = 1000
"""Journal lines looked at for what a removal released."""
RECENT = 50
"""Journal lines looked at to tell whether a recovered change was written down already."""


_SYNCING = threading.local()
"""Whether this thread holds the guard of syncs."""


def demand_settled(settled: Iterable[Settled], key: str, name: str) -> None:
    """Refuse while an interrupted change of a session is not recovered.

    Args:
        settled: What the recovery told on entering.
        key: Key of the session's worktree.
        name: Its name.

    Raises:
        RefusedError: When something is; what, and what to do, as the recovery told it.
    """
    for each in settled:
        if each.open and each.key == key:
            words = [line for line in each.remedy if isinstance(line, str)]
            raise RefusedError(
                f"{name} is left alone: {each.message}",
                hint="\n".join(words),
                advice=tuple(line for line in each.remedy if isinstance(line, Advice)),
            )


@dataclass(frozen=True, slots=True)
class Tools:
    """Ports that the verbs on worktrees share.

    Attributes:
        git: Questions to git.
        writer: Commands to git.
        backups: Backup references and branches.
        trash: Where removed worktrees lie.
        intents: Notes of changes under way.
        shared: Locks, register, handoffs and the journal.
        mux: Where windows are.
        clock: Epoch seconds.
        syncs: What syncs rewrote.
        landings: What landings did to base.
        disk: Single files, and the guard.
        pointers: Which repository a directory says it belongs to.
        running: Waits for git commands of a dead program.
        recover: The one recovery; settles what crashes left, under the guard.
        listeners: Told what a recovery did, whatever becomes of the verb then.
    """

    git: GitReader
    writer: GitWriter
    backups: RemovalBackups
    trash: RemovedWorktrees
    intents: IntentLog
    shared: Shared
    mux: Mux
    clock: Clock
    syncs: SyncHistory
    landings: LandingHistory
    disk: Disk
    pointers: Pointers
    running: RunningGit
    recover: Callable[[Tools], tuple[Settled, ...]]
    listeners: list[Callable[[Settled], None]] = field(default_factory=list)

    @contextmanager
    def guarded(self, *, patience: float | None = None) -> Iterator[tuple[Settled, ...]]:
        """Hold the guard of worktrees and branches, after recovering interrupted changes.

        What a crash left half done is settled first, whatever the verb, and every listener is told.
        Yields the same.

        Args:
            patience: Seconds to wait for whoever holds the guard; a minute by default.

        Raises:
            RefusedError: When somebody else holds it for longer.
            OSError: When it cannot be made.
        """
        with self.disk.guarded(patience=patience):
            found = self.recover(self)
            for settled in found:
                for tell in self.listeners:
                    tell(settled)
            yield found

    @contextmanager
    def syncing(self) -> Iterator[tuple[Settled, ...]]:
        """Hold the guard of syncs, for verbs that move branches inside their worktrees.

        What a crash left is settled as in `guarded`, whose guard is held only that long. Whoever
        holds that one now came in the same way.

        Raises:
            RefusedError: When another sync goes on.
        """
        with self.syncs.alone():
            found: tuple[Settled, ...] = ()
            _SYNCING.here = True
            try:
                with self.guarded(patience=0.0) as found:
                    pass
            except RefusedError:
                pass
            except OSError as error:
                raise RefusedError(
                    f"Nothing was changed: {disk_words(error)}", hint=disk_hint(error)
                ) from error
            finally:
                _SYNCING.here = False
            yield found

    def settle(self) -> tuple[Settled, ...]:
        """Recover interrupted changes before anything is read for a new one.

        Nothing is taken or written where nothing is left; a guard that somebody holds is left to
        them, for they came in the same way.
        """
        if not self.unfinished():
            return ()
        try:
            with self.guarded(patience=1.0) as found:
                return found
        except (RefusedError, OSError):
            return ()

    def unfinished(self) -> tuple[str, ...]:
        """Verbs that were interrupted and not recovered yet: `remove`, `sync`. Changes nothing."""
        found = [*self.intents.cut_off()]
        if self.syncs.cut_off():
            found.append("sync")
        if self._landing_cut_off():
            found.append("land")
        return tuple(found)

    def _landing_cut_off(self) -> bool:
        """Whether a run of landings was interrupted. Cheap; never waits."""
        if not any(True for _ in self.landings.unfinished()):
            return False
        try:
            with self.syncs.alone(patience=0.0):
                return True
        except RefusedError:
            return getattr(_SYNCING, "here", False)  # else it is one that lives

    @contextmanager
    def no_sync(self) -> Iterator[bool]:
        """Keep syncs from starting for a moment; false when one is running."""
        if getattr(_SYNCING, "here", False):
            yield True
            return
        with ExitStack() as stack:
            try:
                # Not at once: somebody who only looks holds it for a moment.
                stack.enter_context(self.syncs.alone(patience=0.1))
            except RefusedError:
                yield False
                return
            yield True

    def record(
        self,
        what: str,
        about: Mapping[str, Json],
        undo: UndoAction | None = None,
        *,
        again: bool = False,
    ) -> tuple[str, ...]:
        """Write a line into the journal; a line that cannot be written becomes a warning.

        Args:
            what: The verb.
            about: What it was done to; `id` tells one change from another.
            undo: What takes it back.
            again: Whether it may stand there already, after a crash.
        """
        try:
            with self.shared.store.change("user") as tx:
                if again and any(
                    entry.what == what and entry.about.get("id") == about.get("id")
                    for entry in tx.journal.tail(RECENT)
                ):
                    return ()
                tx.journal.add(what, about, undo=undo)
        except (ParallelError, OSError) as error:
            return (f"the history was not written: {error}",)
        return tx.warnings

    def end_session(self, name: str) -> tuple[str, ...]:
        """Release a session's locks, return its handoffs and mark it as ended.

        Nothing is written about a session that never shared anything.
        """
        try:
            now = self.shared.store.read(events=0)
            known = (
                any(each.name == name and each.ended is None for each in now.sessions)
                or any(lock.is_of(name) for lock in now.locks)
                or any(each.receiver == name and each.open for each in now.handoffs)
                or name in self.shared.store.waiting()
                # Where it cannot be read it may be known: then that is told, not passed over.
                or bool(now.why_lost("sessions") or now.why_lost("locks"))
            )
            if known:
                return self.shared.registry.end(name).warnings
        except (ParallelError, OSError) as error:
            return (f"its locks and handoffs stay: {error}",)
        return ()

    def resume_session(self, name: str) -> tuple[str, ...]:
        """Clear the mark of having ended from a restored session."""
        try:
            now = self.shared.store.read(events=0)
            if any(each.name == name and each.ended is not None for each in now.sessions):
                self.shared.registry.resume(name)
        except (ParallelError, OSError) as error:
            return (f"the register still calls it ended: {error}",)
        return ()

    def not_taken_again(self, name: str, since: float) -> tuple[str, ...]:
        """Locks and handoffs that a restored session gave up when it was removed.

        Args:
            name: The session, as it was called then.
            since: When it was removed, in epoch seconds.
        """
        try:
            lines = self.shared.store.journal(_BACK_TO_REMOVAL)
        except (ParallelError, OSError):
            return ()
        for entry in lines:
            if entry.when < since * 1000:
                break
            if (entry.who, entry.what) == (name, "end"):
                locks, handoffs = entry.about.get("released"), entry.about.get("returned")
                gave = [plural(locks, "lock")] if isinstance(locks, int) and locks else []
                if isinstance(handoffs, int) and handoffs:
                    gave.append(plural(handoffs, "handoff"))
                if gave:
                    return (f"it gave back {' and '.join(gave)} and has not taken them again",)
                break
        return ()
