"""Table of sources: what each reads, and which changes make it read again.

Loops, the routing of scopes, starting, holding and stopping derive from the rows; a new source is
a module in `sources/` and a row in `rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol, runtime_checkable

from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.working.crew import Crew
from parallel_tui.engine.working.loop import Loop
from parallel_tui.model.scope import Look, Scope
from parallel_tui.record import dataclass, field

Hook = Callable[[str | None], bool]
"""Told that another source has answered, and about which worktree (git directory) where it is
about one; returns whether to look now."""

PACED: Final = ("topology", "shared", "agents", "mux", "machine")
"""Sources that look unasked as a repository becomes the one that somebody looks at."""


class Source(Protocol):
    """A source that is read repeatedly, never twice at once."""

    @property
    def name(self) -> str:
        """Name of its row and of its job, used in messages about its failures."""
        ...

    @property
    def looks(self) -> frozenset[Look]:
        """The scopes that trigger it. A source with any also runs for `EVERYTHING`."""
        ...

    def read(self) -> float | None:
        """Read once, and store the answers in the facts.

        Returns:
            Seconds until the next look unasked; `None` for never.

        Raises:
            Exception: What it did not expect; it is told, and looked again after a pause.
        """
        ...


@runtime_checkable
class Part(Protocol):
    """A component that runs between `start` and `stop`."""

    def start(self) -> None:
        """Start running."""
        ...

    def hold(self, held: bool) -> None:
        """Pause, or continue with `False`."""
        ...

    def stop(self) -> None:
        """Stop for good."""
        ...

    def join(self, timeout: float) -> None:
        """Wait for its threads to end, for a number of seconds at most."""
        ...


@runtime_checkable
class Queue(Part, Protocol):
    """A source that orders its own reads and takes one scope at a time."""

    @property
    def name(self) -> str:
        """See `Source.name`."""
        ...

    @property
    def looks(self) -> frozenset[Look]:
        """See `Source.looks`."""
        ...

    def poke(self, scope: Scope) -> None:
        """Request that a scope is read again; never blocks."""
        ...


def always(_: str | None) -> bool:
    """Read whenever the source that it follows has answered."""
    return True


def _every(_: Scope) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One source and what it depends on.

    Attributes:
        source: What is read.
        first: Seconds until the first look; `None` to wait until it is asked.
        awaited: Whether somebody who waits until nothing is left to do waits for it.
        wants: Which scopes of those it looks at make it look.
        after: What to do when the named source has answered.
        stop: Called first when the engine stops, to end what is under way.
        close: Called when the threads are gone, or were waited for long enough.
    """

    source: Source | Queue
    first: float | None = 0.0
    awaited: bool = True
    wants: Callable[[Scope], bool] = _every
    after: Mapping[str, Hook] = field(default_factory=dict)
    stop: Callable[[], None] | None = None
    close: Callable[[], None] | None = None


class _Read:
    """A source and the loop that reads it."""

    def __init__(
        self,
        row: Row,
        source: Source,
        ledger: Ledger,
        failed: Callable[[str, Exception | None], None],
        crew: Crew | None,
    ) -> None:
        self._row = row
        self.name = source.name
        self.looks = source.looks
        self.loop = Loop(source.name, source.read, ledger, failed, crew)
        self.hold = self.loop.hold
        self.stop = self.loop.stop
        self.join = self.loop.join

    def start(self) -> None:
        if self._row.first == 0.0:
            self.look()
        elif self._row.first is not None:
            self.loop.within(self._row.first)
        self.loop.start()

    def poke(self, _: Scope) -> None:
        self.look()

    def look(self) -> None:
        if self._row.awaited:
            self.loop.ask()
        else:
            self.loop.within(0.0)


class Table:
    """The sources of an engine.

    Args:
        rows: In the order in which they are started.
        ledger: Told while a look is asked for.
        failed: Told the name of a source and an error that it did not expect, or `None` when it
            works again.
        also: What else to do when the named source has answered, before its followers look.
        crew: The threads that read; by default each has its own.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        ledger: Ledger,
        failed: Callable[[str, Exception | None], None],
        also: Mapping[str, Hook] | None = None,
        crew: Crew | None = None,
    ) -> None:
        self._rows = tuple(rows)
        self._also = also or {}
        self._queues: dict[str, Queue] = {}
        self._loops: dict[str, _Read] = {}
        for row in self._rows:
            source = row.source
            if source.name in self._queues:
                raise ValueError(f"two sources are named {source.name}")
            if isinstance(source, Queue):
                self._queues[source.name] = source
            else:
                made = _Read(row, source, ledger, failed, crew)
                self._queues[source.name] = self._loops[source.name] = made

    def start(self) -> None:
        """Start every source."""
        for part in self._queues.values():
            part.start()

    def hold(self, held: bool) -> None:
        """Pause all sources, or continue with `False`."""
        for part in self._queues.values():
            part.hold(held)

    def stop(self) -> None:
        """Start no further read, and cancel running ones where possible."""
        for row in self._rows:
            if row.stop is not None:
                row.stop()
        for part in self._queues.values():
            part.stop()

    def join(self, left: Callable[[], float]) -> None:
        """Wait until all threads have ended.

        Args:
            left: Seconds that may still be waited.
        """
        for part in self._queues.values():
            part.join(left())

    def close(self) -> None:
        """Release what sources hold; called when their threads have ended."""
        for row in self._rows:
            if row.close is not None:
                row.close()

    def poke(self, scope: Scope) -> None:
        """Request a read of the sources that a scope is for; never blocks."""
        for row in self._rows:
            looks = row.source.looks
            for_it = scope.look in looks or (scope.look is Look.EVERYTHING and looks)
            if for_it and row.wants(scope):
                self._queues[row.source.name].poke(scope)

    def answered(self, name: str, git_dir: str | None = None) -> None:
        """Start the sources that depend on one that has just answered.

        Args:
            name: Of the source.
            git_dir: The worktree that its answer is about; `None` for no single one.
        """
        if name in self._also:
            self._also[name](git_dir)
        for row in self._rows:
            hook = row.after.get(name)
            if hook is not None and hook(git_dir) and row.source.name in self._loops:
                self._loops[row.source.name].look()

    def within(self, name: str, seconds: float) -> None:
        """Bring the next scheduled read of a source forward, where there is such a source."""
        if name in self._loops:
            self._loops[name].loop.within(seconds)

    def hasten(self) -> None:
        """Have those that look unasked now and then look now."""
        for name in PACED:
            self.within(name, 0.0)

    def ask(self, name: str) -> None:
        """Request a read of a source, and make `wait_idle` wait for it."""
        self._loops[name].loop.ask()
