"""Lock files and waiters as they will be after a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.record import dataclass, field, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.files.staged.parts import Change, LockPart, WaitingPart

Stage = Callable[["Change"], None]
"""Adds something to a change."""


@dataclass(slots=True)
class StagedLocks:
    """Lock files, and the pending changes to them."""

    files: LockPart
    now: dict[str, Lock | None] = field(default_factory=dict)
    steps: list[Stage] = field(default_factory=list)

    def all(self) -> tuple[Lock, ...]:
        """Every lock, by target."""
        standing = {lock.name: lock for lock in self.files.all()}
        found = (lock for lock in {**standing, **self.now}.values() if lock is not None)
        return tuple(sorted(found, key=lambda lock: lock.target))

    def get(self, name: str) -> Lock | None:
        """The lock of a name, or `None` when it is free."""
        return self.now[name] if name in self.now else self.files.read(name)

    def grant(self, lock: Lock) -> Lock | None:
        """Write a new lock with the next generation; `None` when the name is taken."""
        if self.get(lock.name) is not None:
            return None
        granted = replace(lock, generation=self.files.generation(lock.name) + 1)
        self.now[lock.name] = granted
        self.steps.append(lambda change: self.files.grant(change, granted))
        return granted

    def renew(self, lock: Lock) -> Lock:
        """Rewrite a lock that its owner holds already."""
        renewed = replace(lock, generation=self.files.generation(lock.name))
        self.now[lock.name] = renewed
        self.steps.append(lambda change: self.files.renew(change, renewed))
        return renewed

    def remove(self, lock: Lock) -> bool:
        """Delete a lock; returns whether it existed."""
        if self.get(lock.name) is None:
            return False
        self.now[lock.name] = None
        self.steps.append(lambda change: self.files.drop(change, lock))
        return True

    def stage(self, change: Change) -> None:
        """Add the edits to the change of the files."""
        for step in self.steps:
            step(change)


@dataclass(slots=True)
class StagedWaiting:
    """The queue of waiters."""

    file: WaitingPart
    staged: tuple[Waiter, ...] | None = None

    def all(self) -> tuple[Waiter, ...]:
        """Waiters whose process is not proved dead."""
        return self.file.load() if self.staged is None else self.staged

    def replace(self, queue: Iterable[Waiter]) -> None:
        """Rewrite the whole queue."""
        self.staged = tuple(queue)

    def stage(self, change: Change) -> None:
        """Add the edits to the change of the files."""
        if self.staged is not None:
            self.file.stage(change, self.staged)
