"""Ports for sharing the work of sessions with other machines."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.hosts.view import Offered, SharedWork, Sharing, SharingNote


class ShareChoice(Protocol):
    """Keeps what a clone shares."""

    def read(self) -> Sharing:
        """What was chosen; off where nothing was.

        Raises:
            CouldNotLookError: When it cannot be read.
        """
        ...

    def write(self, sharing: Sharing) -> None:
        """Choose.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...


class WorkSender(Protocol):
    """Shares the work of sessions of this machine. Not thread-safe; `close` ends it."""

    def send(self, sharing: Sharing, sessions: Sequence[Offered]) -> SharedWork:
        """Make the remote say what sessions are now; nothing is pushed where it does.

        Args:
            sharing: What to share. What was shared of others than these sessions is taken back.
            sessions: Those of this machine.

        Raises:
            RefusedError: When another clone shares under the same name.
            GitError: When the remote cannot be asked, or does not take it.
        """
        ...

    def take_back(self, sharing: Sharing) -> int:
        """Delete all that this clone shares from the remote; returns how many refs that were.

        Raises:
            RefusedError: As for `send`.
            GitError: As for `send`.
        """
        ...

    def close(self) -> None:
        """Delete all temporary objects."""
        ...


class WorkReceiver(Protocol):
    """Gets the work that other machines share."""

    def remotes(self) -> tuple[str, ...]:
        """Names of the remotes there are.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def fetch(self, sharing: Sharing) -> None:
        """Ask the remote for news.

        Raises:
            GitError: When it cannot be asked; what was known stays.
        """
        ...

    def read(
        self, sharing: Sharing
    ) -> tuple[tuple[SharedSession, ...], tuple[tuple[str, str], ...]]:
        """Sessions of other machines as fetched last, and refs that are not believed with reasons.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def shared_by(self, remote: str, clones: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Names of machines under which some clones share, each with the clone.

        Args:
            remote: Through which remote.
            clones: What tells those clones apart.

        Raises:
            GitError: When the remote cannot be asked.
        """
        ...

    def forget(self) -> None:
        """Delete what was fetched.

        Raises:
            GitError: When git cannot.
        """
        ...


class OnePusher(Protocol):
    """The part of the one process of a clone that pushes."""

    def take(self, seconds: float = 0.0) -> bool:
        """Take the part, or say that another process has it.

        Args:
            seconds: How long to wait for it.

        Raises:
            RefusedError: When it cannot be said who has it.
        """
        ...

    def close(self) -> None:
        """Leave the part to others."""
        ...


class ShareNote(Protocol):
    """Tells the other processes of a clone what the one that pushes has come to."""

    def stamp(self) -> object:
        """Something that differs once more was written; a system call."""
        ...

    def read(self) -> SharingNote:
        """What was said last.

        Raises:
            CouldNotLookError: When it cannot be read.
        """
        ...

    def write(self, told: SharingNote) -> None:
        """Say it, and that refs may be others now.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...


class WorkNews(Protocol):
    """Tells machines of each other's pushes, where something can."""

    def tell(self) -> None:
        """Say that something was pushed; that it cannot be said is no error, others ask anyway."""
        ...

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call a function from another thread after others have pushed; returns what ends that."""
        ...
