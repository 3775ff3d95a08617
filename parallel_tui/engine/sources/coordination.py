"""Read what sessions tell: the shared store when a file of it changed, and pages of their own."""

from __future__ import annotations

import time

from parallel_tui.engine.retry import Backoff
from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.scope import Look
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.view.snapshot import Source
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.engine.table import Row
    from parallel_tui.model.fact import Fact
    from parallel_tui.ports.coordination import OwnPages, SharedState

RECONCILE: Final = 60.0
"""Seconds after which the files are read unasked: the end of a lock's owner writes none of them."""


PAGES_EVERY: Final = 30.0
"""Seconds until pages are looked at unasked: git ignores them, so that no status tells of one."""


class CoordinationReader:
    """Keeps `Facts.coordination` up to date.

    Args:
        files: Who is asked.
        facts: Where answers go.
        changed: Called after an answer that differs is in.
    """

    name: Final = "shared"
    looks: Final[frozenset[Look]] = frozenset({Look.COORDINATION})

    def __init__(self, files: SharedState, facts: Facts, changed: Callable[[], None]) -> None:
        self._files = files
        self._facts = facts
        self._changed = changed
        self._backoff = Backoff()
        self._living: frozenset[str] = frozenset()

    def listed(self, _: str | None) -> bool:
        """Note the listed worktrees; returns whether they changed, for locks depend on them."""
        living = frozenset(tree.git_dir for tree in self._facts.worktrees or ())
        before, self._living = self._living, living
        return living != before

    def read(self) -> float:
        """Read the store; returns seconds to the next read."""
        try:
            found = self._files.read()
            messages = self._files.messages()
        except (ParallelError, OSError) as error:
            self._failed(error)
            return self._backoff.failed(time.monotonic())
        except Exception as error:
            # Whatever it was, an empty list must not be shown as if it had been read.
            self._failed(error)
            raise
        self._backoff.well(time.monotonic())
        if found.problems:
            self._facts.trouble(Source.STORE, found.problems[0].reason)
        else:
            self._facts.well(Source.STORE)
        if messages:
            found = replace(found, messages=messages)
        if self._facts.put(coordination=_with_last_known(found, self._facts.coordination)):
            self._changed()
        return RECONCILE * self._facts.pace

    def _failed(self, error: Exception) -> None:
        self._facts.trouble(Source.STORE, str(error))
        if not isinstance(self._facts.coordination, Coordination):
            self._facts.put(coordination=Unknown(str(error)))
        self._changed()


def _with_last_known(found: Coordination, before: Fact[Coordination]) -> Coordination:
    """What was read, with the last known values of parts that could not be read."""
    if not found.lost or not isinstance(before, Coordination):
        return found
    lost = {part for part, _ in found.lost}
    return replace(
        found,
        locks=before.locks if "locks" in lost else found.locks,
        ended=before.ended if "locks" in lost else found.ended,
        sessions=before.sessions if "sessions" in lost else found.sessions,
        handoffs=before.handoffs if "handoffs" in lost else found.handoffs,
        events=before.events if "events" in lost else found.events,
        events_omitted=before.events_omitted if "events" in lost else found.events_omitted,
        tasks=before.tasks if "tasks" in lost else found.tasks,
    )


class PageReader:
    """Keeps `Facts.pages` up to date; a look at pages that did not change costs a few system calls.

    Args:
        pages: Who is asked.
        facts: Where worktrees come from and answers go.
        changed: Called after an answer that differs is in.
    """

    name: Final = "pages"
    looks: Final[frozenset[Look]] = frozenset()

    def __init__(self, pages: OwnPages, facts: Facts, changed: Callable[[], None]) -> None:
        self._pages = pages
        self._facts = facts
        self._changed = changed

    def row(self) -> Row:
        """Its row among the sources."""
        from parallel_tui.engine.table import Row, always  # a single look needs none

        after = {"topology": always, "statuses": always}
        return Row(source=self, first=None, awaited=False, after=after)

    def read(self) -> float | None:
        """Read them; returns seconds to the next look unasked."""
        trees = [
            tree
            for tree in self._facts.worktrees or ()
            if not (tree.is_main or tree.bare or tree.missing)
        ]
        found = self._pages.read(tree.path for tree in trees)
        # what was written before its last commit is older than that commit's own words
        pages = {
            tree.git_dir: found[tree.path].words
            for tree in trees
            if tree.path in found and found[tree.path].at >= (tree.touched or 0.0)
        }
        if self._facts.put(pages=pages):
            self._changed()
        return PAGES_EVERY * self._facts.pace if trees else None
