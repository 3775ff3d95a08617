"""The application of several repositories as far as it treats all of them alike."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events

from parallel_tui.model.view import segment
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.app import ParallelApp
from parallel_tui.ui.several.dashboard import SeveralDashboard
from parallel_tui.ui.several.group import Group
from parallel_tui.ui.telling.app import own_window

if TYPE_CHECKING:
    from parallel_tui.ports.telling import Segment


class GroupsApp(ParallelApp):
    """Tells news, and ends, for all repositories of a dashboard.

    Attributes:
        groups: The repositories, from the top.
        several: Their screen.
    """

    groups: tuple[Group, ...]
    several: SeveralDashboard

    _place_kept = False

    def tell_news_of(self, group: Group, snapshot: Snapshot) -> None:
        """Tell what is new in a repository."""
        before, group.told_of = group.told_of, snapshot
        shown_in = next((each.snapshot for each in self.groups if own_window(each.snapshot)), None)
        lines = group.news.of(snapshot, self.moment(shown_in))
        self.tell_lines(lines, snapshot, group.of)
        if before is None or segment.counted(before.sessions) != segment.counted(snapshot.sessions):
            self.keep_numbers_of(group)

    def keep_numbers(self) -> None:
        """Keep the numbers of now for status lines, of each repository."""
        self.keep_in(*(kept for group in self.groups for kept in self._kept(group)))

    def keep_numbers_of(self, group: Group) -> None:
        """Keep one repository's numbers."""
        self.keep_in(*self._kept(group))

    @staticmethod
    def _kept(group: Group) -> Iterator[tuple[Segment, Snapshot]]:
        if group.segment is not None and group.told_of is not None:
            yield group.segment, group.told_of

    # The end, and the focus

    def on_app_focus(self, _: events.AppFocus) -> None:
        """Refresh all more often while the terminal has the focus."""
        self._set_focused(focused=True)

    def on_app_blur(self, _: events.AppBlur) -> None:
        """Refresh all less often."""
        self._set_focused(focused=False)

    def _set_focused(self, *, focused: bool) -> None:
        for group in self.groups:
            if group.engine is not None:
                group.engine.set_focused(focused)

    def _keep_place(self) -> None:
        """Keep where the cursor is, once."""
        if self.core is not None and not self._place_kept:
            self._place_kept = True
            with suppress(OSError):  # then it begins at the top
                self.core.outside.habits.keep(self.several.left)

    def end_telling(self) -> None:
        """Take away what was kept for others, of each repository."""
        for group in self.groups:
            keeper, group.segment = group.segment, None
            if keeper is not None:
                keeper.end()

    def stop_engine(self) -> None:
        """Stop all live views, side by side; from any thread, repeatable."""
        self._keep_place()
        self.end_telling()
        ending = [
            threading.Thread(target=group.engine.stop, name=f"end {group.key}")
            for group in self.groups
            if group.engine is not None
        ]
        for each in ending:
            each.start()
        for each in ending:
            each.join()
