"""Scopes: the parts of the live view to read again.

An event never says what changed, only where to look; a missed update is a lie, an extra look is
cheap and ends in an equal snapshot.
"""

from __future__ import annotations

from enum import Enum, auto

from parallel_tui.record import dataclass


class Look(Enum):
    """A part of the live view that is read separately."""

    TOPOLOGY = auto()
    """Worktrees, their HEADs, locks and operations in progress, and branches."""
    STATUS = auto()
    """Uncommitted work of one worktree, or of all."""
    MUX = auto()
    """Windows and panes."""
    COORDINATION = auto()
    """Locks, handoffs, events, tasks: the files of the coordination root."""
    AGENTS = auto()
    """What agents write down of what they are doing."""
    PROOFS = auto()
    """What was proved of sessions landed together."""
    MACHINE = auto()
    """Who runs in slots, and what sessions have for themselves."""
    HOSTS = auto()
    """Work that machines share."""
    EVERYTHING = auto()
    """All of the above, statuses included: after a pause or an error of a watcher."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One request to read again.

    Attributes:
        look: Which part.
        worktree: For `STATUS`: git directory of the worktree; `None` for every worktree.
        paths: For `STATUS`: only these paths, relative to the worktree; `None` for all.
    """

    look: Look
    worktree: str | None = None
    paths: frozenset[str] | None = None


TOPOLOGY = Scope(Look.TOPOLOGY)
MUX = Scope(Look.MUX)
COORDINATION = Scope(Look.COORDINATION)
AGENTS = Scope(Look.AGENTS)
PROOFS = Scope(Look.PROOFS)
MACHINE = Scope(Look.MACHINE)
HOSTS = Scope(Look.HOSTS)
EVERYTHING = Scope(Look.EVERYTHING)
REMOVED = (TOPOLOGY, MUX, COORDINATION)
"""After sessions were removed or came back: worktrees, windows, and what they held."""


def status_of(worktree: str | None, paths: frozenset[str] | None = None) -> Scope:
    """The scope of a worktree's uncommitted work, of some paths in it, or of all."""
    return Scope(Look.STATUS, worktree, paths)
