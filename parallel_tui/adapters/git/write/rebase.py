"""Rebase or merge one branch in its worktree, and prove that a failure changed nothing."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git.read import refs
from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo import gitdir_pointer
from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.diagnosis import diagnose
from parallel_tui.adapters.git.run.ref_session import RefSession
from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, GitOutput, Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.write.lock_files import lock_files, remaining
from parallel_tui.errors import GitError, RefusedError
from parallel_tui.model.session.git_status import StatusKind
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import OperationKind, Worktree
from parallel_tui.model.sync.rewriting import Rewriting
from parallel_tui.model.sync.sync import Standing
from parallel_tui.record import dataclass, field

_ANY: Final = range(256)

PLAINLY: Final = (
    # What a person set for rebases of their own would move other branches or ask questions here.
    "-c",
    "rebase.updateRefs=false",
    "-c",
    "rebase.autoSquash=false",
    "-c",
    "rebase.rebaseMerges=false",
    "-c",
    "rebase.missingCommitsCheck=ignore",
    "-c",
    "rerere.autoUpdate=false",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    # The other way of replaying meets other conflicts than the one that was foretold.
    "-c",
    "rebase.backend=merge",
    # Or git hands the list of commits to itself in an encoding that it cannot read.
    "-c",
    "i18n.logOutputEncoding=UTF-8",
)


@dataclass(slots=True)
class SyncActs:
    """The steps that change a worktree.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner
    _reader: GitCommands = field(init=False, repr=False)
    _refs: RefSession = field(init=False, repr=False)
    _quarantine: Quarantine | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        """Create the helpers that keep state between two steps."""
        self._reader = GitCommands(self.runner)
        self._refs = RefSession(self.runner)

    @property
    def repository(self) -> Repository:
        """The repository."""
        return self.runner.repository

    def close(self) -> None:
        """Delete files made for proofs, and end helper processes."""
        self._refs.close()
        if self._quarantine is not None:
            self._quarantine.close()
            self._quarantine = None

    def standing(self, tree: Worktree, *, exact: bool = False) -> Standing:
        """State that a failure must not change; one process when nothing is staged.

        Args:
            tree: As just listed by git.
            exact: Whether to read the index's tree even where the status proves it to be that of
                the commit.

        Raises:
            GitError: When any of it cannot be read.
        """
        status = self._reader.status(tree)
        staged = any(e.kind is not StatusKind.UNTRACKED and e.index != "." for e in status)
        index = self._index(tree) if exact or staged else ""
        return Standing(tree.branch, tree.head, index, status, self.started_from(tree) or "")

    def again(self, tree: Worktree) -> Worktree:
        """The worktree, read again.

        Raises:
            GitError: When it is not registered any more.
        """
        for each in self._reader.worktrees():
            if each.git_dir == tree.git_dir:
                return each
        raise GitError(f"The worktree {tree.path} is not registered any more")

    def demand_own(self, tree: Worktree) -> None:
        """Check that commands in the directory act on this worktree and no other.

        Raises:
            RefusedError: When its link to the repository is lost.
        """
        if not gitdir_pointer.belongs(tree.path, tree.git_dir):
            raise RefusedError(
                f"The directory {tree.path} does not belong to its worktree any more",
                hint="Its link to the repository is lost: git worktree repair restores it.",
            )

    def backup(self, ref: str, oid: str) -> None:
        """Keep a commit with a new reference.

        Raises:
            RefusedError: When it could not be written; nothing may be rewritten then.
        """
        self._refs.create(ref, oid)

    def drop(self, ref: str, oid: str) -> bool:
        """Delete a backup that is not needed; returns whether it is gone."""
        try:
            self._refs.delete(ref, oid)
        except RefusedError:
            return refs.commit_of(self.runner, ref) is None
        return True

    def rebase(self, tree: Worktree, onto: str) -> Rewriting:
        """Rebase a branch onto a commit; returns how git ended."""
        args = [*PLAINLY, "rebase", "--no-autostash", onto]
        return rewriting(self._in(tree, args))

    def merge(self, tree: Worktree, onto: str, message: str) -> Rewriting:
        """Merge a commit into a branch; returns how git ended."""
        args = ["merge", "--no-autostash", "--no-edit", "--no-squash", "--commit", "--ff"]
        args += ["-m", message]
        return rewriting(self._in(tree, [*PLAINLY, *args, onto]))

    def unmerged(self, tree: Worktree) -> tuple[str, ...]:
        """Paths in conflict in a worktree: the one proof that there is a conflict.

        Raises:
            GitError: When its index cannot be read.
        """
        done = self.runner.run(["ls-files", "--unmerged", "-z"], worktree=tree)
        return tuple(dict.fromkeys(field.partition("\t")[2] for field in done.fields()))

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
        if tree.operation is not None:
            if found := remaining(self.repository.common_dir, tree, before.branch):
                raise RefusedError(f"{shlex.join(map(str, found))} is in the way")
            if tree.operation.kind in (OperationKind.REBASE, OperationKind.AM):
                self._in(tree, ["rebase", "--abort"])
            elif tree.operation.kind is OperationKind.MERGE:
                self._in(tree, ["merge", "--abort"])
        if before.original not in (None, before.head) and self.started_from(tree) == before.head:
            change = ["ORIG_HEAD", before.original] if before.original else ["-d", "ORIG_HEAD"]
            self._in(tree, ["update-ref", "--no-deref", *change])

    def locks(self, tree: Worktree, branch: str | None) -> tuple[str, ...]:
        """Lock files that stand in the way of a rewrite, such as those of a killed git."""
        return tuple(map(str, lock_files(self.repository.common_dir, tree, branch)))

    def left(self, tree: Worktree, before: Standing) -> tuple[str, ...]:
        """Differences from a worktree's former state; empty is the proof that it is restored.

        Its branch stands where it stood if HEAD names that branch and is at that commit.
        """
        try:
            now = self.again(tree)
            if now.operation is not None:
                return (f"a {now.operation.kind.value} is still under way",)
            return before.differences(self.standing(now, exact=bool(before.index)))
        except GitError as error:
            return (f"it could not be looked at: {error.message}",)

    def started_from(self, tree: Worktree) -> str | None:
        """Commit that the last operation in a worktree began at, according to git."""
        try:
            return Path(tree.git_dir, "ORIG_HEAD").read_text("ascii").strip() or None
        except (OSError, ValueError):
            return None

    def forward(self, tree: Worktree | None, ref: str, old: str, new: str) -> None:
        """Move a branch forward to a descendant: in its worktree, or by compare-and-swap.

        Raises:
            RefusedError: When git refuses; nothing moved then.
        """
        if tree is None:
            self._must(["update-ref", "--no-deref", "-m", "pdev sync", ref, new, old])
            return
        self.demand_own(tree)
        done = self._in(tree, ["merge", "--ff-only", "--no-autostash", new])
        if done.status:
            raise failure.refused("It was not moved on", done)

    def reset(
        self,
        tree: Worktree | None,
        branch: str,
        expected: str,
        target: str,
        *,
        failed: str = "was not put back",
    ) -> None:
        """See `SyncSteps.reset`."""
        if tree is None:
            ref = f"refs/heads/{branch}"
            self._must(["update-ref", "--no-deref", "-m", "pdev undo", ref, target, expected])
            return
        self.demand_own(tree)
        # A file that was only touched would count as changed, and `reset` does not look again.
        self._in(tree, ["update-index", "-q", "--refresh"])
        done = self._in(tree, ["reset", "--keep", "--quiet", target, "--"])
        if done.status:
            raise failure.refused(f"{branch} {failed}", done)
        came_from = self.started_from(tree)
        if came_from is not None and came_from != expected:
            self._in(tree, ["reset", "--keep", "--quiet", came_from, "--"])
            raise RefusedError(
                f"{branch} moved to {came_from[:10]} at the very moment; it was left there",
                hint="Look again first.",
            )

    def _index(self, tree: Worktree) -> str:
        if self._quarantine is None:
            self._quarantine = Quarantine(self.repository)
        copy = self._quarantine.path / "index-copy"
        with suppress(FileNotFoundError):
            copy.unlink()
        try:
            shutil.copyfile(f"{tree.git_dir}/index", copy)
        except FileNotFoundError:
            return "none"
        except OSError as error:
            raise GitError(f"The index of {tree.path} cannot be read: {error.strerror}") from error
        env = {**self._quarantine.env, "GIT_INDEX_FILE": str(copy)}
        done = self.runner.run(["write-tree"], worktree=tree, env=env, ok=_ANY)
        # An index with unsettled paths has no tree; no session that is touched has one.
        return done.text.strip() if done.status == 0 else "unsettled"

    def _in(self, tree: Worktree, args: Sequence[str]) -> GitOutput:
        return self.runner.run(args, worktree=tree, ok=_ANY, timeout=WRITE_TIMEOUT, write=True)

    def _must(self, args: Sequence[str]) -> None:
        done = self.runner.run(args, ok=_ANY, timeout=WRITE_TIMEOUT, write=True)
        if done.status:
            raise failure.refused(f"{failure.subcommand(args)} failed", done)


def rewriting(done: GitOutput) -> Rewriting:
    """Result of a rebase or merge, with git's own words about a conflict."""
    lines = (*done.text.splitlines(), *done.stderr.splitlines())
    found = diagnose(done.stderr, done.status, done.failed, stdout=done.text)
    return Rewriting(
        done=done.status == 0,
        conflict=next((line for line in lines if line.startswith("CONFLICT")), ""),
        why=found.why,
        hint=found.hint,
    )
