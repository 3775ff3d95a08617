"""The composition root of the first list of sessions, which is printed before anything else.

Nothing that imports dataclasses stands at the top here: `parallel_tui.bootstrap` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parallel_tui.adapters.git.repo.locate import locate
from parallel_tui.adapters.git.repo.recorded_name import recorded_name

if TYPE_CHECKING:
    from parallel_tui.model.session.listing import Located
    from parallel_tui.model.view.snapshot import Snapshot

__all__ = ["first_of", "locate", "recorded_name"]


def first_of(located: Located) -> Snapshot:
    """Build the first snapshot from git's list: rows only, everything else pending."""
    from parallel_tui.adapters.git.repo.discover import found
    from parallel_tui.adapters.git.repo.worktree_list import resolve
    from parallel_tui.model.view.first_snapshot import first_snapshot

    repository, listed = found(located)
    return first_snapshot(repository, resolve(repository, listed))
