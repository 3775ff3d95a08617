"""Maintain the shared files: repair, copies kept by worktrees, leftovers."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.documents import journal, waiting
from parallel_tui.adapters.store.files.documents.journal_check import unreadable_lines
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.errors import RefusedError, UsageError, disk_refused
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.coordination import Problem
from parallel_tui.ports.store import Adopted
from parallel_tui.record import dataclass

RUNTIME: Final = ("locks", "events", "parallel-state.json")
"""What must exist once in a repository, not once a worktree."""


@dataclass(frozen=True, slots=True)
class FileUpkeep:
    """Maintains one coordination root.

    Attributes:
        store: Its store.
    """

    store: FileStore

    @property
    def journal_path(self) -> str:
        """Path of the journal."""
        return f"{self.store.own.path}/{journal.NAME}"

    def repair(self, name: str) -> str:
        """Set an unusable file aside and start a new one; returns its new path.

        Raises:
            UsageError: When the name is none of ours, or the file is usable.
        """
        known = {problem.path for problem in self.store.read(events=None).problems}
        if name not in known:
            raise UsageError(
                f"{name!r} is not a file that needs repair",
                hint="pdev doctor lists them." if known else "All shared files can be read.",
            )
        *folders, last = name.split("/")
        with self.store.change("user") as tx:
            kept = json_document.set_aside(self.store.root.below(*folders), last)
            if not kept:
                raise RefusedError(f"{name} is gone already")
            tx.journal.add("repair", {"file": name, "kept": kept[len(self.store.root.path) + 1 :]})
        return kept

    def strays(self, worktrees: Iterable[Worktree]) -> tuple[Problem, ...]:
        """Private copies of shared files in worktrees.

        A link that leads to the shared ones is what a careful person made.
        """
        root = self.store.root.path
        paths = [tree.path for tree in worktrees if not tree.missing and not tree.bare]
        shared = os.path.realpath(root)
        return tuple(
            problem
            for problem in split_brain(root, paths)
            if os.path.realpath(problem.path) != f"{shared}/{Path(problem.path).name}"
        )

    def adopt(self, worktree: Worktree) -> Adopted | None:
        """Set a worktree's private copies aside in the shared quarantine, sharing their events.

        Raises:
            RefusedError: When they cannot be moved.
        """
        problems = self.strays([worktree])
        if not problems:
            return None
        stamp = f"{time.strftime('%Y%m%d-%H%M%S')}-{Path(os.path.realpath(worktree.path)).name}"
        aside = Path(self.store.root.path, "pdev", "quarantine", stamp)
        with self.store.change("user") as tx:
            shared = self.share_events(Folder(f"{worktree.path}/.claude").below("events"))
            try:
                aside.mkdir(parents=True, exist_ok=False)
                for problem in problems:
                    _move(Path(problem.path), aside / Path(problem.path).name)
            except OSError as error:
                raise disk_refused(f"They could not be set aside in {aside}", error) from error
            tx.journal.add("repair split-brain", {"from": worktree.path, "kept": str(aside)})
        return Adopted(tuple(Path(each.path).name for each in problems), str(aside), shared)

    def share_events(self, own: Folder) -> int:
        """Copy events from a private folder to the shared one; returns how many are new."""
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

    def ended_waiters(self) -> int:
        """Number of ended commands still listed as waiting for locks."""
        listed = json_document.load(self.store.own, waiting.NAME).data.get("waiting")
        return (len(listed) if isinstance(listed, list) else 0) - len(self.store.line.load())

    def unreadable_lines(self) -> int:
        """Number of unreadable lines in the journal."""
        return unreadable_lines(self.journal_path)


def split_brain(root: str, worktrees: Iterable[str]) -> tuple[Problem, ...]:
    """Linked worktrees with private copies of shared files, which no other session reads.

    Args:
        root: The coordination root.
        worktrees: Absolute paths of all worktrees.
    """
    problems: list[Problem] = []
    for path in worktrees:
        folder = Folder(f"{path}/.claude")
        if folder.path == root:
            continue
        try:
            present = set(folder.names())
        except UnusableFileError:
            continue
        problems += [
            Problem(
                f"{folder.path}/{name}",
                f"{path} keeps its own .claude/{name}; nobody else sees what is written there",
                f"pdev repair --split-brain {path!r}",
            )
            for name in RUNTIME
            if name in present
        ]
    return tuple(problems)


def _move(source: Path, target: Path) -> None:
    """Move without deleting: across file systems the original stays, renamed."""
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
