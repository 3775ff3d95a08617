"""Choose the directory of a new worktree."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import RefusedError
from parallel_tui.model.session import naming
from parallel_tui.model.session.join import Joined, inside
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.config import Kind

_GIT_FOLDERS: Final = frozenset(
    {"branches", "hooks", "info", "lfs", "logs", "modules", "objects", "pdev", "refs", "reftable",
     "worktrees"}
)  # fmt: skip


def directory_of(
    repository: Repository, template: str, slug: str, kind: Kind, existing: Iterable[Joined]
) -> str:
    """Absolute directory of a new worktree, checked to be free and creatable.

    Raises:
        UsageError: When the template cannot be filled in.
        RefusedError: When something is there already, or nothing can be made there.
    """
    directory = naming.directory_for(
        template, main_path=repository.main_path, repo=repository.name, slug=slug, kind=kind
    )
    path = Path(directory)
    if os.path.lexists(path):
        raise RefusedError(
            f"The directory {directory} exists already.",
            hint="Choose another name, or move it away.",
        )
    for session in existing:
        if session.worktree and session.worktree.path == directory:
            raise RefusedError(
                f"git still lists a worktree at {directory}, whose directory is gone.",
                advice=(Advice("Remove that session first: ", Act.REMOVE, (session.name,)),),
            )
    if _in_git_dir(repository, directory):
        raise RefusedError(
            f"{directory} lies in git's own directory.",
            hint="Change the setting `directory`.",
        )
    parent = path.parent
    while not os.path.lexists(parent):
        parent = parent.parent
    if not parent.is_dir():
        raise RefusedError(f"No directory can be made in {parent}: it is not a directory.")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise RefusedError(f"No directory can be made in {parent}: it is not writable.")
    return directory


def _in_git_dir(repository: Repository, directory: str) -> bool:
    common = repository.common_dir
    if not inside(directory, common):
        return ".git" in Path(directory).parts
    if not repository.bare:
        return True
    below = Path(directory).relative_to(common).parts
    return not below or below[0] in _GIT_FOLDERS
