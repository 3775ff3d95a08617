"""How locks and lines of the journal read, the same on every face. Pure.

Texts are as they came, not made safe for a terminal: whoever lays them out does that.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from parallel_tui.model.sharing.journal import JournalEntry
from parallel_tui.model.sharing.lock import LockState
from parallel_tui.model.text.strict_json import Json
from parallel_tui.model.text.words import lasting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.sharing.lock import Blocker

LOCK_MEANING: Final[Mapping[LockState, str]] = MappingProxyType(
    {
        LockState.HELD: "Held.",
        LockState.TAKEABLE: "Its time is over; it can be taken over.",
        LockState.DEAD: "Its session has ended; the next to ask gets it.",
        LockState.FOREIGN: "Made by another program; never broken by itself.",
        LockState.UNKNOWN: "Cannot be read, so it counts as held.",
    }
)
"""What may be done about a lock."""

_WHOM: Final = ("session", "sessions", "name", "target", "task")
"""Facts of a journal line that say whom it is about: they stand first."""
_BOOKKEEPING: Final = frozenset({"id", "run", "time", "onto", "generation"})
"""Facts that tell one change from another, and say nothing to people."""
_COMMIT: Final = re.compile("[0-9a-f]{40,64}")


def blocker_words(blocker: Blocker, now: float) -> tuple[str, ...]:
    """What stands in the way of a path: who, since when, why, and what may be done about it.

    Args:
        blocker: What stands in the way.
        now: Epoch seconds.
    """
    lock = blocker.lock
    parts = [f"held by {lock.owner if lock.owner is not None else 'somebody unknown'}"]
    if blocker.name_shared:
        parts.append(f"its lock name is shared with {lock.target}")
    elif blocker.witness != blocker.target or lock.target != blocker.target:
        parts.append(f"as {lock.target}, both cover {blocker.witness}")
    if lock.since is not None:
        parts.append(lasting(lock.since, now))
    if lock.reason:
        parts.append(f"“{lock.reason}”")
    if blocker.state is not LockState.HELD:
        meaning = LOCK_MEANING[blocker.state].rstrip(".")
        parts.append(meaning[0].lower() + meaning[1:])
    return tuple(parts)


def journal_facts(entry: JournalEntry) -> tuple[str, ...]:
    """What a line of the journal was done to, whom it is about first; a number with its name."""
    about = {name: value for name, value in entry.about.items() if value}
    first = [name for name in _WHOM if name in about]
    order = [*first, *(name for name in about if name not in first)]
    return tuple(_fact(name, about[name]) for name in order if name not in _BOOKKEEPING)


def _fact(name: str, value: Json) -> str:
    if value is True:
        return name.replace("_", " ")
    if isinstance(value, int | float):
        return f"{value} {name.replace('_', ' ')}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, str) and _COMMIT.fullmatch(value):
        return value[:10]
    return str(value)
