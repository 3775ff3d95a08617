"""Ports for what `pdev hooks` reads and writes on this host."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from parallel_tui.model.agent.hook_line import HookPlace
from parallel_tui.model.agent.hook_state import HookRecord, HookTrouble


class HookFiles(Protocol):
    """Settings of agents, hooks of git, and what we remember of both."""

    def read(self, path: str) -> bytes | None:
        """A file, links followed; `None` when there is none.

        Raises:
            CouldNotLookError: When something else stands there, or it cannot be read.
        """
        ...

    def write(self, path: str, data: bytes, *, program: bool = False) -> tuple[str, ...]:
        """Replace a file, whole or not at all; it keeps its mode, and a link stays a link.

        Args:
            path: Where.
            data: All of it.
            program: Whether a new file can be run.

        Returns:
            Folders that were made for it, the deepest first.

        Raises:
            RefusedError: When the disk refuses; it is then as it was.
        """
        ...

    def remove(self, path: str, folders: Iterable[str] = ()) -> None:
        """Delete a file, and folders that are empty then.

        Raises:
            RefusedError: When the disk refuses.
        """
        ...

    def rename(self, path: str, to: str) -> None:
        """Move a file, with all that it is.

        Raises:
            RefusedError: When something stands there, or the disk refuses.
        """
        ...

    def runs(self, path: str) -> bool:
        """Whether a file is there and can be run."""
        ...

    def recorded(self, path: str) -> tuple[HookRecord, bytes] | None:
        """What is remembered of an installation: the record, and the file before it."""
        ...

    def record(self, made: HookRecord, before: bytes) -> None:
        """Remember an installation, before it is done.

        Raises:
            RefusedError: When the disk refuses.
        """
        ...

    def forget(self, path: str) -> None:
        """Forget an installation that was taken back."""
        ...

    def here(self) -> HookPlace:
        """Where our hook stands.

        Raises:
            CouldNotLookError: When no real interpreter can be found to run it.
        """
        ...

    def git_hooks(self) -> str:
        """The folder in which git looks for hooks, by its settings.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def heard(self) -> Mapping[str, float]:
        """When each kind of agent last told anything, in epoch seconds."""
        ...

    def troubles(self) -> tuple[HookTrouble, ...]:
        """What the hook left as warnings, newest first."""
        ...

    def hide(self) -> None:
        """Keep what the hook will leave here out of every status.

        Raises:
            RefusedError: When the disk refuses.
        """
        ...

    def sweep(self, now: float) -> None:
        """Delete what agents told long ago, and messages that were delivered then.

        Args:
            now: Epoch seconds.
        """
        ...
