"""Ports for bringing sessions up to date: git, and records of syncs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.upstream import Upstream
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sync.prediction import Prediction
from parallel_tui.model.sync.record import Record
from parallel_tui.model.sync.rewriting import Rewriting
from parallel_tui.model.sync.sync import Standing


class SyncPreview(Protocol):
    """Previews a sync; only `fetch` changes anything."""

    def upstream(self, base: Base) -> Upstream | None:
        """The remote branch of base: its configured upstream, else the one of its name."""
        ...

    def fetch(self, upstream: Upstream, tell: Callable[[str], None]) -> None:
        """Fetch one branch, passing on git's progress.

        Raises:
            GitError: When the remote could not be asked; nothing moved then.
        """
        ...

    def commit_of(self, ref: str) -> str | None:
        """The commit of a reference; `None` without one."""
        ...

    def predict(
        self, onto: str, heads: Sequence[str], *, merge: bool, resolved: bool = False
    ) -> Mapping[str, Prediction]:
        """Simulate every rebase or merge; no worktree, index or reference is touched.

        Args:
            onto: Commit they are brought up to.
            heads: Commits of the branches.
            merge: Whether `onto` would be merged in.
            resolved: Whether conflicts become what they were resolved to before.

        Raises:
            GitError: When it could not be simulated.
        """
        ...


class SyncSteps(Protocol):
    """The steps that change a worktree, and the proof that a failure left no trace."""

    def close(self) -> None:
        """Delete files made for proofs, and end helper processes."""
        ...

    def standing(self, tree: Worktree, *, exact: bool = False) -> Standing:
        """State that a failure must not change; one process when nothing is staged.

        Args:
            tree: As just listed by git.
            exact: Whether to read the index's tree even where the status proves it to be that of
                the commit.

        Raises:
            GitError: When any of it cannot be read.
        """
        ...

    def again(self, tree: Worktree) -> Worktree:
        """The worktree, read again.

        Raises:
            GitError: When it is not registered any more.
        """
        ...

    def demand_own(self, tree: Worktree) -> None:
        """Check that commands in the directory act on this worktree and no other.

        Raises:
            RefusedError: When its link to the repository is lost.
        """
        ...

    def backup(self, ref: str, oid: str) -> None:
        """Keep a commit with a new reference.

        Raises:
            RefusedError: When it could not be written; nothing may be rewritten then.
        """
        ...

    def drop(self, ref: str, oid: str) -> bool:
        """Delete a backup that is not needed; returns whether it is gone."""
        ...

    def rebase(self, tree: Worktree, onto: str) -> Rewriting:
        """Rebase a branch onto a commit; returns how git ended."""
        ...

    def merge(self, tree: Worktree, onto: str, message: str) -> Rewriting:
        """Merge a commit into a branch; returns how git ended."""
        ...

    def unmerged(self, tree: Worktree) -> tuple[str, ...]:
        """Paths in conflict in a worktree: the only proof of a conflict.

        Raises:
            GitError: When its index cannot be read.
        """
        ...

    def abort(self, tree: Worktree, before: Standing) -> None:
        """End the operation in a worktree, if there is one, and restore its former state.

        The worktree's own reflog goes on telling that it was begun and aborted.

        Args:
            tree: As just listed by git.
            before: How it stood.

        Raises:
            RefusedError: When lock files are in the way; git would give up half way then, and
                forget that anything was under way.
        """
        ...

    def locks(self, tree: Worktree, branch: str | None) -> tuple[str, ...]:
        """Lock files that stand in the way of a rewrite, such as those of a killed git."""
        ...

    def left(self, tree: Worktree, before: Standing) -> tuple[str, ...]:
        """Differences from a worktree's former state; empty is the proof that it is restored.

        Its branch stands where it stood if HEAD names that branch and is at that commit.
        """
        ...

    def started_from(self, tree: Worktree) -> str | None:
        """Commit that the last operation in a worktree began at, according to git."""
        ...

    def forward(self, tree: Worktree | None, ref: str, old: str, new: str) -> None:
        """Move a branch forward to a descendant: in its worktree, or by compare-and-swap.

        Raises:
            RefusedError: When git refuses; nothing moved then.
        """
        ...

    def reset(
        self,
        tree: Worktree | None,
        branch: str,
        expected: str,
        target: str,
        *,
        failed: str = "was not put back",
    ) -> None:
        """Move a branch, with its files, if it has not moved since.

        Args:
            tree: The worktree that has it; `None` for none.
            branch: Its short name.
            expected: Where it stands.
            target: Where it is to stand.
            failed: What is said of it when git refuses.

        Raises:
            RefusedError: When it moved, or files in the way would be lost.
        """
        ...


class SyncBackupRefs(Protocol):
    """Backup references of the commits that syncs replaced."""

    def all(self) -> Mapping[str, tuple[str, ...]]:
        """Full names by run; one process.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def old_train(self, before: float) -> tuple[str, ...]:
        """The reference of the train, where nobody aboard has committed since; one process.

        Args:
            before: A time, in epoch seconds.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def drop(self, names: Iterable[str]) -> None:
        """Delete references, all or none; one process.

        Raises:
            GitError: When git refuses.
        """
        ...


class SyncHistory(Protocol):
    """Records of the branches that syncs rewrote."""

    def alone(self, *, patience: float | None = None) -> AbstractContextManager[None]:
        """Hold the guard that keeps other syncs from running.

        Args:
            patience: Seconds to wait for one that runs; a minute by default.

        Raises:
            RefusedError: When another one runs on, or nothing can be written there.
        """
        ...

    def new(self, time: str) -> Record:
        """A record for a new run, with a unique name."""
        ...

    def times(self) -> tuple[str, ...]:
        """Names of all runs, newest first."""
        ...

    def save(self, record: Record) -> None:
        """Write a record.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...

    def settle(self, record: Record, *, clean: bool) -> None:
        """Write a finished record; one that rewrote nothing is deleted.

        Args:
            record: What to write.
            clean: Whether no backup of its name is left; else the name must stay taken.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...

    def load(self, time: str) -> Record:
        """Read the record of one run.

        Raises:
            UsageError: When there is none of this name.
            CouldNotLookError: When its record cannot be read.
        """
        ...

    def forget(self, time: str) -> None:
        """Delete the record of a run; a missing one is no error.

        Raises:
            OSError: When it cannot be deleted.
        """
        ...

    def unfinished(self) -> Sequence[Record]:
        """Runs interrupted in the middle of a session; the caller holds the guard.

        A record that cannot be read is passed over: it is told by `pdev doctor`.
        """
        ...

    def cut_off(self) -> bool:
        """Whether any run was interrupted in the middle of a session. Cheap; never waits."""
        ...

    def written(self, time: str) -> float:
        """When a record was last written, in epoch seconds; 0 when unknown."""
        ...
