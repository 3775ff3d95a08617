"""How locks read, the same on every face. Pure.

Texts are as they came, not made safe for a terminal: whoever lays them out does that.
"""

from __future__ import annotations

from types import MappingProxyType

from parallel_tui.model.sharing.lock import LockState
from parallel_tui.model.text.words import lasting, shown_host

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.sharing.granting import Blocker
    from parallel_tui.model.sharing.lock import Lock

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


def held_for(since: float, now: float) -> str:
    """For how long a lock is held, after `held by auth`.

    Args:
        since: When it was taken, in epoch seconds.
        now: Epoch seconds.
    """
    span = lasting(since, now)
    return span if span.startswith("for ") else "since a moment ago"


def script_words(lock: Lock) -> tuple[str, ...]:
    """What other programs have to do with a lock that stands on a server."""
    by = () if lock.script is None else (f"made by a script on {shown_host(lock.script.host)}",)
    return (
        *by,
        *(
            f"{each.owner} has a lock file for it on {shown_host(each.host)}, which does not count"
            for each in lock.rivals
        ),
    )


def blocker_words(blocker: Blocker, now: float) -> tuple[str, ...]:
    """What stands in the way of a path: who, since when, why, and what may be done about it.

    Args:
        blocker: What stands in the way.
        now: Epoch seconds.
    """
    lock = blocker.lock
    held = f"held by {lock.whose}"
    parts = [held if lock.since is None else f"{held} {held_for(lock.since, now)}"]
    if blocker.name_shared:
        parts.append(f"its lock name is shared with {lock.target}")
    elif blocker.witness != blocker.target or lock.target != blocker.target:
        parts.append(f"whose lock {lock.target} covers {blocker.witness} too")
    if lock.reason:
        parts.append(f"“{lock.reason}”")
    if blocker.state is not LockState.HELD:
        meaning = LOCK_MEANING[blocker.state].rstrip(".")
        parts.append(meaning[0].lower() + meaning[1:])
    parts += script_words(lock)
    return tuple(parts)
