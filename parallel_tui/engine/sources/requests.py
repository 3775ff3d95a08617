"""Ask for pull requests, rarely, and only while somebody looks."""

from __future__ import annotations

import time

from parallel_tui.engine.retry import Backoff
from parallel_tui.engine.table import Row
from parallel_tui.errors import ParallelError
from parallel_tui.model.pull_request import by_branch
from parallel_tui.model.view.snapshot import Level, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.scope import Look
    from parallel_tui.ports.git import PullRequests

EVERY: Final = 120.0
"""Seconds between two questions."""

_LOOK: Final = 10.0
"""Seconds until it is seen again whether somebody looks."""


class RequestReader:
    """Keeps `Facts.requests` up to date. A failure is a note; nothing needs requests.

    Args:
        make: Makes what asks; called once, when it is first needed.
        facts: Where answers go.
        changed: Called after a change.
    """

    name: Final = "requests"
    looks: Final[frozenset[Look]] = frozenset()

    def __init__(
        self, make: Callable[[], PullRequests], facts: Facts, changed: Callable[[], None]
    ) -> None:
        self._make = make
        self._made: PullRequests | None = None
        self._facts = facts
        self._changed = changed
        self._backoff = Backoff()
        self._next = 0.0

    def row(self) -> Row:
        """Its row among the sources."""
        return Row(source=self, first=_LOOK / 2, awaited=False)

    def read(self) -> float | None:
        """Ask, where it is time to; returns seconds to the next look unasked."""
        now = time.monotonic()
        if not self._facts.focused or now < self._next:
            return _LOOK
        self._next = now + EVERY
        try:
            if self._made is None:
                self._made = self._make()
            if not self._made.possible():
                return EVERY
            found = self._made.all()
        except (ParallelError, OSError) as error:
            self._facts.trouble(Source.REQUESTS, str(error), level=Level.NOTE)
            self._changed()
            return max(EVERY, self._backoff.failed(now))
        self._backoff.well(now)
        self._facts.well(Source.REQUESTS)
        self._facts.put(requests=by_branch(found))
        self._changed()
        return EVERY


def request_rows(
    make: Callable[[], PullRequests], *, wanted: bool
) -> Callable[[Facts, Callable[[], None]], tuple[Row, ...]]:
    """What adds this source to an engine.

    Args:
        make: As for `RequestReader`.
        wanted: Whether it is to be added.
    """

    def rows(facts: Facts, want: Callable[[], None]) -> tuple[Row, ...]:
        return (RequestReader(make, facts, want).row(),) if wanted else ()

    return rows
