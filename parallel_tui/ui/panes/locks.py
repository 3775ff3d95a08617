"""Pane that lists locked paths and their holders."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.sharing.lock import Lock, LockState
from parallel_tui.model.text.words import age_of
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass, field
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.spec import Listed, PaneSpec, part
from parallel_tui.ui.present.sharing import LOCK_COLUMNS, lock_row
from parallel_tui.ui.widgets.columns import Row


@dataclass(frozen=True, slots=True)
class LockList(Listed[Lock]):
    """The locks, and what is needed to tell whose owners are gone.

    Attributes:
        shared: What sessions tell each other, of it no more than the locks need.
    """

    shared: Coordination = field(default_factory=Coordination)


def _locks(snapshot: Snapshot) -> LockList:
    found, pending, lost = part(snapshot.coordination, "locks")
    needed = Coordination(ended=found.ended, ahead=found.ahead)
    return LockList(found.locks, pending, lost, ahead=found.ahead, shared=needed)


class LocksPane(ListPane[Lock]):
    """One row per lock, by path; those of the selected session stand out."""

    SPEC = PaneSpec(
        "locks",
        "Locks",
        "Paths that one session has locked for itself.",
        _locks,
        LOCK_COLUMNS,
        "none: paths that a session keeps for itself; {lock} locks one",
    )

    def key(self, item: Lock) -> str:
        """The lock's file name."""
        return item.name

    def row(self, item: Lock) -> Row:
        """A lock as a row, with what may be done about it."""
        return lock_row(item, self._state(item), mine=self._mine(item), now=self.there)

    def about(self, item: Lock) -> object:
        """Everything that a lock's row depends on."""
        return (item, self._state(item), self._mine(item), age_of(item.since or None, self.there))

    def _state(self, lock: Lock) -> LockState:
        listed = self.listed
        shared = listed.shared if isinstance(listed, LockList) else Coordination()
        return shared.lock_state(lock, self.now)

    def _mine(self, lock: Lock) -> bool:
        return bool(self.chosen.name) and lock.is_of(self.chosen.name)

    def ordered(self, items: tuple[Lock, ...]) -> Sequence[Lock]:
        """Locks, sorted by path."""
        return sorted(items, key=lambda lock: lock.target)

    def counts(self) -> Sequence[str]:
        """Number of locks, and of the selected session's locks."""
        every = self.listed.items
        own = sum(self._mine(lock) for lock in every)
        return (str(len(every) or ""), f"{own} of {self.chosen.name}" if own else "")
