"""The store of what sessions share: locks, sessions, handoffs, events, tasks, conflicts, journal.

Every engine keeps the promises of the conformance suite in `tests/store`:

* A transaction is all or nothing. It sees what was finished before it, nobody changes anything
  while it is open, and when its block raises, nothing of it remains.
* What cannot be read is named in `Coordination.problems`, held, and never overwritten.
* Time and proof of life are the store's to say: a store that several machines share has one clock.
"""

from __future__ import annotations

from typing import Protocol

from parallel_tui.model.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.sharing.conflict_report import BaseReport
    from parallel_tui.model.sharing.coordination import (
        Coordination,
        Event,
        Handoff,
        Problem,
        SessionRecord,
    )
    from parallel_tui.model.sharing.journal import JournalEntry, UndoAction
    from parallel_tui.model.sharing.lock import Liveness, Lock, LockState
    from parallel_tui.model.sharing.tasks import Task, TaskList
    from parallel_tui.model.sharing.waiting import Waiter
    from parallel_tui.model.text.strict_json import Json


class LockTable(Protocol):
    """The locks inside a transaction."""

    def all(self) -> tuple[Lock, ...]:
        """Every lock, by target."""
        ...

    def get(self, name: str) -> Lock | None:
        """The lock of a mutex name, or `None` when it is free."""
        ...

    def grant(self, lock: Lock) -> Lock | None:
        """Write a new lock under the next generation of its name.

        Args:
            lock: What to grant; its generation is not looked at.

        Returns:
            The lock as granted, or `None` when the name is taken.
        """
        ...

    def renew(self, lock: Lock) -> Lock:
        """Write new facts about a lock that its owner holds already; the generation stays.

        Returns:
            The lock as it stands now.
        """
        ...

    def remove(self, lock: Lock) -> bool:
        """Free a lock; its generation stays on record. Returns whether it was there."""
        ...


class WaitingLine(Protocol):
    """Who waits for locks, inside a transaction, in the order of asking."""

    def all(self) -> tuple[Waiter, ...]:
        """Waiters whose process is not proved dead."""
        ...

    def replace(self, queue: Iterable[Waiter]) -> None:
        """Write the whole line."""
        ...


class SessionTable(Protocol):
    """The registered sessions inside a transaction."""

    def all(self) -> tuple[SessionRecord, ...]:
        """Every record, by name."""
        ...

    def get(self, name: str) -> SessionRecord | None:
        """The record of a session, or `None` when it is not registered."""
        ...

    def put(self, record: SessionRecord) -> None:
        """Write a record; keys of other programs in it stay."""
        ...


class HandoffTable(Protocol):
    """The handoffs inside a transaction."""

    def all(self) -> tuple[Handoff, ...]:
        """Open ones oldest first, then closed ones newest first."""
        ...

    def get(self, handoff_id: str) -> Handoff | None:
        """The handoff of an id, or `None` when there is none."""
        ...

    def put(self, handoff: Handoff) -> None:
        """Write a handoff; closed ones are kept up to a limit. Keys of other programs stay."""
        ...


class EventLog(Protocol):
    """The events inside a transaction."""

    def all(self) -> tuple[Event, ...]:
        """Every event, newest first."""
        ...

    def emit(
        self,
        kind: str,
        session: str,
        payload: Json,
        recipients: Sequence[str] = (),
        *,
        mark: str = "",
    ) -> str | None:
        """Send an event.

        Args:
            kind: Type.
            session: Sender.
            payload: Any JSON value.
            recipients: Sessions it is for; empty for everybody.
            mark: Names what the event tells, so that it is told once: with a mark that an event
                bears already, nothing is sent.

        Returns:
            The id of the event, or `None` when one with this mark is there.
        """
        ...

    def acknowledge(self, event_id: str, session: str) -> bool:
        """Add a session to those that have seen an event; returns whether it was new.

        Raises:
            UsageError: When there is no such event.
            RefusedError: When it cannot be read.
        """
        ...

    def remove(self, event_id: str) -> bool:
        """Delete an event; returns whether it was there."""
        ...


class TaskBoard(Protocol):
    """The task lists inside a transaction."""

    def all(self) -> tuple[TaskList, ...]:
        """Every list, by session."""
        ...

    def append(self, session: str, tasks: Sequence[Task]) -> None:
        """Add tasks at the end of a session's list, which is made if there is none."""
        ...

    def replace(self, tasks: TaskList) -> None:
        """Write a session's whole list."""
        ...

    def tick(self, session: str, number: int, *, done: bool) -> str:
        """Set one tick and leave the rest of the list as it is; returns the task's text.

        Args:
            session: Whose list.
            number: Which task, counted from 1.
            done: Ticked or not.

        Raises:
            RefusedError: When there is no such list or task.
        """
        ...

    def complete(self, task: str) -> None:
        """Add to the tasks reported complete (guide: `completed_tasks`)."""
        ...


