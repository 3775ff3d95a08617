"""One of the repositories of a dashboard, with everything that works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import var
from textual.widget import Widget

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.view.snapshot import Health, Level, Snapshot, Source, WatchMode
from parallel_tui.record import replace
from parallel_tui.ui.command import Controllers
from parallel_tui.ui.several.rows import Listing, listing
from parallel_tui.ui.telling.news import News

if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine
    from parallel_tui.ports.telling import Segment
    from parallel_tui.ui.widgets.first_run import Beginning


class HeldSnapshot(Widget):
    """Holds a repository's snapshot for screens that follow it; never shown."""

    DEFAULT_CSS = "HeldSnapshot { display: none; }"

    snapshot: var[Snapshot | None] = var[Snapshot | None](None)


class Group:
    """One repository of several. For the event loop only.

    Args:
        key: Tells it from the others.
        label: What people call it, unlike all others.
        directory: Where it was looked for.
        load: Opens it; called in a thread. It may be called again after it failed.
        first: What can be shown before that; `None` where it cannot be opened.
        problem: Why it cannot be opened, where that is known already.

    Attributes:
        complete: Makes ready what keys will need, in a thread, once it is open; `None` where
            somebody else does.
        end: Ends what it opened, in a thread; safe to call twice.
        core: The services; `None` until it is open.
        engine: The live view, likewise.
        controllers: Its commands.
        snapshot: What is shown of it.
        told_of: The snapshot that news were told of last.
        news: What is told of it.
        segment: Keeps its numbers for status lines.
        seen: Which of its events the person has seen.
        beginning: What a first session would be.
        followed: Holds its snapshot for screens.
        ready: Whether it is open.
        failure: Why it cannot be opened; `None` when it can.
        busy: What is being done in it; empty when nothing is.
        folded: Whether only its heading is shown.
    """

    def __init__(
        self,
        key: str,
        label: str,
        directory: str,
        load: Callable[[], Core],
        first: Callable[[], Snapshot] | None = None,
        problem: ParallelError | None = None,
    ) -> None:
        self.key, self.label, self.directory = key, label, directory
        self.load, self.first = load, first
        self.complete: Callable[[Callable[[], None]], None] | None = None
        self.end: Callable[[], None] | None = None
        self.core: Core | None = None
        self.engine: Engine | None = None
        self.controllers = Controllers()
        self.told_of: Snapshot | None = None
        self.news = News()
        self.segment: Segment | None = None
        self.seen: frozenset[str] = frozenset()
        self.beginning: Beginning | None = None
        self.followed = HeldSnapshot()
        self.ready = False
        self.failure: ParallelError | None = None
        self.busy, self.folded = "", False
        self.snapshot = _nothing(label, directory, "")
        self._listing = Listing(key, label)
        if problem is not None:
            self.fail(problem)
        elif first is not None:
            self.show(first())

    @property
    def of(self) -> str:
        """What stands before what is told of it."""
        return f"{self.label}: "

    @property
    def listing(self) -> Listing:
        """What the list shows of it."""
        return replace(self._listing, busy=self.busy, folded=self.folded)

    def show(self, snapshot: Snapshot) -> None:
        """Take a newer snapshot."""
        self.failure = None
        self.snapshot = snapshot
        self._listing = listing(self.key, self.label, snapshot)
        if self.followed.is_attached:
            self.followed.snapshot = snapshot

    def fail(self, error: ParallelError) -> None:
        """Show that it cannot be opened, and why."""
        self.failure = error
        self.snapshot = _nothing(self.label, self.directory, error.message)
        self._listing = Listing(self.key, self.label, problem=error.message, complete=True)


def _nothing(label: str, directory: str, why: str) -> Snapshot:
    """What is known of a repository that cannot be opened: nothing, and why."""
    repository = Repository(label, directory, directory, False, f"{directory}/.claude")
    if not why:
        return Snapshot(repository)
    unknown = Unknown(why)
    return Snapshot(
        repository,
        base=unknown,
        health=(Health(Source.GIT, Level.ERROR, why, 0.0),),
        watch=WatchMode.OFF,
        coordination=unknown,
        overlaps=unknown,
        boundaries=unknown,
    )
