"""Tell of landings: in the journal, and as events to all sessions."""

from __future__ import annotations

from parallel_tui.errors import ParallelError
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.landing.record import LandingRecord
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.store import Store
    from parallel_tui.services.landing.running.place import BasePlace
    from parallel_tui.services.session.identity import Identity

_RECENT: Final = 50
"""Journal lines looked at to tell whether a run was told of already."""


@dataclass(frozen=True, slots=True)
class LandingNews:
    """Announces landings. What has landed stays so, whether or not it can be told.

    Attributes:
        store: What sessions share.
        identity: Who asked.
        place: Knows all sessions.
    """

    store: Store
    identity: Identity
    place: BasePlace

    def ran(self, record: LandingRecord) -> tuple[str, ...]:
        """Tell of a run; once, however often it is told here. Returns what could not be told."""
        if not record.landed:
            return ()
        who, names = self.identity.acting(), record.sessions
        about: dict[str, Json] = {
            "time": record.time,
            "sessions": list(names),
            "base": f"on {record.base}",
            "how": f"by {record.strategy.value}",
            "onto": record.after,
        }
        try:
            others = self.place.others(record.base, frozenset((*names, who)))
            with self.store.change(who) as tx:
                if any(
                    (entry.what, entry.about.get("time")) == ("land", record.time)
                    for entry in tx.journal.tail(_RECENT)
                ):
                    return ()
                undo = UndoAction(UndoKind.LANDING, record.time)
                tx.journal.add("land", about, undo=undo)
                for each in record.landed:
                    told: dict[str, Json] = {
                        "base": record.base,
                        "commit": each.commit,
                        "onto": each.after,
                        "by": who,
                    }
                    tx.events.emit("landed", who, told, (each.session,))
                if others:
                    tx.events.emit("base_moved", who, self._moved(record, who), others)
        except (ParallelError, OSError) as error:
            return (f"the sessions were not told: {error}",)
        return tx.warnings

    def undone(self, record: LandingRecord) -> tuple[str, ...]:
        """Tell that base was put back."""
        who = self.identity.acting()
        names: list[Json] = list(record.sessions)
        try:
            others = self.place.others(record.base, frozenset((who,)))
            with self.store.change(who) as tx:
                about: dict[str, Json] = {
                    "time": record.time,
                    "sessions": names,
                    "base": f"on {record.base}",
                }
                tx.journal.add("undo land", about)
                if others:
                    told = {**self._moved(record, who), "onto": record.before, "undone": True}
                    tx.events.emit("base_moved", who, told, others)
        except (ParallelError, OSError) as error:
            return (f"the sessions were not told: {error}",)
        return tx.warnings

    def pushed(self, record: LandingRecord) -> tuple[str, ...]:
        """Tell that the remote was given what landed."""
        if record.pushed is None:
            return ()
        about: dict[str, Json] = {
            "run": record.time,
            "base": f"{record.base} to {record.pushed.name}",
            "onto": record.pushed.after,
        }
        try:
            with self.store.change(self.identity.acting()) as tx:
                tx.journal.add("push", about)
        except (ParallelError, OSError) as error:
            return (f"the history was not written: {error}",)
        return tx.warnings

    def _moved(self, record: LandingRecord, who: str) -> dict[str, Json]:
        return {
            "base": record.base,
            "onto": record.after,
            "landed": list(record.sessions),
            "by": who,
        }
