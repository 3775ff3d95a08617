"""Write the status page: who works on what, for sessions to read (guide: status files)."""

from __future__ import annotations

from parallel_tui.model.sharing.status_page import render
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.ports.store import Transaction
    from parallel_tui.services.session.lookup import Sessions


@dataclass(frozen=True, slots=True)
class StatusPage:
    """Keeps the status page up to date.

    Attributes:
        sessions: Look-up of sessions.
    """

    sessions: Sessions

    def refresh(self, tx: Transaction) -> None:
        """Rewrite the status page with the changes of a transaction."""
        tx.publish(render(self.sessions.all(), tx.read()))
