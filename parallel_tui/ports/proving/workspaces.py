"""Ports for work trees outside the repository's worktrees.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from parallel_tui.model.settings.consent_question import NamedFile


class Workspace(Protocol):
    """A work tree outside the repository's worktrees. Not thread-safe."""

    @property
    def path(self) -> str:
        """Its directory."""
        ...

    def receive(self, pack: bytes) -> None:
        """Take in objects that the repository does not have.

        Raises:
            GitError: When git does not take them.
        """
        ...

    def check_out(self, commit: str) -> None:
        """Make it hold a commit and, besides, nothing but what git ignores.

        Raises:
            GitError: When git cannot.
        """
        ...

    def anew(self) -> None:
        """Delete it with all that is in it, and make it again.

        Raises:
            CouldNotLookError: When it cannot be made.
        """
        ...

    def at(self) -> str | None:
        """Commit that was checked out last; `None` for none."""
        ...

    def changed(self) -> bool:
        """Whether it holds anything else than that commit and what git ignores.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def files_at(self, commit: str, paths: Sequence[str]) -> tuple[NamedFile, ...]:
        """The files of a commit among some paths; see `GitReader.files_at`."""
        ...

    def dependencies(self) -> Mapping[str, str]:
        """Files of the commit that say what the project depends on, with their object ids.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def set_up_for(self) -> Mapping[str, object] | None:
        """What `set_up` kept; `None` when that is nothing."""
        ...

    def set_up(self, what: Mapping[str, object] | None) -> None:
        """Keep for what it was set up; `None` for nothing.

        Raises:
            OSError: When it cannot be kept.
        """
        ...


class Workspaces(Protocol):
    """Keeps work trees, with all that is ignored in them, from one use to the next."""

    def take(
        self, digits: int, stopped: Callable[[], bool], waits: Callable[[], None]
    ) -> AbstractContextManager[Workspace]:
        """Use one that nobody else uses.

        Args:
            digits: Length of object ids.
            stopped: Asked again and again while all are in use.
            waits: Called once when all are in use.

        Raises:
            RefusedError: When it was stopped.
            CouldNotLookError: When none can be made, or there is no room.
        """
        ...

    def full(self) -> str:
        """Why there is no more room; empty while there is."""
        ...
