"""Journal entries: what was changed, by whom, and the action that takes it back."""

from __future__ import annotations

import time
from enum import StrEnum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.text.strict_json import Json


class UndoKind(StrEnum):
    """What kind of change an action takes back."""

    RESTORE = "restore"
    """Bring back what lies in the trash."""
    SYNC = "sync"
    """Put the branches of one sync back."""
    LANDING = "landing"
    """Put base back to where it stood before sessions landed on it."""
    TEAM = "team"
    """Take back what the start of a team made."""
    UNLOCK = "unlock"
    """Release a lock."""
    REMOVE = "remove"
    """Remove a session."""


@dataclass(frozen=True, slots=True)
class UndoAction:
    """One way back, as data; `UndoService.apply` carries it out for every face.

    Attributes:
        kind: What to do.
        what: Id in the trash, name of the run, locked target, or session.
        session: Owner of the lock; empty for the other kinds.
    """

    kind: UndoKind
    what: str
    session: str = ""

    def as_json(self) -> dict[str, Json]:
        """The action as the journal holds it."""
        data: dict[str, Json] = {"kind": self.kind.value, "what": self.what}
        if self.session:
            data["session"] = self.session
        return data


def action_from(data: Json) -> UndoAction | None:
    """The action that a JSON value says, or `None` when it says none."""
    if not isinstance(data, dict):
        return None
    kind, what, session = data.get("kind"), data.get("what"), data.get("session", "")
    if kind not in set(UndoKind) or not isinstance(what, str) or not isinstance(session, str):
        return None
    return UndoAction(UndoKind(str(kind)), what, session)


def action_of(who: str, what: str, about: Mapping[str, Json]) -> UndoAction | None:
    """The action for a line of an earlier version, which had a command line and no action.

    Args:
        who: Who did it.
        what: The verb.
        about: What it was done to.
    """
    fact, kind = {
        "lock": ("target", UndoKind.UNLOCK),
        "sync": ("time", UndoKind.SYNC),
        "spawn": ("session", UndoKind.REMOVE),
        "restore": ("session", UndoKind.REMOVE),
    }.get(what, ("id", UndoKind.RESTORE))
    found = about.get(fact)
    if not isinstance(found, str) or not found:
        return None
    return UndoAction(kind, found, who if kind is UndoKind.UNLOCK else "")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One change.

    Attributes:
        when: Epoch milliseconds.
        who: Session, or `user`.
        what: The verb, such as `lock`.
        about: What it was done to, by name of the fact.
        undo: What takes it back; `None` where nothing can.
    """

    when: int
    who: str
    what: str
    about: Mapping[str, Json]
    undo: UndoAction | None = None

    @property
    def minute(self) -> str:
        """When, in local time to the minute; `?` for a number that is no time."""
        try:
            return time.strftime("%Y-%m-%d %H:%M", time.localtime(self.when / 1000))
        except (OverflowError, ValueError, OSError):
            return "?"
