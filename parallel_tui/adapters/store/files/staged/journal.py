"""Journal lines of a transaction that are not written yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from parallel_tui.model.sharing.journal import JournalEntry, UndoAction
from parallel_tui.model.text.strict_json import Json
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.files.staged.parts import JournalPart


@dataclass(slots=True)
class StagedJournal:
    """Journal lines.

    Attributes:
        journal: Where they go.
        now: When the transaction began.
        signed: Says who makes the change at the moment; a nested transaction has its own name.
        staged: The lines, in order.
    """

    journal: JournalPart
    now: float
    signed: Callable[[], str]
    staged: list[JournalEntry] = field(default_factory=list)

    def add(
        self,
        what: str,
        about: Mapping[str, Json],
        *,
        undo: UndoAction | None = None,
        who: str | None = None,
    ) -> None:
        """Add an entry for this transaction."""
        when = int(self.now * 1000)
        by = who or self.signed()
        self.staged.append(JournalEntry(when, by, what, dict(about), undo))

    def tail(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest entries before this transaction, newest first."""
        return self.journal.tail(count)
