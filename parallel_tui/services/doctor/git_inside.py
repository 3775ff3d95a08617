"""Check that git works in each worktree, and find shared files in wrong places."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Final

from parallel_tui.errors import ParallelError
from parallel_tui.model.lifecycle.finding import Finding, Severity
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.ports.git import GitReader

_SHARED: Final = ("locks", "events", "parallel-state.json")


def worktrees(git: GitReader, trees: Iterable[Worktree]) -> Iterator[Finding]:
    """One finding for each worktree in which git does not work as it should.

    Args:
        git: Asked once a worktree: no single command answers for all, as each is about what git
            finds from where it stands.
        trees: All worktrees.
    """
    for tree in trees:
        if tree.missing:
            continue  # told with the worktrees
        try:
            found = git.trouble(tree)
        except ParallelError as error:
            yield Finding(Severity.UNKNOWN, "git", error.message, tree.path, error.hint)
            continue
        if found is not None:
            yield Finding(Severity.PROBLEM, "git", found[0], tree.path, found[1])


def unheard(repository: Repository) -> Iterator[Finding]:
    """Shared files in the place where git once reported the main worktree.

    Args:
        repository: Whose.
    """
    common = repository.common_dir
    for folder in (f"{common}/pdev", f"{common}/.claude"):
        if folder == repository.coordination_root:
            continue
        for name in _SHARED:
            path = f"{folder}/{name}"
            if os.path.lexists(path):
                yield Finding(
                    Severity.PROBLEM,
                    "shared files",
                    f"{name} is kept in the git directory, where nobody looks for it: "
                    f"sessions share {repository.coordination_root}",
                    path,
                    "Take again what still holds, then delete it there.",
                )
