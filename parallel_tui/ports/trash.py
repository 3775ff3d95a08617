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
    """The record of one running change, written before any of it is made."""

    @property
    def verb(self) -> str:
        """The verb: `spawn`, `remove`, `restore`, `undo`, `forward`."""
        ...

    @property
    def about(self) -> Mapping[str, Any]:
        """Its subject: enough to finish or undo the change."""
        ...

    @property
    def steps(self) -> Sequence[str]:
        """Finished steps."""
        ...

    @property
    def since(self) -> float:
        """When its last step was recorded, in epoch seconds.

        Raises:
            OSError: When that cannot be told.
        """
        ...

    def finished(self, step: str, *, lasting: bool = True) -> None:
        """Record a step as finished, on disk.

        Args:
            step: Which.
            lasting: Whether the note must outlast a power failure, too; where recovery asks for
                the step. One that does takes all before it along.

        A disk that takes nothing does not make it unfinished: how far a change has come is told
        by where things lie, and this note only makes that quicker to see.
        """
        ...

    def close(self) -> None:
        """Delete the record: the change is finished or undone."""
        ...

    def release(self) -> None:
        """Release it as a crash would; the next verb finds it."""
        ...


class IntentLog(Protocol):
    """Intents of all running changes of one repository. Callers hold the guard of its worktrees."""

    def begin(self, verb: str, about: Mapping[str, Any]) -> OpenIntent:
        """Record a change before any of it is made.

        Raises:
            OSError: When it cannot be written; then nothing may be done.
        """
        ...

    def abandoned(self) -> Iterator[OpenIntent]:
        """Intents whose process has ended, oldest first; each is locked while it is used.

        One that was cut off before anything was done is forgotten. One that cannot be read is
        passed over, and told by `unreadable`.
        """
        ...

    def unreadable(self) -> Iterator[tuple[Path, RefusedError]]:
        """Unreadable intents of ended processes, each with what to do about it."""
        ...

    def cut_off(self) -> tuple[str, ...]:
        """Verbs whose process ended before the change was settled. Changes nothing."""
        ...


class RemovedWorktrees(Protocol):
    """The trash of one repository. Callers hold the guard of its worktrees."""

    def new_id(self, name: str) -> str:
        """An id that contains the session's name."""
        ...

    def git_dir(self, item_id: str) -> Path:
        """Path of the item's git directory."""
        ...

    def log(self, item_id: str) -> Path:
        """Path of the reflog of the item's branch, if it had one."""
        ...

    def write(self, item: TrashItem) -> None:
        """Write the manifest; the item is listed once its git directory is beside it."""
        ...

    def read(self, item_id: str) -> TrashItem | None:
        """The manifest of an item; `None` without a readable one."""
        ...

    def items(self) -> tuple[TrashItem, ...]:
        """Everything that can be restored, newest first."""
        ...

    def unreadable(self) -> tuple[str, ...]:
        """Folders of items with an unreadable manifest: kept, but never listed."""
        ...

    def take(self, item: TrashItem, others: Iterable[str]) -> TrashItem:
        """Move the files of a worktree into the trash; returns the item with their new path.

        Args:
            item: Its manifest stands already; it is written anew before files go elsewhere.
            others: Paths of all worktrees, none of which may get a hidden folder.

        Raises:
            RefusedError: When they cannot be moved; then they are where they were.
        """
        ...

    def delete(self, item: TrashItem) -> None:
        """Delete an item for good. An interrupted deletion leaves nothing listed.

        Raises:
            OSError: When not all of it could be deleted.
        """
        ...

    def sweep(self) -> None:
        """Finish interrupted deletions."""
        ...

    def forget(self, item_id: str) -> None:
        """Delete the rest of an item whose files were moved elsewhere; never files."""
        ...

    def measure(self, folder: str) -> int:
        """Bytes below a folder, links not followed, counted for a few seconds at most."""
        ...


class RemovalBackups(Protocol):
    """Keeps the objects of removed worktrees, and restores their branches."""

    def keep(self, item_id: str, git_dir: str, head: str | None, branch: str | None) -> None:
        """Keep all objects that a worktree's git directory and its branch's reflog name.

        Raises:
            GitError: When git did not do it; then nothing may be moved.
        """
        ...

    def drop(self, item_id: str) -> None:
        """Delete a backup. A missing one is no error."""
        ...

    def copy_log(self, branch: str, target: Path) -> None:
        """Copy a branch's reflog, which git deletes with the branch; nothing without a reflog.

        Raises:
            OSError: When it cannot be written.
        """
        ...

    def put_log(self, branch: str, source: Path, why: str) -> None:
        """Restore a reflog over the single line that git wrote when the branch was made again.

        Raises:
            OSError: When it cannot be moved.
        """
        ...

    def tip(self, branch: str) -> str | None:
        """The commit of a branch; `None` without the branch."""
        ...

    def branch_config(self, branch: str) -> tuple[tuple[str, str], ...]:
        """The settings of a branch, as pairs of key and value."""
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
        """Create a deleted branch again, unless one of its name exists.

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
        """Point a worktree's HEAD at a commit instead of a branch; files and index stay."""
        ...

    def repair(self, path: str) -> None:
        """Tell git where a worktree was moved by hand.

        Raises:
            RefusedError: When git refuses.
        """
        ...


class Leftovers(Protocol):
    """Finds files left behind by crashes."""

    def half_written(
        self, repository: Repository, git_dirs: Iterable[str], elsewhere: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Our own files that were never completed.

        Args:
            repository: Whose.
            git_dirs: Git directories of the worktrees.
            elsewhere: Further folders that we write in.
        """
        ...

    def dead_folders(self) -> tuple[str, ...]:
        """Temporary folders of ours whose process has ended."""
        ...

    def old_caches(self, cache: Path) -> tuple[str, ...]:
        """Files in our cache that were not written for months."""
        ...
