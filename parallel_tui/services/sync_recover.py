"""Giving back what a sync that was killed left half done."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git.sync_act import BACKUPS, SyncActs
from parallel_tui.adapters.ports import GitReader, Processes
from parallel_tui.adapters.sync_record import Entry, Record, SyncRecords, ended
from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.status import ChangeKind
from parallel_tui.model.sync import Result, SyncOutcome
from parallel_tui.model.worktree import Worktree

_SLOP: Final = 2.0
"""Seconds by which files may be younger than git's own notes, and still be git's work."""


class NotRestoredError(ParallelError):
    """A session could not be proved to stand as before."""

    title = "Not restored"


def not_restored(
    name: str, tree: Worktree, backup: str, left: tuple[str, ...], locks: tuple[str, ...]
) -> NotRestoredError:
    """The error that stops a run, with the way back for a person."""
    where = shlex.quote(tree.path)
    hint = [
        f"Its commits are safe as {backup}. Look: git -C {where} status",
        f"End what is under way: git -C {where} rebase --abort (or merge --abort)",
        f"Then put the branch back: git -C {where} reset --keep {shlex.quote(backup)}",
    ]
    if locks:
        hint.insert(1, f"If no git runs there, delete {shlex.join(locks)}, and sync again")
    return NotRestoredError(
        f"{name} could not be given back as it was, and nothing further was touched: "
        + "; ".join(left),
        hint="\n".join(hint),
    )


@dataclass(frozen=True, slots=True)
class Recovery:
    """Ends what dead runs began. The caller holds the guard of syncs.

    Attributes:
        git: Questions to git.
        acts: Changes worktrees.
        records: What runs rewrote.
        processes: Whether a git that outlived its pdev still works.
    """

    git: GitReader
    acts: SyncActs
    records: SyncRecords
    processes: Processes

    def all(self) -> Iterator[SyncOutcome]:
        """Give back, or take note of, every session under way in a dead run.

        Raises:
            NotRestoredError: When one cannot be proved to stand as before.
            RefusedError: When git still works in it.
        """
        for record in self.records.unfinished():
            yield self._one(record)

    def _one(self, record: Record) -> SyncOutcome:
        entry = record.entries[-1]
        before = record.running
        tree = next((t for t in self.git.worktrees() if t.git_dir == entry.git_dir), None)
        if tree is None or tree.missing or before is None:
            return self._close(record, entry, None, "its worktree is gone")
        if any(each.name == "git" for each in self.processes.standing_in(tree.path)):
            raise RefusedError(
                f"A git command still works in {tree.path}, begun by a pdev that was ended",
                hint="Try again when it is done.",
            )
        if tree.operation is not None and tree.own_branch in (entry.branch, None):
            began = _began_at(tree)
            if began is not None and began != entry.before:
                return self._close(record, entry, None, "something else is under way in it now")
            if self._edited(tree):
                return SyncOutcome(
                    entry.name,
                    entry.branch,
                    Result.FAILED,
                    f"a {tree.operation.kind.value} that a killed sync began was worked on since: "
                    "continue or abort it in its worktree",
                    entry.before,
                )
            try:
                self.acts.abort(tree, before)
                left = self.acts.left(tree, before)
            except ParallelError as error:
                left = (error.message,)
            if left:
                locks = self.acts.locks(tree, entry.branch)
                raise not_restored(entry.name, tree, _backup(record, entry), left, locks)
            told = "a killed sync was aborted in it; it stands exactly as before"
            return self._close(record, entry, None, told, as_before=True)
        if tree.branch == entry.branch and tree.head not in (None, entry.before):
            if self.acts.started_from(tree) == entry.before:
                return self._close(record, entry, tree.head, "git had finished a killed sync of it")
            return self._close(record, entry, None, "it moved on since a killed sync of it")
        as_before = (tree.branch, tree.head) == (before.branch, before.head)
        if as_before:
            self.acts.abort(tree, before)
        left = self.acts.left(tree, before) if tree.operation is None else ()
        if left and tree.branch is None:
            raise not_restored(entry.name, tree, _backup(record, entry), left, ())
        told = "a killed sync had changed nothing in it"
        return self._close(record, entry, None, told, as_before=as_before)

    def _close(
        self,
        record: Record,
        entry: Entry,
        after: str | None,
        message: str,
        *,
        as_before: bool = False,
    ) -> SyncOutcome:
        clean = as_before and self.acts.drop(_backup(record, entry), entry.before)
        self.records.settle(ended(record, after), clean=clean)
        return SyncOutcome(
            entry.name,
            entry.branch,
            Result.RECOVERED,
            message,
            entry.before,
            after or entry.before,
            _backup(record, entry),
        )

    def _edited(self, tree: Worktree) -> bool:
        """Whether somebody worked on it since git stopped: younger files than git's last note."""
        notes = [Path(tree.git_dir, name) for name in ("rebase-merge", "MERGE_HEAD", "MERGE_MSG")]
        notes += list(Path(tree.git_dir, "rebase-merge").glob("*"))
        stopped = max((_mtime(note) for note in notes), default=0.0)
        return any(
            _mtime(Path(tree.path, entry.path)) > stopped + _SLOP
            for entry in self.git.status(tree)
            if entry.kind is not ChangeKind.UNTRACKED
        )


def _backup(record: Record, entry: Entry) -> str:
    return f"{BACKUPS}/{record.time}/{entry.branch}"


def _began_at(tree: Worktree) -> str | None:
    """Where the rebase under way began; `None` for a merge, or while git has not noted it."""
    try:
        return Path(tree.git_dir, "rebase-merge", "orig-head").read_text("ascii").strip()
    except (OSError, ValueError):
        return None


def _mtime(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0
