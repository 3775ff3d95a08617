"""All that a store keeps, as one value, so that one engine can hand it to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from parallel_tui.model.text.strict_json import Json
from parallel_tui.record import dataclass, field


@dataclass(frozen=True, slots=True)
class KeptLock:
    """A name that is or was locked.

    Attributes:
        content: Text of the lock file, the owner on its first line; `None` for a name that is free.
        details: What we wrote beside it, its generation among it; `None` where we wrote nothing.
    """

    content: str | None
    details: Mapping[str, Json] | None


@dataclass(frozen=True, slots=True)
class StoreContents:
    """Everything that sessions share, with all that other programs put into it.

    Who waits for a lock at the moment is left out: that is a process, which asks again.

    Attributes:
        state: The state document; empty where there is none.
        locks: By name.
        events: By id.
        tasks: Texts of task lists by session.
        journal: Its lines, oldest first, without line ends.
    """

    state: Mapping[str, Json] = field(default_factory=dict)
    locks: Mapping[str, KeptLock] = field(default_factory=dict)
    events: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    tasks: Mapping[str, str] = field(default_factory=dict)
    journal: tuple[str, ...] = ()

    @property
    def held(self) -> int:
        """Number of locks that are held."""
        return sum(lock.content is not None for lock in self.locks.values())

    @property
    def empty(self) -> bool:
        """Whether nothing is shared; what was done before is no more than history."""
        parts = (self.state.get(key) for key in self.state)
        return not (self.held or self.events or self.tasks or any(parts))


class StoreContentsPlace(Protocol):
    """An engine, seen as a place for contents."""

    @property
    def shown(self) -> str:
        """What it is called in sentences."""
        ...

    def take(self) -> StoreContents:
        """Everything that it keeps, as of one moment.

        Raises:
            RefusedError: When something in it cannot be read.
            CouldNotLookError: When it cannot be asked.
        """
        ...

    def put(self, contents: StoreContents) -> None:
        """Keep all of it, or nothing.

        Raises:
            RefusedError: When something is kept there already, or it cannot be written.
            CouldNotLookError: When it cannot be asked.
        """
        ...
