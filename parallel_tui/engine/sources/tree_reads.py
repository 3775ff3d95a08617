"""Read requests of one worktree's status, and the cost of its past reads."""

from __future__ import annotations

from collections import deque

from parallel_tui.engine.retry import Backoff
from parallel_tui.engine.sources.path_backoff import PathBackoff
from parallel_tui.record import dataclass, field


@dataclass(slots=True)
class TreeReads:
    """Read requests of one worktree.

    Attributes:
        wanted: Whether a read is asked for.
        background: Whether nobody waits for it.
        paths: The paths asked for; `None` for all.
        reading: Whether a read is under way.
        not_before: When the next may begin, seconds of the steady clock.
        costs: What the last whole reads took, seconds.
        full_at: When all was read last.
        backoffs: Paths that change without any difference.
        later: Paths to read once their time has come.
        began: When the read under way began.
        backoff: When to try again after failures.
        given_up: Reads that were given up in a row.
        again: When a failed read is repeated; `None` for never.
    """

    wanted: bool = False
    background: bool = False
    paths: set[str] | None = field(default_factory=set)
    reading: bool = False
    not_before: float = 0.0
    costs: deque[float] = field(default_factory=lambda: deque(maxlen=9))
    full_at: float = 0.0
    backoffs: PathBackoff = field(default_factory=PathBackoff)
    later: dict[str, float] = field(default_factory=dict)
    began: float = 0.0
    backoff: Backoff = field(default_factory=Backoff)
    given_up: int = 0
    again: float | None = None

    def bring_due(self, now: float) -> None:
        """Make paths due whose delay has passed, and everything after a failure."""
        if self.again is not None and self.again <= now:
            self.again = None
            self.background = not self.wanted
            self.wanted, self.paths = True, None
        for path in [path for path, at in self.later.items() if at <= now]:
            del self.later[path]
            self.wanted = True
            if self.paths is not None:
                self.paths.add(path)
