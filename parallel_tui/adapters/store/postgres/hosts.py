"""Which machine this is, and what its sessions and those of others are proved to be.

A machine proves its own sessions by their processes, as the files do. Of a session elsewhere only
what its own machine wrote down counts: dead when it said so, alive for a while after it looked, and
unknown from then on; a machine that is silent may be cut off, with its sessions at work.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from parallel_tui.adapters import small_file
from parallel_tui.adapters.process import liveness
from parallel_tui.model.sharing.lock import Liveness, Lock
from parallel_tui.model.text.words import shown_host
from parallel_tui.record import dataclass

LEASE: Final = 60
"""Seconds for which what a machine said of itself and its sessions counts."""

BEAT: Final = 15.0
"""Seconds between two looks of a machine at its own sessions."""

WAITS: Final = 60
"""Seconds after which a waiting command on another machine counts as ended: it asks each half
second."""


@lru_cache(maxsize=1)
def this_host() -> str:
    """This machine's name, told apart from another of the same name."""
    try:
        machine = small_file.read("/etc/machine-id").decode("ascii", "replace").strip()
    except OSError:
        machine = ""
    return f"{liveness.host()}.{machine[:8]}" if machine else liveness.host()


def elsewhere(host: str) -> str:
    """A machine's name for people; empty for this one, and where none is known."""
    return "" if host in ("", this_host()) else shown_host(host)


@dataclass(frozen=True, slots=True)
class OwnerProof:
    """What is known of the life of a lock's owner.

    Attributes:
        generation: Of the lock it is about.
        host: Machine that took the lock; empty for one that no program of ours took.
        dead: Whether that machine proved its end.
        alive: Whether that machine saw it alive not long ago.
    """

    generation: int
    host: str
    dead: bool
    alive: bool

    def life(self, lock: Lock) -> Liveness:
        """The life of the lock's owner, as far as it is proved."""
        if not self.host:
            return Liveness.UNKNOWN
        if self.host == this_host():
            return liveness.liveness(lock.holder, lock.worktree)
        if self.dead:
            return Liveness.DEAD
        return Liveness.ALIVE if self.alive else Liveness.UNKNOWN
