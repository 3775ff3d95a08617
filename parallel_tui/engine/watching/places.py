"""Directories of git's metadata and of the shared files that are worth watching."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from parallel_tui.engine.watching.polling import is_there
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.sharing.message import OUTBOX

_MOST_DIRECTORIES: Final = 5_000


def places(repository: Repository) -> list[str]:
    """The directories to watch: git's metadata and the shared files."""
    common = repository.common_dir
    found = [common, repository.runtime_dir]
    found += _below(f"{common}/refs")
    found += _below(f"{common}/reftable")
    worktrees = f"{common}/worktrees"
    found.append(worktrees)
    for name in _folders(worktrees):
        found += (f"{worktrees}/{name}", f"{worktrees}/{name}/reftable")
    root = repository.coordination_root
    if is_there(root):
        found += [root, f"{root}/locks", f"{root}/locks/.meta", f"{root}/events"]
        outbox = f"{root}/{OUTBOX}"
        found += [f"{root}/pdev", outbox, *(f"{outbox}/{name}" for name in _folders(outbox))]
    elif not repository.bare:
        found.append(repository.main_path)  # where it will be made
    present = (each for each in dict.fromkeys(found) if is_there(each))
    return list(itertools.islice(present, _MOST_DIRECTORIES))


def make_runtime_dir(repository: Repository) -> str | None:
    """Make our own folder in the git directory; returns why it cannot be made, if it cannot."""
    try:
        Path(repository.runtime_dir).mkdir(exist_ok=True)
    except OSError as error:
        return f"{error.filename} cannot be made ({error.strerror})"
    return None


def _below(folder: str) -> Iterator[str]:
    for directory, _, _ in os.walk(folder):
        yield directory


def _folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
