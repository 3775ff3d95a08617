"""Ports for moving base: git, and records of what was done to it."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parallel_tui.model.landing.plan import Strategy, Turn
    from parallel_tui.model.landing.record import LandingRecord
    from parallel_tui.model.landing.run import Pushed
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.session.upstream import Upstream
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.sync.rewriting import Rewriting
    from parallel_tui.ports.overlaps import LandingTrial


class LandingSteps(Protocol):
    """The steps that land one session."""

    def merge(self, tree: Worktree, commit: str, message: str) -> Rewriting:
        """Merge a commit in base's worktree, as the user's own git does; tells how that ended."""
        ...

    def squash(self, tree: Worktree, commit: str, message: str) -> Rewriting:
        """Commit a commit's changes as one in base's worktree; tells how that ended."""
        ...

    def forward(self, tree: Worktree, new: str) -> Rewriting:
        """Move base forward to a descendant in its worktree; tells how that ended."""
        ...

    def swap(self, ref: str, old: str, new: str) -> None:
        """Move base where no worktree has it, if it still stands at `old`.

        Raises:
            RefusedError: When git refuses; nothing moved then.
        """
        ...

    def make(
        self,
        trial: LandingTrial,
        turn: Turn,
        onto: str,
        strategy: Strategy,
        message: str = "",
    ) -> str:
        """Make the commits of a landing, and move nothing.

        Args:
            trial: Has landed it already, on base as it is.
            turn: What lands.
            onto: Commit of base.
            strategy: How it lands.
            message: What a merge or a squash says of itself; `message` tells by default.

        Returns:
            Where base would stand.

        Raises:
            GitError: When they cannot be made, or signed where that is set.
        """
        ...

    def message(self, turn: Turn, onto: str, strategy: Strategy) -> str:
        """The message of the commit that lands a session on a commit of base."""
        ...

    def contents(self, commit: str) -> tuple[str, tuple[str, ...]]:
        """The tree of a commit, and its parents."""
        ...

    def arrived(self, commit: str, since: str, tree: str) -> str:
        """The first commit with a tree on the way to a commit, by first parents.

        Args:
            commit: Where the way ends.
            since: Where it begins; itself left out.
            tree: The tree.

        Returns:
            Its object id; empty for none.
        """
        ...

    def contains(self, commit: str, other: str) -> bool:
        """Whether a commit has another one in its history."""
        ...

    def overwritten(self, tree: Worktree, commit: str) -> tuple[str, ...]:
        """Files of a worktree that git does not track, and that landing a commit would replace.

        Git asks about untracked files, and replaces ignored ones without a word.
        """
        ...

    def put_back(self, tree: Worktree, before: str, made: str, ref: str) -> bool:
        """Put base's worktree back after git refused half way and a hook changed files meanwhile.

        What stands there is kept by a reference first, unless it is what git itself made.

        Args:
            tree: As just listed; everything in it was committed before.
            before: Commit it stood at, and stands at.
            made: Tree that git was about to commit.
            ref: Name of the reference.

        Returns:
            Whether it was put back; not where anything but what git and hooks wrote is changed.
        """
        ...


class LandingRemote(Protocol):
    """The remote branch that base follows."""

    def upstream(self, base: Base) -> Upstream | None:
        """That branch; `None` when base follows none."""
        ...

    def tracking(self, base: str) -> Mapping[str, str]:
        """Commits of all references that remember base on some remote, by their full name.

        Args:
            base: Short name of base.
        """
        ...

    def push(self, target: Pushed) -> None:
        """Move a remote branch to a commit, never by force.

        Raises:
            RefusedError: When the remote refuses, for it has more, say; nothing moved then.
            GitError: When it could not be asked.
        """
        ...

    def ask(self, target: Pushed) -> str:
        """Where a remote branch stands, as the remote says; empty where there is none.

        Raises:
            GitError: When it could not be asked.
        """
        ...


class LandingHistory(Protocol):
    """Records of runs. Those of unfinished ones are told from the others by their name."""

    def new(self, time: str) -> str:
        """A unique name for a run that begins at a time."""
        ...

    def save(self, record: LandingRecord) -> None:
        """Write the record of a run that is not finished.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...

    def close(self, record: LandingRecord) -> None:
        """Write the record of a run that is finished; one that landed nothing is deleted.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...

    def times(self) -> Sequence[str]:
        """Names of all finished runs, newest first."""
        ...

    def load(self, time: str) -> LandingRecord:
        """The record of a run.

        Raises:
            UsageError: When there is none of this name.
            CouldNotLookError: When it cannot be read.
        """
        ...

    def forget(self, time: str) -> None:
        """Delete a record; a missing one is no error.

        Raises:
            OSError: When it cannot be deleted.
        """
        ...

    def unfinished(self) -> Iterable[str]:
        """Names of runs that are not finished, oldest first."""
        ...

    def since(self, time: str) -> float:
        """When the record of an unfinished run was last written, in epoch seconds."""
        ...
