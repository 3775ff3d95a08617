"""Read sessions again before each step of a sync."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.join import Joined, join
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sync.sync import Skip, skip_of
from parallel_tui.model.window.window import Window
from parallel_tui.ports.git import GitReader
from parallel_tui.record import dataclass, field
from parallel_tui.services.sync.plan import SyncPlanner

_FRESH: Final = 1.0
"""Seconds for which a list of windows is good: whether an agent works is told by its last seconds
anyway. Worktrees are listed anew every time."""


@dataclass(slots=True)
class Now:
    """The present state of worktrees and windows.

    Attributes:
        git: Questions to git.
        planner: Knows what an agent is seen doing.
        everyone: All sessions as last looked at.
    """

    git: GitReader
    planner: SyncPlanner
    everyone: tuple[Joined, ...] = ()
    _windows: tuple[Window, ...] = ()
    _seen: float = field(default=float("-inf"))

    def look(self) -> None:
        """Read again; one process, two when the windows are old.

        Raises:
            ParallelError: When git or the multiplexer gave no answer.
        """
        if time.monotonic() - self._seen > _FRESH:
            self._windows = self.planner.sessions.windows(windows_matter=True)
            self._seen = time.monotonic()
        self.everyone = join(self.git.repository, self.git.worktrees(), self._windows)

    @property
    def trees(self) -> Sequence[Worktree]:
        """All worktrees."""
        return [each.worktree for each in self.everyone if each.worktree]

    def session(self, key: str) -> Joined | None:
        """The session with a key, if it still exists."""
        return next((each for each in self.everyone if each.key == key), None)

    def home(self, branch: str) -> Joined | None:
        """The session that has a branch checked out, or is in the middle of rewriting it."""
        for each in self.everyone:
            if each.worktree is not None and each.worktree.own_branch == branch:
                return each
        return None

    def reason(
        self, session: Joined, base: str, status: Sequence[StatusEntry] | None = None
    ) -> tuple[Skip, str] | None:
        """Why a session is skipped; `None` when it is not.

        Args:
            session: Which; it has a worktree.
            base: Short name of the base branch; empty where being it is no reason.
            status: What is uncommitted in it; asked for when not given.

        Raises:
            GitError: When the status cannot be read.
        """
        tree = session.worktree
        if tree is None:
            return Skip.MISSING, "it has no worktree"
        trees = self.trees
        found = skip_of(tree, trees, base)
        if found is not None:
            return found
        if status is None:
            status = self.git.status(tree)
        working = self.planner.working(session)
        found = skip_of(tree, trees, base, status=status, working=working)
        return found or self.planner.hidden(tree)
