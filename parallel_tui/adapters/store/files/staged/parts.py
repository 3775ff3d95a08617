"""What a transaction needs of the kinds of shared data, whatever engine keeps them.

Each adds its edits to a change of that engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from parallel_tui.adapters.store.files.mechanics.json_document import JsonDocument
from parallel_tui.model.sharing.coordination import Event, Problem
from parallel_tui.model.sharing.journal import JournalEntry
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.tasks import TaskList
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.model.text.strict_json import Json

Change = Any
"""What an engine collects edits in."""


class LockPart(Protocol):
    """Locks; see `LockFiles`."""

    def all(self) -> tuple[Lock, ...]: ...  # noqa: D102
    def read(self, name: str) -> Lock | None: ...  # noqa: D102
    def generation(self, name: str) -> int: ...  # noqa: D102
    def grant(self, change: Change, lock: Lock) -> None: ...  # noqa: D102
    def renew(self, change: Change, lock: Lock) -> None: ...  # noqa: D102
    def drop(self, change: Change, lock: Lock) -> None: ...  # noqa: D102


class WaitingPart(Protocol):
    """The line of waiters; see `WaitingFile`."""

    def load(self) -> tuple[Waiter, ...]: ...  # noqa: D102
    def stage(self, change: Change, queue: Iterable[Waiter]) -> None: ...  # noqa: D102


class StatePart(Protocol):
    """The state document; see `StateFile`."""

    def load(self) -> JsonDocument: ...  # noqa: D102
    def for_change(self) -> dict[str, Json]: ...  # noqa: D102
    def stage(self, change: Change, data: dict[str, Json]) -> None: ...  # noqa: D102


class EventPart(Protocol):
    """Events; see `EventFiles`."""

    def newest(self, limit: int | None = None) -> tuple[tuple[Event, ...], int]: ...  # noqa: D102
    def parse(self, event_id: str, data: dict[str, Json]) -> Event: ...  # noqa: D102
    def marked(self, mark: str) -> tuple[str, ...]: ...  # noqa: D102
    def has(self, event_id: str) -> bool: ...  # noqa: D102
    def for_change(self, event_id: str) -> dict[str, Json]: ...  # noqa: D102
    def create(self, change: Change, event_id: str, data: dict[str, Json]) -> None: ...  # noqa: D102
    def put(self, change: Change, event_id: str, data: dict[str, Json]) -> None: ...  # noqa: D102
    def drop(self, change: Change, event_id: str) -> None: ...  # noqa: D102
    def compose(  # noqa: D102
        self,
        kind: str,
        session: str,
        payload: Json,
        recipients: tuple[str, ...],
        now: int,
        mark: str = "",
    ) -> tuple[str, dict[str, Json]]: ...


class TaskPart(Protocol):
    """Task lists; see `TaskFiles`."""

    def all(self) -> tuple[tuple[TaskList, ...], tuple[Problem, ...]]: ...  # noqa: D102
    def text(self, session: str) -> str | None: ...  # noqa: D102
    def stage(self, change: Change, session: str, text: str) -> None: ...  # noqa: D102


class JournalPart(Protocol):
    """The journal; see `Journal`."""

    def tail(self, count: int) -> tuple[JournalEntry, ...]: ...  # noqa: D102
