"""Find shared files that a linked worktree keeps for itself."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.folder import Folder
from parallel_tui.adapters.store.files.store import Store, split_brain
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.coordination import Problem
from parallel_tui.model.text.words import plural
from parallel_tui.ports.ports import GitReader
from parallel_tui.services.receipt import Receipt


def found(root: str, trees: Iterable[Worktree]) -> tuple[Problem, ...]:
    """Files apart; a link that leads to the shared ones is what a careful person made.

    Args:
        root: The coordination root.
        trees: All worktrees.
    """
    paths = [tree.path for tree in trees if not tree.missing and not tree.bare]
    shared = os.path.realpath(root)
    return tuple(
        problem
        for problem in split_brain(root, paths)
        if os.path.realpath(problem.path) != f"{shared}/{Path(problem.path).name}"
    )


@dataclass(frozen=True, slots=True)
class Mender:
    """Brings worktrees' own files to the shared ones.

    Attributes:
        store: The shared files.
        git: Lists worktrees.
    """

    store: Store
    git: GitReader

    def mend(self, path: str) -> Receipt:
        """Set a worktree's own files aside in the shared quarantine; its events are shared first.

        Nothing is deleted, and no lock or state is taken over: who holds what is for the shared
        files to say.

        Raises:
            UsageError: When the path is no linked worktree, or has no such files.
            RefusedError: When they cannot be moved.
        """
        wanted = os.path.realpath(path)
        trees = [t for t in self.git.worktrees() if os.path.realpath(t.path) == wanted]
        if not trees:
            raise UsageError(f"{path!r} is no worktree of this repository")
        root = self.store.root.path
        problems = found(root, trees)
        if not problems:
            raise UsageError(f"{path!r} keeps no shared files of its own")
        stamp = f"{time.strftime('%Y%m%d-%H%M%S')}-{Path(wanted).name}"
        aside = Path(root, "pdev", "quarantine", stamp)
        with self.store.transaction():
            shared = self._share_events(Folder(f"{trees[0].path}/.claude").below("events"))
            try:
                aside.mkdir(parents=True, exist_ok=False)
                for problem in problems:
                    _move(Path(problem.path), aside / Path(problem.path).name)
            except OSError as error:
                raise RefusedError(f"They could not be set aside in {aside}: {error}") from error
            self.store.record("user", "repair split-brain", {"from": path, "kept": str(aside)})
        what = ", ".join(Path(problem.path).name for problem in problems)
        return Receipt(
            f"Set {what} of {path} aside in {aside}; {plural(shared, 'event')} shared",
            (COORDINATION,),
            details={"kept": str(aside), "events": shared},
        )

    def _share_events(self, own: Folder) -> int:
        try:
            names = [name for name in own.names() if name.endswith(".json") and name[0] != "."]
        except UnusableFileError:
            return 0
        shared = 0
        for name in names:
            try:
                data = own.read(name)
            except UnusableFileError:
                continue  # it is kept with the others
            shared += data is not None and self.store.events.folder.create(name, data)
        return shared


def _move(source: Path, target: Path) -> None:
    """Move without deleting: across file systems the original stays under another name."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copy2(source, target, follow_symlinks=False)
        source.rename(source.with_name(f"{source.name}.set-aside-{target.parent.name}"))
