"""Ports for the train: its reference, and the directory that shows it.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from typing import Protocol


class TrainRef(Protocol):
    """The reference of base with all ready sessions landed."""

    def read(self) -> str | None:
        """Commit it stands at; `None` when there is none.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def move(self, commit: str | None, before: str | None, pack: bytes) -> None:
        """Move it, unless somebody else did meanwhile.

        Args:
            commit: Where to; `None` to delete it.
            before: Where it has to stand; `None` for nowhere.
            pack: Objects that the repository does not have.

        Raises:
            GitError: When it stands elsewhere, or git cannot.
        """
        ...


class Previews(Protocol):
    """A directory that shows the train."""

    def where(self) -> str | None:
        """The directory; `None` when there is none."""
        ...

    def show(self, commit: str, directory: str | None) -> str:
        """Check a commit of the repository out there, and return the directory.

        Args:
            commit: Which.
            directory: Where; where it is already by default, else beside the main worktree.

        Raises:
            RefusedError: When the directory is somebody else's, or has changes that would be lost.
            CouldNotLookError: When git cannot.
        """
        ...

    def remove(self) -> str | None:
        """Delete the directory, and return where it was; `None` when there is none.

        Raises:
            RefusedError: When it has changes that would be lost.
            CouldNotLookError: When git gave no answer.
        """
        ...
