"""A screen of several repositories: which they are, and what is listed of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.reactive import var

from parallel_tui.model.session.session import Session
from parallel_tui.ui import parts
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.panes.sessions import SessionsPane
from parallel_tui.ui.several.group import Group
from parallel_tui.ui.several.pane import GroupedSessionsPane
from parallel_tui.ui.several.rows import Listing


class GroupsScreen(Dashboard):
    """The dashboard with repositories that come and go.

    Args:
        groups: The repositories, from the top.

    Attributes:
        current: The one of the selected row.
    """

    DEFAULT_CSS = ""

    groups: var[tuple[Listing, ...]] = var[tuple[Listing, ...]](())

    def __init__(self, groups: Sequence[Group]) -> None:
        super().__init__(groups[0].snapshot)
        self._groups = tuple(groups)
        self.current = groups[0]
        self._listed: GroupedSessionsPane | None = None

    def compose(self) -> ComposeResult:
        """The same screen, and what screens of each repository follow."""
        yield from super().compose()
        for group in self._groups:
            yield group.followed

    def take_in(self, group: Group) -> None:
        """Give a repository the commands of this screen."""
        raise NotImplementedError

    def regroup(self, groups: Sequence[Group]) -> None:
        """Show other repositories than before.

        Args:
            groups: From the top; the current one is among them.
        """
        new = [group for group in groups if group not in self._groups]
        self._groups = tuple(groups)
        for group in new:
            self.take_in(group)
            group.followed.snapshot = group.snapshot
            self.mount(group.followed)
        self.list_again()

    def select_in(self, group: Group, name: str) -> None:
        """Select a session of a repository as soon as it is listed."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Draw what is known of each."""
        for group in self._groups:
            group.followed.snapshot = group.snapshot
        self.list_again()

    @property
    def grouped(self) -> GroupedSessionsPane:
        """The sessions pane."""
        return self.query_one(GroupedSessionsPane)

    @property
    def groups_open(self) -> Iterator[Group]:
        """The repositories that are open."""
        return (group for group in self._groups if group.engine is not None)

    def list_again(self) -> None:
        """List each repository as it is now."""
        if self._listed is None and parts.has(self, SessionsPane):
            self._listed = self.query_one(GroupedSessionsPane)
        if self._listed is not None and self._listed.is_attached:
            self.groups = tuple(group.listing for group in self._groups)
            self._listed.complete = all(each.complete for each in self.groups)

    def goals(self) -> Iterator[tuple[str, Session, Callable[[], None]]]:
        """Sessions of all repositories to go to."""
        for group in self._groups:
            for session in group.snapshot.sessions:
                yield group.of, session, partial(self.select_in, group, session.key)
