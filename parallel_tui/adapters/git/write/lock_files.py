"""Lock files that git creates when it rewrites a worktree."""

from __future__ import annotations

import operator
from pathlib import Path
from typing import Final

from parallel_tui.model.session.worktree import Worktree
from parallel_tui.patience import ask_until

PATIENCE: Final = 2.0
"""Seconds to wait for lock files of somebody else's git to go."""


def lock_files(common_dir: str, tree: Worktree | None, branch: str | None) -> tuple[Path, ...]:
    """Existing lock files, such as those of a killed git.

    Args:
        common_dir: The common git directory.
        tree: The worktree; `None` where none has the branch.
        branch: The branch that is rewritten in it.
    """
    common = Path(common_dir)
    found = sorted(Path(tree.git_dir).glob("*.lock")) if tree is not None else []
    shared = [common / "packed-refs.lock", common / f"refs/heads/{branch}.lock"]
    return tuple(path for path in dict.fromkeys((*found, *shared)) if path.exists())


def remaining(common_dir: str, tree: Worktree | None, branch: str | None) -> tuple[Path, ...]:
    """Lock files that still exist after waiting for them; arguments as for `lock_files`."""
    return ask_until(lambda: lock_files(common_dir, tree, branch), operator.not_, seconds=PATIENCE)
