"""Who may write what."""

from __future__ import annotations

from collections.abc import Iterable

from parallel_tui.model.coordination import Coordination
from parallel_tui.ui.panes.shared import SharedPane, titled
from parallel_tui.ui.shared_cells import LOCK_COLUMNS, lock_row
from parallel_tui.ui.widgets.columns import Row


class LocksPane(SharedPane):
    """One row a lock, by path; those of the selected session stand out."""

    NAME, TITLE, COLUMNS = "locks", "Locks", LOCK_COLUMNS
    HINT = "None. L locks."

    def shown(self, found: Coordination) -> object:
        """The locks, and whose owners are gone."""
        return (found.locks, found.ended)

    def rows(self, found: Coordination, session: str) -> Iterable[Row]:
        """Sorted by path, as they are read."""
        return (
            lock_row(
                lock,
                found.lock_state(lock, self.now),
                mine=bool(session) and lock.owner == session,
                now=self.now,
            )
            for lock in sorted(found.locks, key=lambda lock: lock.target)
        )

    def title(self, found: Coordination, session: str) -> str:
        """How many, and how many are the selected session's."""
        own = sum(lock.owner == session for lock in found.locks)
        count = str(len(found.locks)) if found.locks else ""
        return titled(self.TITLE, count, f"{own} of {session}" if own else "")
