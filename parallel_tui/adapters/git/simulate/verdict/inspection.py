"""Snapshot the work of sessions in parallel, and again where files changed meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from parallel_tui.adapters.git.read.status import read_status
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.index_copy import CannotSnapshotError
from parallel_tui.adapters.git.simulate.snapshot.signature import signature
from parallel_tui.adapters.git.simulate.snapshot.without_index import Quick
from parallel_tui.adapters.git.simulate.snapshot.work import Work, snapshot
from parallel_tui.adapters.git.simulate.snapshot.work import staged as snapshot_staged
from parallel_tui.adapters.git.simulate.verdict.landing import Landings
from parallel_tui.errors import CouldNotLookError, GitError
from parallel_tui.model import side_by_side
from parallel_tui.model.fact import Unknown
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.fact import Fact

    Subject = tuple[Worktree, Fact[tuple[StatusEntry, ...]]]
    """A session's worktree and its status."""


@dataclass(frozen=True, slots=True)
class SeenWork:
    """A work and the state that it was read from.

    Attributes:
        signature: Of the files, taken before.
        work: The work.
    """

    signature: object
    work: Work


@dataclass(frozen=True, slots=True)
class SnapshotTaker:
    """Takes snapshots of the work of sessions.

    Attributes:
        runner: The gateway to git.
        quarantine: Where objects go.
        landings: Knows the trees of commits.
        quick: Makes snapshots without an index, and remembers what they read.
    """

    runner: Runner
    quarantine: Quarantine
    landings: Landings
    quick: Quick

    def look(
        self,
        subjects: Mapping[str, Subject],
        keys: Sequence[str],
        staged: Mapping[str, str | None],
        cancelled: Callable[[], bool],
    ) -> Mapping[str, SeenWork | Unknown]:
        """Snapshots of some sessions by key; those not reached before a cancel are missing.

        Args:
            subjects: All sessions.
            keys: Which to look at, the most urgent first.
            staged: Keys of those of which only what is staged counts, with the index to take.
            cancelled: Asked before each.
        """
        heads = {key: subjects[key][0].head or "" for key in keys}
        found: dict[str, SeenWork | Unknown] = {}
        try:
            self.landings.trees_of(list(heads.values()))
        except GitError:
            for key, head in heads.items():
                try:
                    self.landings.tree_of(head)
                except GitError as error:
                    found[key] = Unknown(error.message)

        def one(key: str) -> SeenWork | Unknown | None:
            if cancelled():
                return None
            head_tree = self.landings.tree_of(heads[key])
            if key in staged:
                return self._staged(subjects[key][0], head_tree, staged[key])
            return self._all(subjects[key], head_tree)

        left = [key for key in keys if key not in found]
        looks = [(key, subjects[key][1]) for key in left if key not in staged]
        with suppress(GitError):  # each snapshot asks again for what is missing, and says why
            self.quick.prepare(
                (self.landings.tree_of(heads[key]), status)
                for key, status in looks
                if isinstance(status, tuple)
            )
        taken = side_by_side.begin(one, left, threads=min(4, os.cpu_count() or 1))()
        seen_now = zip(left, taken, strict=True)
        return {**found, **{key: seen for key, seen in seen_now if seen is not None}}

    def signature(self, tree: Worktree, entries: Sequence[StatusEntry]) -> object:
        """A value that changes with the work in a worktree.

        Raises:
            GitError: When git gave no answer about files that no status lists.
        """
        hidden = [each.path for each in self.quick.hidden.marked(tree)]
        return signature(tree, entries, hidden)

    def _all(self, subject: Subject, head_tree: str) -> SeenWork | Unknown:
        """A snapshot; if files change meanwhile, a second one with a fresh status."""
        tree, status = subject
        entries = status if isinstance(status, tuple) else ()
        for last in (False, True):
            try:
                # Taken before: what changes meanwhile is seen as a change the next time.
                mark = self.signature(tree, entries)
                work = snapshot(
                    self.runner, self.quarantine, tree, entries, head_tree, quick=self.quick
                )
            except CannotSnapshotError as error:
                return Unknown(error.message)
            except GitError as error:
                reason = Unknown(error.message)
                if last:
                    break
                try:
                    entries = read_status(self.runner, tree, None)
                except GitError:
                    break
            else:
                return SeenWork(mark, work)
        return reason

    def _staged(self, tree: Worktree, head_tree: str, index: str | None) -> SeenWork | Unknown:
        source = None if index is None else Path(index)
        try:
            work = snapshot_staged(self.runner, self.quarantine, tree, head_tree, source)
        except CouldNotLookError as error:
            return Unknown(error.message)
        return SeenWork(None, work)
