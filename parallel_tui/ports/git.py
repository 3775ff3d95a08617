"""Ports for reading and writing a git repository.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from typing import Protocol

from parallel_tui.model.lifecycle.inventory import IgnoredFiles, Unlisted
from parallel_tui.model.lifecycle.merge_proof import MergeVerdict
from parallel_tui.model.session.branch import Branch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from parallel_tui.model.lifecycle.merge_proof import Target
    from parallel_tui.model.pull_request import PullRequest
    from parallel_tui.model.session.diff import SessionDiff
    from parallel_tui.model.session.git_status import StatusEntry
    from parallel_tui.model.session.repository import Base, Divergence, Repository
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.settings.consent_question import NamedFile


class GitReader(Protocol):
    """Reads a repository; nothing is changed, not even an index."""

    @property
    def repository(self) -> Repository:
        """The repository that all answers are about."""
        ...

    @property
    def version(self) -> tuple[int, ...]:
        """Version of the git program, such as `(2, 39, 5)`."""
        ...

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Limit every question of this thread in the block to a number of seconds.

        Questions that say themselves how long they may take are not concerned.
        """
        ...

    def worktrees(self) -> tuple[Worktree, ...]:
        """All worktrees in git's order, with operations and missing directories resolved.

        Costs one process whatever their number.
        """
        ...

    def trouble(self, worktree: Worktree) -> tuple[str, str] | None:
        """Why git does not work inside a worktree, and how to fix it.

        Asked as whoever types a command there would; one process, two in a bare one.

        Raises:
            GitError: When git could not be asked.
        """
        ...

    def base(self, configured: str | None) -> Base:
        """The branch to measure against.

        Raises:
            UsageError: When `configured` names no commit, or the repository has no commit yet.
            GitError: When git gave no answer.
        """
        ...

    def divergences(self, base: str, heads: Iterable[str]) -> Mapping[str, Divergence]:
        """Commits ahead and behind of each head against base, all object ids.

        Costs a number of processes that does not grow with the number of heads.
        """
        ...

    def status(
        self, worktree: Worktree, paths: Collection[str] | None = None
    ) -> tuple[StatusEntry, ...]:
        """Uncommitted changes of a worktree, or at and below some literal paths of it."""
        ...

    def careful_status(self, worktree: Worktree) -> tuple[StatusEntry, ...]:
        """Uncommitted changes of a worktree, with every file checked whatever settings say."""
        ...

    def hidden_edits(self, worktree: Worktree) -> tuple[str, ...]:
        """Edited files marked skip-worktree or assume-unchanged, which no status lists."""
        ...

    def unlisted(self, worktree: Worktree) -> Unlisted:
        """Contents of a worktree that no status lists.

        Raises:
            OSError: When a marked file cannot be read.
        """
        ...

    def tracked_directories(self, worktree: Worktree) -> frozenset[str]:
        """Directories, relative to the worktree, that hold a tracked file; `""` is its root."""
        ...

    def tracked_files(self, worktree: Worktree) -> tuple[str, ...]:
        """Paths that git tracks in a worktree, relative to it, in git's order; one process."""
        ...

    def branches(self) -> tuple[Branch, ...]:
        """Local and remote-tracking branches, most recently committed first; one process."""
        ...

    def resolve(self, revision: str) -> str:
        """Object id of the commit that a revision given by a user names.

        Raises:
            UsageError: When it names none.
        """
        ...

    def diff(self, worktree: Worktree, base: Base, *, max_bytes: int = 400_000) -> SessionDiff:
        """A worktree's changes since it left base: commits, index, files, untracked files.

        Args:
            worktree: Whose.
            base: Against what.
            max_bytes: Patch text beyond this is left out and marked as such.
        """
        ...

    def ignored(self, worktree: Worktree) -> IgnoredFiles:
        """Ignored files in a worktree: what `git worktree remove` deletes without a word."""
        ...

    def unreachable_commits(
        self, worktree: Worktree, among: Sequence[Worktree] | None = None
    ) -> tuple[str, ...]:
        """One line (`abc1234 subject`) for each commit that only this worktree keeps.

        By its HEAD, its private references, or its HEAD's reflog alone.

        Args:
            worktree: Which.
            among: All worktrees as they were just read; read now by default.
        """
        ...

    def unpushed(self, branch: str) -> int | None:
        """Commits of a branch that no remote-tracking branch has; `None` without a remote."""
        ...

    def stashes(self, branch: str) -> tuple[str, ...]:
        """Stash entries made on a branch, one line each."""
        ...

    def untracked_matching(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """Untracked files of the main worktree that match gitignore patterns, relative to it."""
        ...

    def untracked_at(self, worktree: Worktree, paths: Sequence[str]) -> tuple[str, ...]:
        """Files at and below literal paths that git neither tracks nor ignores, each by its path.

        A status names only the folder where nothing else in it is tracked.
        """
        ...

    def files_at(self, commit: str, paths: Sequence[str]) -> tuple[NamedFile, ...]:
        """Files of a commit among some paths, links followed; anything but files is left out.

        Args:
            commit: Object id.
            paths: Relative to the top, without newlines.
        """
        ...

    def tracked_in_claude(self) -> frozenset[str]:
        """Tracked paths below `.claude/` of the main worktree; git itself checks those out."""
        ...


class GitWriter(Protocol):
    """Changes a repository. Each method is one step; the caller undoes finished steps."""

    def add_worktree(
        self, path: str, branch: str, *, start: str | None = None, track: str | None = None
    ) -> Worktree:
        """Create a worktree and check out a branch in it.

        Args:
            path: Absolute directory; must not exist.
            branch: Short branch name; created when `start` or `track` is given.
            start: Object id a new branch starts at.
            track: Remote-tracking branch (`origin/x`) a new branch starts at and follows.

        Raises:
            RefusedError: When the branch is checked out elsewhere or git refuses otherwise.
        """
        ...

    def name_session(self, worktree: Worktree, name: str) -> None:
        """Record the session name in the worktree's own git directory."""
        ...

    def remove_worktree(self, worktree: Worktree, *, discard: bool, locked: bool) -> None:
        """Unregister and delete one worktree, never more than that one.

        Args:
            worktree: Which; never the main one.
            discard: Whether uncommitted work may go with it.
            locked: Whether a `git worktree lock` may be overridden.
        """
        ...

    def delete_branch(self, branch: str, expected: str) -> None:
        """Delete a branch if it still stands at `expected` and is checked out nowhere."""
        ...


class MergeProofs(Protocol):
    """Proves that branches were merged, squashed or not, and that the work is still in base."""

    def targets(self, base: Base) -> tuple[Target, ...]:
        """Base, and the remote branch it follows, where merges may have happened first."""
        ...

    def judge_all(
        self, branches: Iterable[str], targets: Sequence[Target]
    ) -> Mapping[str, MergeVerdict]:
        """Judge many branches; the number of processes does not grow with theirs.

        One that cannot be judged is unknown alone, and says why.

        Raises:
            GitError: When git gave no answer about any branch.
        """
        ...


class PullRequests(Protocol):
    """Asks the service that hosts the repository. Nothing needs its answers."""

    def possible(self) -> bool:
        """Whether there is a program to ask, and a remote to ask about."""
        ...

    def all(self) -> tuple[PullRequest, ...]:
        """The latest requests of all branches, in one question.

        Raises:
            CouldNotLookError: When there was no answer: not signed in, no network.
            GitError: When git gave no answer.
        """
        ...


class RequestCommits(Protocol):
    """Fetches commits of pull requests."""

    def fetch(self, number: int) -> str:
        """Fetch what a request asks to merge; returns the reference that has it then.

        Args:
            number: The request's.

        Raises:
            UsageError: When there is no such request, or no remote.
            CouldNotLookError: When the remote could not be asked.
        """
        ...
