"""Ports for descriptions of teams, and for the boundaries that these bring."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.model.policy.boundaries import Territory
    from parallel_tui.model.team.team import Team


class TeamFiles(Protocol):
    """Finds descriptions of teams."""

    def named(self) -> Mapping[str, Team | str]:
        """The user's and the repository's presets, by name; why, where one cannot be used.

        Raises:
            ConfigError: When a configuration file cannot be read.
        """
        ...

    def read(self, path: str) -> Team:
        """The team of a file.

        Raises:
            ConfigError: Naming file, line, key, what was found and what is allowed.
            UsageError: When there is no such file.
        """
        ...

    def lines(self, path: str) -> str:
        """The text of a file of tasks or bugs.

        Raises:
            UsageError: When it cannot be read.
        """
        ...

    def save(self, name: str, team: Team) -> str:
        """Write a team into the user's configuration, as a preset of that name.

        Returns:
            The file.

        Raises:
            ConfigError: When the file cannot be changed as it is.
            RefusedError: When it cannot be written.
        """
        ...

    def text(self, name: str, team: Team) -> str:
        """A team as a file that `read` takes."""
        ...


class BoundaryFile(Protocol):
    """The repository's file of boundaries in the main worktree."""

    @property
    def path(self) -> str:
        """Where it is."""
        ...

    def read(self) -> tuple[str | None, tuple[Territory, ...]]:
        """Its text, `None` without a file, and the entries of its `sessions:`.

        Raises:
            ConfigError: When it cannot be used.
        """
        ...

    def with_entries(self, text: str | None, entries: Sequence[Territory]) -> str:
        """A text with further entries, and all else as it was.

        Raises:
            ConfigError: When it cannot be changed so.
        """
        ...

    def write(self, text: str | None) -> None:
        """Replace the file; `None` deletes it.

        Raises:
            OSError: When it cannot be written.
        """
        ...
