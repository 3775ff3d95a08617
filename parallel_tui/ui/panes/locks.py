"""Who may write what."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.ui.panes.shared import SharedPane, titled
from parallel_tui.ui.present.sharing import LOCK_COLUMNS, ago, lock_row
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
        for lock in sorted(found.locks, key=lambda lock: lock.target):
            mine = bool(session) and lock.owner == session
            state = found.lock_state(lock, self.now)
            about = (lock, state, mine, ago(lock.since, self.now))
            yield self.row(
                lock.name, about, partial(lock_row, lock, state, mine=mine, now=self.now)
            )

    def title(self, found: Coordination, session: str) -> str:
        """How many, and how many are the selected session's."""
        own = sum(lock.owner == session for lock in found.locks)
        count = str(len(found.locks)) if found.locks else ""
        return titled(self.TITLE, count, f"{own} of {session}" if own else "")
