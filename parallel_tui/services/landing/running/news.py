"""Tell of landings: in the journal, and as events to all sessions."""

from __future__ import annotations

from parallel_tui.errors import ParallelError
from parallel_tui.model.session.repository import Base
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.record import dataclass
from parallel_tui.services.landing.aftermath import event_mark, event_payload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.landing.record import LandingRecord
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.model.view.after_landing import Concerned
    from parallel_tui.ports.store import Store
    from parallel_tui.services.landing.following import BaseFollower
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
        follower: Finds out whom a move of base concerns.
    """

    store: Store
    identity: Identity
    place: BasePlace
    follower: BaseFollower

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
            base = Base(record.base, record.ref, record.after, record.base)
            met = self._met(base, record)
            fresh: list[Concerned] = []
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
                for name in others:
                    # What a dashboard tells of the same move bears the same mark.
                    mark = event_mark(base.ref, base.oid, name)
                    said = self._moved(record, who)
                    if name in met:
                        said |= event_payload(base, met[name], names)
                    if tx.events.emit("base_moved", who, said, (name,), mark=mark) and name in met:
                        fresh.append(met[name])
            self.follower.after.queue(base, fresh)
            self.follower.after.followed.write(base.ref, base.oid)
        except (ParallelError, OSError) as error:
            return (f"the sessions were not told: {error}",)
        return tx.warnings

    def _met(self, base: Base, record: LandingRecord) -> dict[str, Concerned]:
        """Sessions that edit or use what has landed, by name; none where git does not tell."""
        try:
            found = self.follower.concerned(base, record.before, record.sessions)
        except (ParallelError, OSError):
            return {}
        return {each.name: each for each in found}

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
            self.follower.after.followed.write(record.ref, record.before)
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
