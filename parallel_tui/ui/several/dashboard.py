"""The dashboard screen of several repositories; that of the selected row is the current one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.session.session import Session
from parallel_tui.model.text.safe import safe
from parallel_tui.model.view.habits import Habits
from parallel_tui.record import replace
from parallel_tui.ui import parts
from parallel_tui.ui.cockpit import Situation
from parallel_tui.ui.command import OPENING
from parallel_tui.ui.controllers.sessions import SessionCommands
from parallel_tui.ui.controllers.view import FOLD, ViewCommands
from parallel_tui.ui.dashboard.panes_screen import PanesScreen
from parallel_tui.ui.messages import HabitsChanged
from parallel_tui.ui.panes.sessions import SessionsPane
from parallel_tui.ui.several.group import Group
from parallel_tui.ui.several.groups_screen import GroupsScreen
from parallel_tui.ui.several.messages import Rested
from parallel_tui.ui.several.pane import GroupedSessionsPane
from parallel_tui.ui.several.rows import apart, row_of


class SeveralDashboard(GroupsScreen):
    """One list of all sessions, below a heading per repository; all else is of one repository.

    Args:
        groups: The repositories, from the top.
        switched: Called with the one that was current and the one that is.
        reopen: Tries again to open one that could not be.
    """

    DEFAULT_CSS = ""

    def __init__(
        self,
        groups: Sequence[Group],
        switched: Callable[[Group, Group], None],
        reopen: Callable[[Group], None],
    ) -> None:
        super().__init__(groups)
        self._switched, self._reopen = switched, reopen
        self._wanted_in = groups[0]
        self._left: tuple[Group, str] = groups[0], ""
        self._began: tuple[Group, str] | None = None
        for group in groups:
            self.take_in(group)
        self.controllers = self.current.controllers

    def take_in(self, group: Group) -> None:
        """Give a repository the commands of this screen."""
        group.controllers.add(ViewCommands(self))

    def regroup(self, groups: Sequence[Group]) -> None:
        """See `GroupsScreen.regroup`."""
        super().regroup(groups)
        if self._wanted_in not in self._groups:
            self._wanted, self._wanted_in = None, self.current

    def new_sessions_pane(self) -> SessionsPane:
        """The pane with a heading per repository."""
        return GroupedSessionsPane().data_bind(
            GroupsScreen.groups,
            PanesScreen.now,
            PanesScreen.filter_text,
            PanesScreen.order,
            PanesScreen.mixed,
        )

    def changed(self, group: Group) -> None:
        """Show a repository's newer snapshot, or that it is open, or that it cannot be opened."""
        self.list_again()
        if group is self.current:
            self._adopt(group)

    def _adopt(self, group: Group) -> None:
        self.beginning = group.beginning
        self.busy = group.busy
        self.snapshot = group.snapshot
        if parts.has(self, SessionsPane):
            self.grouped.complete = all(each.complete for each in self.groups)
        if group.ready and not self.ready:
            self.opened()

    # As it was left

    @property
    def habits(self) -> Habits:
        """How it is shown now, and what is folded."""
        shown = super().habits
        here = {group.directory for group in self._groups}
        others = tuple(each for each in shown.folded if each not in here)
        folded = tuple(group.directory for group in self._groups if group.folded)
        self.kept = replace(shown, folded=(*others, *folded))
        return self.kept

    @property
    def left(self) -> Habits:
        """The same with the place of the cursor; also when nothing is shown any more."""
        group, session = self._left
        return replace(self.kept, repository=group.directory, session=session)

    def resume(self, habits: Habits) -> None:
        """Fold what was folded, and go where the cursor was unless it went somewhere since."""
        super().resume(habits)
        for group in self._groups:
            if group.directory in habits.folded and not group.folded:
                self._fold(group, folded=True)
        last = next((each for each in self._groups if each.directory == habits.repository), None)
        if last is None or self._began not in (None, self._left):
            return
        if habits.session and not last.folded:
            self.select_in(last, habits.session)
        else:
            self.sessions_pane.table.select(row_of(last.key))

    # The current one

    def _place(self) -> tuple[Group, str]:
        """The repository and session under the cursor; the latter is empty on a heading."""
        row = self.sessions_pane.table.cursor
        key, session = apart(row) if row is not None else (self.current.key, "")
        found = next((each for each in self._groups if each.key == key), self.current)
        return found, session

    def _follow(self) -> None:
        """Show details of the row under the cursor, and all else of its repository."""
        if self.is_mounted and parts.has(self, SessionsPane):
            group, session = self._place()
            self._left = group, session
            if self._began is None and self.sessions_pane.table.cursor is not None:
                self._began = self._left
            if group is not self.current:
                self.switch(group)
        super()._follow()

    def switch(self, group: Group) -> None:
        """Make a repository the current one."""
        if self._waiting is not None:  # what waits for a repository to open is for that one
            self.step_back()
        before, self.current = self.current, group
        self.controllers, self.ready = group.controllers, group.ready
        self.session, self.pane_screen = None, None
        self.show_seen(group.seen)
        self._switched(before, group)
        self._adopt(group)
        self.refresh_bindings()

    def _selected(self) -> Session | None:
        if self.in_windows:
            return super()._selected()
        group, session = self._place()
        return group.snapshot.session(session) if session else None

    def selected_elsewhere(self) -> SharedSession | None:
        """The session of another machine under the cursor; `None` when it is on none."""
        group, key = self._place()
        hosts = group.snapshot.hosts
        return hosts.session(key) if hosts is not None and not self.in_windows else None

    @property
    def situation(self) -> Situation:
        """The current selection; keys typed fast outrun the message that the cursor moved."""
        self._follow()
        others = tuple(each.snapshot for each in self._groups if each is not self.current)
        return replace(super().situation, others=others)

    def looked_at(self, row: str) -> None:
        """Note that somebody looks at the session of a row, whichever repository it is of."""
        key, session = apart(row)
        group = next((each for each in self._groups if each.key == key), None)
        if session and group is not None and group.ready:
            group.controllers.of(SessionCommands).looked(session)

    def set_busy_in(self, group: Group, what: str) -> None:
        """Show what is being done in a repository; an empty text ends it."""
        group.busy = what
        if group is self.current:
            self.busy = what
        self.list_again()
        if not what:
            self.post_message(Rested())

    # Selecting

    def select_session(self, name: str) -> None:
        """Select a session of the current repository as soon as it is listed."""
        self.select_in(self.current, name)

    def select_in(self, group: Group, name: str) -> None:
        """Select a session of a repository as soon as it is listed."""
        self._wanted_in = group
        super().select_session(name)

    def _select_wanted(self) -> None:
        group = self._wanted_in
        found = group.snapshot.session(self._wanted) if self._wanted else None
        if found is None:
            return
        if group.folded:
            self._fold(group, folded=False)
        if self.sessions_pane.table.select(row_of(group.key, found.key)):
            self._wanted = None

    def next_waiting(self) -> None:
        """Select the session after the cursor that needs somebody, in any repository."""
        found = self.grouped.waiting_after(self.sessions_pane.table.cursor or "")
        group = next((each for each in self._groups if found and each.key == found[0]), None)
        if found and group is not None:
            self.sessions_pane.table.focus()
            self.select_in(group, found[1])

    @property
    def foldable(self) -> str:
        """The key of the heading that the cursor stands on or below."""
        group, _ = self._place()
        return row_of(group.key)

    def action_command(self, command_id: str) -> None:
        """Run a command on the current repository, or show why it cannot run now."""
        now = self.situation
        group, _ = self._place()
        if command_id == "attach" and now.pane == "sessions" and self.on_heading:
            command_id = FOLD
        failure = group.failure
        if failure is None or self.command(command_id).reason(now) != OPENING:
            super().action_command(command_id)
        elif command_id == "refresh":
            self.tell(f"{group.of}trying again to open it.")
            self._reopen(group)
        else:
            key = self.key_of("refresh")
            again = f" {key} tries again." if key else ""
            self.tell(f"{group.of}{safe(failure.message, 300)}.{again}", severity="warning")

    def fold(self) -> None:
        """Fold the group under the cursor, or unfold it."""
        group, _ = self._place()
        if not group.folded:
            self.sessions_pane.table.select(row_of(group.key))
        self._fold(group, folded=not group.folded)

    def _fold(self, group: Group, *, folded: bool) -> None:
        group.folded = folded
        self.list_again()
        self.post_message(HabitsChanged())
