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
    """Looks at the remote and simulates; only a fetch moves anything."""

    def upstream(self, base: Base) -> Upstream | None:
        """Where base comes from: its configured upstream, else the remote's branch of its name."""
        ...

    def fetch(self, upstream: Upstream, tell: Callable[[str], None]) -> None:
        """Fetch one branch, passing git's progress on.

        Raises:
            GitError: When the remote could not be asked; nothing moved then.
        """
        ...

    def commit_of(self, ref: str) -> str | None:
        """Where a reference stands; `None` when there is none."""
        ...

    def predict(self, onto: str, heads: Sequence[str], *, merge: bool) -> Mapping[str, Prediction]:
        """Simulate every rebase, or merge, in memory; no worktree, index or reference is touched.

        Args:
            onto: Commit they are brought up to.
            heads: Commits of the branches.
            merge: Whether `onto` would be merged in.

        Raises:
            GitError: When it could not be simulated.
        """
        ...


class SyncSteps(Protocol):
    """The steps that change a worktree, and the proof that a failure changed nothing."""

    def close(self) -> None:
        """Delete what was made for proofs, and end what keeps references."""
        ...

    def standing(self, tree: Worktree, *, exact: bool = False) -> Standing:
        """What has to be the same after a failure; one process where nothing is staged.

        Args:
            tree: As just listed by git.
            exact: Whether to read the index's tree even where the status proves it to be that of
                the commit.

        Raises:
            GitError: When any of it cannot be read.
        """
        ...

    def again(self, tree: Worktree) -> Worktree:
        """The worktree as it is now.

        Raises:
            GitError: When it is not registered any more.
        """
        ...

    def demand_own(self, tree: Worktree) -> None:
        """Make sure that commands in the directory act on this worktree and no other.

        Raises:
            RefusedError: When its link to the repository is lost.
        """
        ...

    def backup(self, ref: str, oid: str) -> None:
        """Keep a commit by a new reference.

        Raises:
            RefusedError: When it could not be written; nothing may be rewritten then.
        """
        ...

    def drop(self, ref: str, oid: str) -> bool:
        """Delete a backup that turned out to keep nothing; whether it is gone."""
        ...

    def rebase(self, tree: Worktree, onto: str) -> Rewriting:
        """Replay a branch's commits onto another one, and say how git ended."""
        ...

    def merge(self, tree: Worktree, onto: str, message: str) -> Rewriting:
        """Merge a commit into a branch, and say how git ended."""
        ...

    def unmerged(self, tree: Worktree) -> tuple[str, ...]:
        """Paths in conflict in a worktree: the one proof that there is a conflict.

        Raises:
            GitError: When its index cannot be read.
        """
        ...

    def abort(self, tree: Worktree, before: Standing) -> None:
        """End what is under way in a worktree, if anything is, as if it had not begun.

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
        """Lock files where a rewrite takes them; a git that was killed leaves its own."""
        ...

    def left(self, tree: Worktree, before: Standing) -> tuple[str, ...]:
        """What differs from how a worktree stood; empty is the proof that nothing does.

        Its branch stands where it stood if HEAD names that branch and is at that commit.
        """
        ...

    def started_from(self, tree: Worktree) -> str | None:
        """Commit that git says the last rewriting in a worktree began at."""
        ...

    def forward(self, tree: Worktree | None, ref: str, old: str, new: str) -> None:
        """Move a branch on to a descendant: in its worktree, or by compare-and-swap.

        Raises:
            RefusedError: When git refuses; nothing moved then.
        """
        ...

    def reset(self, tree: Worktree | None, branch: str, expected: str, target: str) -> None:
        """Put a branch back, with its files, if it still stands where it was left.

        Raises:
            RefusedError: When it moved, or files in the way would be lost.
        """
        ...


class SyncBackupRefs(Protocol):
    """References that keep what syncs rewrote."""

    def all(self) -> Mapping[str, tuple[str, ...]]:
        """Full names by run; one process.

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
    """Records of what syncs rewrote and were about to rewrite."""

    def alone(self, *, patience: float | None = None) -> AbstractContextManager[None]:
        """Keep other syncs out.

        Args:
            patience: Seconds to wait for one that runs; a minute by default.

        Raises:
            RefusedError: When another one runs on, or nothing can be written there.
        """
        ...

    def new(self, time: str) -> Record:
        """A record of a new run; its name is unique."""
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
        """Write a record in which nothing is under way; one that rewrote nothing is forgotten.

        Args:
            record: What to write.
            clean: Whether no backup of its name is left; else the name must stay taken.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...

    def load(self, time: str) -> Record:
        """One run.

        Raises:
            UsageError: When there is none of this name.
            CouldNotLookError: When its record cannot be read.
        """
        ...

    def forget(self, time: str) -> None:
        """Delete the record of a run; one that is not there is no error.

        Raises:
            OSError: When it cannot be deleted.
        """
        ...

    def unfinished(self) -> Sequence[Record]:
        """Runs that ended in the middle of a session; call it with the guard held.

        A record that cannot be read is passed over: it is told by `pdev doctor`.
        """
        ...

    def cut_off(self) -> bool:
        """Whether any run ended in the middle of a session. Cheap, and takes nobody's turn."""
        ...

    def written(self, time: str) -> float:
        """When a record was last written, in epoch seconds; 0 when that cannot be told."""
        ...