class ConflictTable(Protocol):
    """What has been reported of conflicts, inside a transaction."""

    def all(self) -> Mapping[str, BaseReport]:
        """Reports by the name of the base they were measured against."""
        ...

    def replace(self, reports: Mapping[str, BaseReport]) -> None:
        """Write all reports; sentences that other programs put down stay."""
        ...


class JournalLog(Protocol):
    """The journal inside a transaction."""

    def add(
        self,
        what: str,
        about: Mapping[str, Json],
        *,
        undo: UndoAction | None = None,
        who: str | None = None,
    ) -> None:
        """Write down what this transaction does.

        Args:
            what: The verb, such as `lock`.
            about: What it was done to, by name of the fact.
            undo: What takes it back; `None` where nothing can.
            who: Who did it; whoever opened the transaction by default.
        """
        ...

    def tail(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest entries, newest first, without those of this transaction."""
        ...


class Transaction(Protocol):
    """One change of the store, open until the block ends."""

    @property
    def now(self) -> float:
        """When it began, epoch seconds of the store's clock."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was not written although the change counts as done; final after the block."""
        ...

    @property
    def locks(self) -> LockTable:
        """Locks."""
        ...

    @property
    def waiting(self) -> WaitingLine:
        """Who waits for locks."""
        ...

    @property
    def sessions(self) -> SessionTable:
        """Registered sessions."""
        ...

    @property
    def handoffs(self) -> HandoffTable:
        """Handoffs."""
        ...

    @property
    def events(self) -> EventLog:
        """Events."""
        ...

    @property
    def tasks(self) -> TaskBoard:
        """Task lists."""
        ...

    @property
    def conflicts(self) -> ConflictTable:
        """Reported conflicts."""
        ...

    @property
    def journal(self) -> JournalLog:
        """The journal."""
        ...

    def judge(self, lock: Lock) -> LockState:
        """What others may do about a lock at the time of this transaction."""
        ...

    def read(self) -> Coordination:
        """Everything as it stands in this transaction, without events."""
        ...

    def publish(self, page: str) -> None:
        """Put the status page where sessions read it; one that somebody else wrote stays."""
        ...


class Watch(Protocol):
    """A subscription to changes of the store."""

    def close(self) -> None:
        """End it; nothing is called after this returns."""
        ...


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of shared files that a worktree kept for itself.

    Attributes:
        names: What was set aside.
        kept: Where it is now.
        events: How many events of it were shared.
    """

    names: tuple[str, ...]
    kept: str
    events: int


class Upkeep(Protocol):
    """What keeps a store in order. An engine that needs none of it answers with nothing."""

    def repair(self, name: str) -> str:
        """Set what cannot be used aside and start anew; returns where it went.

        Raises:
            UsageError: When the name is none of the store's, or can be used.
        """
        ...

    def strays(self, worktrees: Iterable[Worktree]) -> tuple[Problem, ...]:
        """Shared things that worktrees keep for themselves, where nobody else sees them."""
        ...

    def adopt(self, worktree: Worktree) -> Adopted | None:
        """Share the events a worktree kept for itself, and set all of that aside.

        Nothing is deleted, and no lock or state is taken over: who holds what is for the store to
        say. `None` when the worktree keeps nothing.

        Raises:
            RefusedError: When they cannot be moved.
        """
        ...

    def ended_waiters(self) -> int:
        """How many commands that waited for locks have ended and are still listed."""
        ...

    def unreadable_lines(self) -> int:
        """How many lines of the journal cannot be read.

        Raises:
            CouldNotLookError: When the journal itself cannot be read.
        """
        ...

    @property
    def journal_path(self) -> str:
        """Where the journal is, for messages."""
        ...


class Store(Protocol):
    """What sessions of one repository share."""

    def read(self, *, events: int | None = 500) -> Coordination:
        """Everything that can be read now, and what cannot be as `problems`; never raises for it.

        Args:
            events: How many of the newest events; `None` for all.
        """
        ...

    def change(self, who: str) -> AbstractContextManager[Transaction]:
        """Open a transaction; it may be nested within a thread, as one with the outer one.

        Args:
            who: Session, or `user`; stands in the journal.

        Raises:
            CouldNotLookError: When others hold the store for too long.
            TakenError: When a program that knows no guard took a lock's name meanwhile.
            RefusedError: When something that is to be changed cannot be read, or the change
                cannot be written; nothing of it remains.
        """
        ...

    def watch(self, changed: Callable[[], None]) -> Watch:
        """Call a function, from any thread, whenever something may have changed."""
        ...

    def journal(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest journal entries, newest first."""
        ...

    def reports(self) -> Mapping[str, BaseReport]:
        """What has been reported of conflicts, by the name of the base.

        Raises:
            CouldNotLookError: When it cannot be read.
        """
        ...

    def waiting(self) -> frozenset[str]:
        """Sessions that commands wait for locks for."""
        ...

    def now(self) -> float:
        """The store's clock, epoch seconds."""
        ...

    def liveness(self, lock: Lock) -> Liveness:
        """Whether the session that holds a lock is proved alive, proved dead, or neither."""
        ...
