"""Port for the lines that branches have changed, and for the note of where base was seen last."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.model.landing.uses import LineChange
    from parallel_tui.model.session.worktree import Worktree


class ChangedLines(Protocol):
    """Reads changed lines of files with certain endings."""

    def between(
        self, start: str, ends: Sequence[str], endings: Sequence[str]
    ) -> Mapping[str, tuple[LineChange, ...]]:
        """What commits changed since they left another one.

        Args:
            start: That one.
            ends: Commits.
            endings: Of the files' names, such as `.py`.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def uncommitted(self, tree: Worktree, endings: Sequence[str]) -> tuple[LineChange, ...]:
        """What is not committed in a worktree, of files that git tracks.

        Args:
            tree: The worktree.
            endings: Of the files' names.

        Raises:
            GitError: When git gave no answer.
        """
        ...


class FollowedBase(Protocol):
    """Remembers up to which commit of base its moves were followed, for whoever comes next."""

    def read(self) -> tuple[str, str] | None:
        """Full name of base and its commit; `None` when nobody has followed it."""
        ...

    def write(self, ref: str, commit: str) -> None:
        """Remember a commit; that it cannot be written is no failure.

        Args:
            ref: Full name of base.
            commit: Where it stands.
        """
        ...
