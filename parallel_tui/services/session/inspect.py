"""Read details of a session that are too slow for the live view, on request."""

from __future__ import annotations

from parallel_tui.model.session.diff import SessionDiff
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.config import Config
from parallel_tui.ports.git import GitReader
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Inspector:
    """Reads details of one session.

    Attributes:
        git: Questions to git.
        config: Effective settings.
    """

    git: GitReader
    config: Config

    def diff(self, worktree: Worktree) -> SessionDiff:
        """What a worktree changed since it left base, committed or not."""
        return self.git.diff(worktree, self.git.base(self.config.base))
