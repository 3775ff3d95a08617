"""Ports for removing and restoring sessions: trash, intents, backup references.

Paths name files of this host, where git keeps worktrees and reflogs; callers hand them to git as
they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle.trash import TrashItem
from parallel_tui.model.session.repository import Repository


class OpenIntent(Protocol):
    """One change under way, written down before anything is done."""

    @property
    def verb(self) -> str:
        """What is done: `spawn`, `remove`, `restore`, `undo`, `forward`."""
        ...

    @property
    def about(self) -> Mapping[str, Any]:
        """What to; enough to finish or undo it."""
        ...

    @property
    def steps(self) -> Sequence[str]:
        """Steps known to be finished."""
        ...

    @property
    def since(self) -> float:
        """When its last step was written down, in epoch seconds.

        Raises:
            OSError: When that cannot be told.
        """
        ...

    def finished(self, step: str) -> None:
        """Record a step as finished, on disk.

        A disk that takes nothing does not make it unfinished: how far a change has come is told
        by where things lie, and this note only makes that quicker to see.
        """
        ...

    def close(self) -> None:
        """The whole is finished or taken back: forget it."""
        ...

    def release(self) -> None:
        """Let go of it as a crash would; the next verb finds it."""
        ...


class IntentLog(Protocol):
    """All changes under way of one repository. Callers hold the guard of its worktrees."""

    def begin(self, verb: str, about: Mapping[str, Any]) -> OpenIntent:
        """Write down what is about to be done, before anything is.

        Raises:
            OSError: When it cannot be written; then nothing may be done.
        """
        ...

    def abandoned(self) -> Iterator[OpenIntent]:
        """Changes whose process is gone, oldest first; each is held while it is looked at.

        One that was cut off before anything was done is forgotten. One that cannot be read is
        passed over, and told by `unreadable`.
        """
        ...

    def unreadable(self) -> Iterator[tuple[Path, RefusedError]]:
        """Notes of dead processes that cannot be read, each with what to do about it."""
        ...

    def cut_off(self) -> tuple[str, ...]:
        """Verbs whose process is gone and whose change is not settled. Changes nothing."""
        ...


class RemovedWorktrees(Protocol):
    """The trash of one repository. Callers hold the guard of its worktrees."""

    def new_id(self, name: str) -> str:
        """An id that says which session it was."""
        ...

    def git_dir(self, item_id: str) -> Path:
        """Where the worktree's own git directory lies."""
        ...

    def log(self, item_id: str) -> Path:
        """Where its branch's reflog lies, if the branch had one."""
        ...

    def write(self, item: TrashItem) -> None:
        """Write the manifest; the item is listed once its git directory lies beside it."""
        ...

    def read(self, item_id: str) -> TrashItem | None:
        """The manifest of an item; `None` where there is none that can be read."""
        ...

    def items(self) -> tuple[TrashItem, ...]:
        """Everything that can come back, newest first."""
        ...

    def unreadable(self) -> tuple[str, ...]:
        """Folders of items whose manifest cannot be read: kept, and never listed."""
        ...

    def take(self, item: TrashItem, others: Iterable[str]) -> TrashItem:
        """Move the files of a worktree in; returns the item with their new place.

        Args:
            item: Its manifest stands already; it is written anew before files go elsewhere.
            others: Paths of all worktrees, none of which may get a hidden folder.

        Raises:
            RefusedError: When they cannot be moved; then they are where they were.
        """
        ...

    def delete(self, item: TrashItem) -> None:
        """Delete an item for good. A crash half way leaves nothing that is listed.

        Raises:
            OSError: When not all of it could be deleted.
        """
        ...

    def sweep(self) -> None:
        """Finish deletions that a crash cut off."""
        ...

    def forget(self, item_id: str) -> None:
        """Drop what is left of an item whose files are elsewhere again; never files."""
        ...

    def measure(self, folder: str) -> int:
        """Bytes below a folder, links not followed, as far as counting gets in a few seconds."""
        ...


class RemovalBackups(Protocol):
    """References that keep what a removed worktree had, and its branch."""

    def keep(self, item_id: str, git_dir: str, head: str | None, branch: str | None) -> None:
        """Keep everything alive that a worktree's git directory and its branch's reflog name.

        Raises:
            GitError: When git did not do it; then nothing may be moved.
        """
        ...

    def drop(self, item_id: str) -> None:
        """Keep it no longer. One that is not there is no error."""
        ...

    def copy_log(self, branch: str, target: Path) -> None:
        """Copy a branch's reflog, which git deletes with the branch; nothing without one.

        Raises:
            OSError: When it cannot be written.
        """
        ...

    def put_log(self, branch: str, source: Path, why: str) -> None:
        """Move a reflog back to the place of the single line that making the branch wrote.

        Raises:
            OSError: When it cannot be moved.
        """
        ...

    def tip(self, branch: str) -> str | None:
        """Commit that a branch stands at; `None` when there is no such branch."""
        ...

    def branch_config(self, branch: str) -> tuple[tuple[str, str], ...]:
        """The settings of a branch, as key and value."""
        ...

    def restore_branch(
        self,
        branch: str,
        tip: str,
        config: Iterable[tuple[str, str]],
        why: str,
        *,
        logged: bool,
    ) -> None:
        """Make a deleted branch again, if there is none of the name.

        Args:
            branch: Its name.
            tip: Where it stood.
            config: Its settings.
            why: For its reflog.
            logged: Whether it had a reflog.

        Raises:
            RefusedError: When git refuses, such as for a branch `a` beside one `a/b`.
        """
        ...

    def detach(self, git_dir: str, commit: str) -> None:
        """Let a worktree's HEAD name a commit instead of a branch; files and index stay."""
        ...

    def repair(self, path: str) -> None:
        """Tell a worktree that was moved by hand where it is now.

        Raises:
            RefusedError: When git refuses.
        """
        ...


class Leftovers(Protocol):
    """Looks for files that crashes left behind."""

    def half_written(
        self, repository: Repository, git_dirs: Iterable[str], elsewhere: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Files of ours that were never completed, where we write.

        Args:
            repository: Whose.
            git_dirs: Git directories of the worktrees.
            elsewhere: Further folders that we write in.
        """
        ...

    def dead_simulations(self) -> tuple[str, ...]:
        """Folders of simulated merges whose process is gone."""
        ...

    def old_caches(self, cache: Path) -> tuple[str, ...]:
        """Files in our cache that nobody wrote for months."""
        ...
