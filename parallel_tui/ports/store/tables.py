"""The parts of a transaction, one for each kind of shared data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from parallel_tui.model.sharing.conflict_report import BaseReport
from parallel_tui.model.sharing.coordination import (
    Event,
    Handoff,
    SessionRecord,
)
from parallel_tui.model.sharing.journal import JournalEntry, UndoAction
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.tasks import Task, TaskList
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.model.text.strict_json import Json


class LockTable(Protocol):
    """The locks inside a transaction."""

    def all(self) -> tuple[Lock, ...]:
        """Every lock, by target."""
        ...

    def get(self, name: str) -> Lock | None:
        """The lock of a name, or `None` when it is free."""
        ...

    def grant(self, lock: Lock) -> Lock | None:
        """Write a new lock with the next generation of its name.

        Args:
            lock: What to grant; its generation is not looked at.

        Returns:
            The lock as granted, or `None` when the name is taken.
        """
        ...

    def renew(self, lock: Lock) -> Lock:
        """Rewrite a lock that its owner holds already; the generation stays.

        Returns:
            The lock as it stands now.
        """
        ...

    def remove(self, lock: Lock) -> bool:
        """Delete a lock; its generation stays on record. Returns whether it existed."""
        ...


class WaitingLine(Protocol):
    """The queue of waiters inside a transaction, in the order of their requests."""

    def all(self) -> tuple[Waiter, ...]:
        """Waiters whose process is not proved dead."""
        ...

    def replace(self, queue: Iterable[Waiter]) -> None:
        """Rewrite the whole queue."""
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
        """Write a handoff; old closed ones are dropped. Keys of other programs stay."""
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
        """Delete an event; returns whether it existed."""
        ...


class TaskBoard(Protocol):
    """The task lists inside a transaction."""

    def all(self) -> tuple[TaskList, ...]:
        """Every list, by session."""
        ...

    def append(self, session: str, tasks: Sequence[Task]) -> None:
        """Append tasks to a session's list, which is created if needed."""
        ...

    def replace(self, tasks: TaskList) -> None:
        """Rewrite a session's whole list."""
        ...

    def tick(self, session: str, number: int, *, done: bool) -> str:
        """Tick or untick one task, leaving the rest as it is; returns its text.

        Args:
            session: Whose list.
            number: Which task, counted from 1.
            done: Ticked or not.

        Raises:
            RefusedError: When there is no such list or task.
        """
        ...

    def take(self, session: str, number: int) -> Task:
        """Take one task out of a list, leaving the rest as it is.

        Args:
            session: Whose list.
            number: Which task, counted from 1.

        Raises:
            RefusedError: When there is no such list or task.
        """
        ...

    def complete(self, task: str) -> None:
        """Add to the tasks reported complete (guide: `completed_tasks`)."""
        ...


class ConflictTable(Protocol):
    """The reported conflicts inside a transaction."""

    def all(self) -> Mapping[str, BaseReport]:
        """Reports by the name of the base they were measured against."""
        ...

    def replace(self, reports: Mapping[str, BaseReport]) -> None:
        """Rewrite all reports; sentences of other programs stay."""
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
        """Add an entry for this transaction.

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
