"""Find shared files that a linked worktree keeps for itself."""

from __future__ import annotations

import os

from parallel_tui.errors import UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.text.words import plural
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.store import Upkeep
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import SetAside


@dataclass(frozen=True, slots=True)
class Mender:
    """Sets aside shared files that worktrees keep for themselves, and unusable shared files.

    Attributes:
        upkeep: Keeps the store in order.
        git: Lists worktrees.
    """

    upkeep: Upkeep
    git: GitReader

    def mend(self, path: str) -> SetAside:
        """Set a worktree's private copies aside, after sharing their events.

        Raises:
            UsageError: When the path is no linked worktree, or has no such files.
            RefusedError: When they cannot be moved.
        """
        wanted = os.path.realpath(path)
        trees = [t for t in self.git.worktrees() if os.path.realpath(t.path) == wanted]
        if not trees:
            raise UsageError(f"{path!r} is no worktree of this repository")
        adopted = self.upkeep.adopt(trees[0])
        if adopted is None:
            raise UsageError(f"{path!r} keeps no shared files of its own")
        return SetAside(
            f"Set {', '.join(adopted.names)} of {path} aside in {adopted.kept}; "
            f"{plural(adopted.events, 'event')} shared",
            (COORDINATION,),
            kept=adopted.kept,
            events=adopted.events,
        )

    def repair(self, name: str) -> str:
        """Set an unreadable shared file aside; returns its new path.

        Raises:
            UsageError: When the name is none of the store's, or can be read.
        """
        return self.upkeep.repair(name)
