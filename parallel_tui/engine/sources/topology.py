"""Read worktrees, base, and each head's distance from base."""

from __future__ import annotations

import time

from parallel_tui.engine.looks import COMMITS
from parallel_tui.engine.retry import GIVE_UP, Backoff
from parallel_tui.errors import ParallelError, UsageError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.scope import Look
from parallel_tui.model.session.repository import Base
from parallel_tui.model.view.snapshot import Source
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.fact import Fact
    from parallel_tui.model.session.repository import Divergence
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.ports.git import GitReader

RECONCILE: Final = 60.0
"""Seconds after which topology is read unasked: every event is only a hint."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Commit of base, and each head's distance from it.

    Attributes:
        base: The base.
        divergences: By head.
        well: Whether all that could be asked was answered.
    """

    base: Fact[Base]
    divergences: Mapping[str, Fact[Divergence]]
    well: bool


class Topology:
    """Reads the list of worktrees, base, and the distances from base.

    Each step is shown as soon as it is there: the rows first, what costs more afterwards.

    Args:
        git: Who is asked.
        configured: The configured base.
        facts: Where answers go.
        changed: Called after an answer is in.
        answered: Called when all answers of a look are in.
    """

    name: Final = "topology"
    looks: Final[frozenset[Look]] = frozenset({Look.TOPOLOGY})

    def __init__(
        self,
        git: GitReader,
        configured: str | None,
        facts: Facts,
        changed: Callable[[], None],
        answered: Callable[[], None],
    ) -> None:
        self._git = git
        self._configured = configured
        self._facts = facts
        self._changed = changed
        self._answered = answered
        self._cache: dict[tuple[str, str], Divergence] = {}
        self._backoff = Backoff()
        self._began = (0.0, 0.0)

    def read(self) -> float:
        """Read everything once; returns seconds to the next read."""
        self._began = self._facts.looks.begin(COMMITS)
        try:
            with self._git.patience(GIVE_UP):
                well = self._read()
        except BaseException:
            self._facts.looks.failed(COMMITS)
            raise
        if not well:
            return self._backoff.failed(time.monotonic())
        self._backoff.well(time.monotonic())
        return RECONCILE * self._facts.pace

    def listed(self) -> tuple[Worktree, ...] | None:
        """Read everything once; returns whether every read succeeded."""
        try:
            trees = self._git.worktrees()
        except ParallelError as error:
            self._facts.trouble(Source.GIT, error.message, about="worktrees")
            self._facts.looks.failed(COMMITS)
            self._changed()
            return None
        self._facts.well(Source.GIT, about="worktrees")
        if self._facts.worktrees is None:
            # Rows before anything else is asked; later it is one step with its ahead and behind.
            self._facts.put(worktrees=trees)
            self._changed()
        return trees

    def _read(self) -> bool:
        """Read everything once; whether all that could be asked was answered."""
        trees = self.listed()
        if trees is None:
            return False
        measured = self._measure(trees)
        self._facts.put(
            done=(COMMITS, self._began) if measured.well else None,
            failed=None if measured.well else COMMITS,
            worktrees=trees,
            base=measured.base,
            divergences=measured.divergences,
        )
        self._changed()
        self._answered()
        return measured.well

    def _measure(self, trees: tuple[Worktree, ...]) -> Measured:
        try:
            base = self._git.base(self._configured)
        except ParallelError as error:
            return self._unmeasured(error)
        self._facts.well(Source.GIT, about="base")
        heads = {tree.head for tree in trees if tree.head is not None}
        missing = [head for head in sorted(heads) if (base.oid, head) not in self._cache]
        kept = {key: value for key, value in self._cache.items() if key[1] in heads}
        lost: Fact[Divergence] = Unknown("git did not tell")
        well = True
        try:
            fresh = self._git.divergences(base.oid, missing) if missing else {}
            self._facts.well(Source.GIT, about="divergences")
        except ParallelError as error:
            self._facts.trouble(Source.GIT, error.message, about="divergences")
            fresh, lost, well = {}, Unknown(error.message), False
        self._cache = {**kept, **{(base.oid, head): each for head, each in fresh.items()}}
        return Measured(
            base, {head: self._cache.get((base.oid, head), lost) for head in heads}, well
        )

    def _unmeasured(self, error: ParallelError) -> Measured:
        """Record that there is no base; no commit yet or a wrong setting is no failure."""
        base, divergences = self._facts.base, self._facts.divergences
        settled = isinstance(error, UsageError)
        if settled or not isinstance(base, Base):
            base, divergences = Unknown(error.message), {}
        if not settled or self._configured is not None:
            self._facts.trouble(Source.GIT, error.message, about="base")
        else:
            self._facts.well(Source.GIT, about="base")
        return Measured(base, divergences, settled)
