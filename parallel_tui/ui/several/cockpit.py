"""The dashboard as the commands of one of several repositories see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Literal, TypeVar

from textual.dom import DOMNode
from textual.screen import Screen

from parallel_tui.errors import ParallelError
from parallel_tui.model.session.diff import SessionDiff
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui import reporting
from parallel_tui.ui.cockpit import Situation
from parallel_tui.ui.several.group import Group
from parallel_tui.ui.several.messages import ProgressOf
from parallel_tui.ui.several.naming import named

if TYPE_CHECKING:
    from parallel_tui.ui.several.dashboard import SeveralDashboard

Answer = TypeVar("Answer")


class GroupCockpit:
    """Says of everything which repository it is about. Implements `Cockpit`.

    What commands do goes on when another repository becomes current, and comes back to their own.

    Args:
        dashboard: The screen.
        group: The repository.
    """

    def __init__(self, dashboard: SeveralDashboard, group: Group) -> None:
        self._dashboard = dashboard
        self._group = group

    @property
    def situation(self) -> Situation:
        """The current selection; of another repository there is none."""
        group = self._group
        now = self._dashboard.situation
        if self._dashboard.current is group:
            return now
        return Situation(group.snapshot, ready=group.ready, busy=group.busy, pane=now.pane)

    @property
    def now(self) -> float:
        """The time that ages refer to, in epoch seconds."""
        return self._dashboard.now

    def key_of(self, command: str) -> str:
        """Key of a command on the dashboard, by the command's id; empty when it has none."""
        return self._dashboard.key_of(command)

    def set_busy(self, what: str) -> None:
        """Show what is being done; an empty text ends it."""
        self._dashboard.set_busy_in(self._group, what)

    def tell(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        about: Sequence[str] = (),
    ) -> None:
        """Show a notice that names the repository."""
        of = self._group.of
        ids = tuple(of + each for each in about)
        self._dashboard.tell(of + message, title=title, severity=severity, about=ids)

    def report(self, error: Exception) -> None:
        """Show an error with the repository's name."""
        reporting.report(self._dashboard.app, error, of=self._group.label)

    async def explain(self, error: Exception) -> None:
        """Show an error in a dialog with the repository's name and wait until it is closed."""
        await reporting.explain(self._dashboard.app, error, of=self._group.label)

    async def in_front(self) -> None:
        """Wait until no form or other screen is open."""
        await self._dashboard.in_front()

    def push(self, screen: Screen[Answer]) -> None:
        """Open a screen that names the repository."""
        self._dashboard.push(named(screen, self._group.label))

    async def ask(self, screen: Screen[Answer]) -> Answer | None:
        """Open a screen that names the repository and wait for its answer."""
        return await self._dashboard.ask(named(screen, self._group.label))

    def start(self, work: Callable[[], Awaitable[None]], *, group: str = "verbs") -> None:
        """Run work concurrently in the event loop."""
        self._dashboard.start(work, group=f"{group} {self._group.key}")

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call a function after a time."""
        self._dashboard.later(seconds, act)

    def suspended(self) -> AbstractContextManager[None]:
        """Lend the terminal to another program; no repository is looked at meanwhile."""
        return self._all_paused()

    @contextmanager
    def _all_paused(self) -> Iterator[None]:
        with ExitStack() as stack:
            for group in self._dashboard.groups_open:
                if group is not self._group and group.engine is not None:
                    stack.enter_context(group.engine.paused())
            stack.enter_context(self._dashboard.suspended())
            yield

    def progress(self, step: str) -> None:
        """Show the next step of the running command; from any thread."""
        self._dashboard.app.post_message(ProgressOf(self._group, step))

    def follow(self, node: DOMNode, show: Callable[[Snapshot | None], None]) -> None:
        """Pass every snapshot of the repository to a screen, beginning with the current one."""
        node.watch(self._group.followed, "snapshot", show)

    def select_session(self, name: str) -> None:
        """Select a session of the repository by key or name, as soon as it is listed."""
        self._dashboard.select_in(self._group, name)

    def show_seen(self, seen: frozenset[str]) -> None:
        """Show which of its events the person has seen, by their ids."""
        self._group.seen = seen
        if self._dashboard.current is self._group:
            self._dashboard.show_seen(seen)

    def show_diff(self, key: str, diff: SessionDiff | ParallelError) -> None:
        """Show a session's changes, or why they cannot be read, if it is still selected."""
        if self._dashboard.current is self._group:
            self._dashboard.show_diff(key, diff)
