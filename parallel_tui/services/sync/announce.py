"""Announce a sync: in the journal, and as an event to sessions that were busy."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from parallel_tui.errors import ParallelError
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.sync.record import Record
from parallel_tui.model.sync.sync import Result, Skip, SyncOutcome, SyncPlan
from parallel_tui.model.text.strict_json import Json
from parallel_tui.ports.store import Store
from parallel_tui.record import dataclass
from parallel_tui.services.session.identity import Identity


@dataclass(frozen=True, slots=True)
class SyncNews:
    """Announces syncs to the journal and the sessions.

    Attributes:
        store: What sessions share.
        identity: Who asked.
    """

    store: Store
    identity: Identity

    def ran(self, plan: SyncPlan, outcomes: Sequence[SyncOutcome], record: Record) -> None:
        """Record a run that rewrote anything, and send an event to each busy session."""
        rewritten: list[Json] = [each.name for each in outcomes if each.result is Result.SYNCED]
        busy = [each for each in outcomes if each.skip is Skip.WORKING]
        if not rewritten and not busy:
            return
        who = self.identity.acting()
        # What was rewritten stays so, and its record tells of it whether or not this is written.
        with suppress(ParallelError, OSError), self.store.change(who) as tx:
            if rewritten:
                about: dict[str, Json] = {
                    "time": record.time,
                    "onto": plan.onto,
                    "how": "merge" if plan.merge else "rebase",
                    "sessions": rewritten,
                }
                tx.journal.add("sync", about, undo=UndoAction(UndoKind.SYNC, record.time))
            for each in busy:
                behind = next((s.behind for s in plan.sessions if s.key == each.key), 0)
                payload: dict[str, Json] = {
                    "base": plan.onto_name,
                    "onto": plan.onto,
                    "behind": behind,
                    "by": who,
                }
                tx.events.emit("sync_request", who, payload, (each.name,))

    def undone(self, time: str, outcomes: Sequence[SyncOutcome]) -> None:
        """Record an undo in the journal."""
        back: list[Json] = [each.name for each in outcomes if each.result is Result.SYNCED]
        if back:
            with suppress(ParallelError, OSError), self.store.change(self.identity.acting()) as tx:
                tx.journal.add("undo sync", {"time": time, "sessions": back})
