"""Ports for what starting teams has done, and for the history of what was changed together."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.team.preflight import Commit
    from parallel_tui.model.team.record import TeamRecord
    from parallel_tui.model.text.strict_json import Json


class TeamRecords(Protocol):
    """Keeps what starting teams has done."""

    def begin(self, team: str, when: float) -> str:
        """Begin a record, or go on with the one of this team that did not come to its end.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...

    def add(self, id: str, line: Mapping[str, Json]) -> None:
        """Add to a record.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...

    def all(self) -> tuple[TeamRecord, ...]:
        """Every record, newest first; one that cannot be read is left out."""
        ...


class History(Protocol):
    """What was changed together."""

    def latest(self, commit: str, *, most: int) -> tuple[Commit, ...]:
        """The latest commits without merges; one process.

        Args:
            commit: Where to begin.
            most: How many at most.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def tracked(self, commit: str) -> tuple[str, ...]:
        """Paths that a commit has; one process.

        Raises:
            GitError: When git gave no answer.
        """
        ...
