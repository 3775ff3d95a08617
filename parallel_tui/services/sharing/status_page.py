"""Write the status page: who works on what, for sessions to read (guide: status files)."""

from __future__ import annotations

from _thread import get_ident
from contextlib import contextmanager

from parallel_tui.errors import ParallelError
from parallel_tui.model.sharing.status_page import render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from parallel_tui.ports.store import Store, Transaction
    from parallel_tui.services.session.lookup import Sessions


class StatusPage:
    """Keeps the status page up to date.

    Args:
        sessions: Look-up of sessions.
        store: What sessions share.
    """

    def __init__(self, sessions: Sessions, store: Store) -> None:
        self._sessions = sessions
        self._store = store
        self._put_off: dict[int, bool] = {}
        """Threads that write the page once at their end, and whether they have to."""

    def refresh(self, tx: Transaction, closing: Collection[str] = ()) -> None:
        """Rewrite the status page with the changes of a transaction.

        Args:
            tx: The transaction.
            closing: Ids of windows that are about to be closed, and make no session any more.
        """
        if not self._later():
            found = self._sessions.all()
            stay = [s for s in found if s.worktree or any(w.id not in closing for w in s.windows)]
            tx.publish(render(stay, tx.read()))

    def renew(self, closing: Collection[str] = ()) -> tuple[str, ...]:
        """Rewrite the status page after a change of the set of sessions; returns warnings.

        Args:
            closing: As for `refresh`.
        """
        if self._later():
            return ()
        try:
            with self._store.change("user") as tx:
                self.refresh(tx, closing)
        except (ParallelError, OSError) as error:
            return (f"status.md was not brought up to date: {error}",)
        return tx.warnings

    @contextmanager
    def once(self) -> Iterator[list[str]]:
        """Put off what this thread would write into the page, and write it once at the end.

        The look at git and at windows that it takes is then one for many sessions. Yields a list
        that has the warnings afterwards.
        """
        told: list[str] = []
        me = get_ident()
        if me in self._put_off:
            yield told
            return
        self._put_off[me] = False
        try:
            yield told
        finally:
            if self._put_off.pop(me):
                told += self.renew()

    def _later(self) -> bool:
        """Whether this thread writes the page at its end; it is noted that it has to."""
        me = get_ident()
        if me not in self._put_off:
            return False
        self._put_off[me] = True
        return True
