"""The list of worktrees as the first screen reads it, before any library is imported."""

from __future__ import annotations

from parallel_tui.adapters.git.repo.discover import find
from parallel_tui.adapters.git.repo.worktree_list import resolve
from parallel_tui.model.session.worktree import Worktree


def quick_worktrees(start: str) -> tuple[Worktree, ...]:
    """All worktrees of the repository a directory belongs to."""
    return resolve(*find(start))
