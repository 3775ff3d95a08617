"""The list of worktrees before any library is imported.

The one deliberate exception to "git through GitPython": a plain list must be on screen within a
few times the start of a bare interpreter, and importing GitPython alone takes longer than that.
It shares discovery, parser and resolution with the reader, so that both tell the same.
"""

from __future__ import annotations

from parallel_tui.adapters.git.discover import find
from parallel_tui.adapters.git.worktree_list import resolve
from parallel_tui.model.worktree import Worktree


def quick_worktrees(start: str) -> tuple[Worktree, ...]:
    """All worktrees of the repository a directory belongs to; two processes.

    Raises:
        UsageError: When the directory belongs to no repository.
        GitError: When git is missing, too old, or does not answer.
    """
    return resolve(*find(start))
