"""The statements of one change, sent together."""

from __future__ import annotations

from parallel_tui.record import dataclass, field


@dataclass(slots=True)
class Batch:
    """Statements of a transaction, in order.

    Attributes:
        repository: Number of the repository on the server.
        statements: With `%s` for values.
        values: Of all statements.
        demands: Names of locks, one for each statement that must give a row.
    """

    repository: int
    statements: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)
    demands: list[str] = field(default_factory=list)

    def add(self, statement: str, *values: object) -> None:
        """Add a statement, whose first value is the repository."""
        self.statements.append(statement)
        self.values += (self.repository, *values)

    def demand(self, lock: str, statement: str, *values: object) -> None:
        """Add one that must give a row, else the lock is somebody else's by now."""
        self.demands.append(lock)
        self.add(statement, *values)
