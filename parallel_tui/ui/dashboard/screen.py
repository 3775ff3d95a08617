"""The dashboard screen: its current selection, and the view operations of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widgets import Input

from parallel_tui.errors import ParallelError
from parallel_tui.model.session.diff import SessionDiff
from parallel_tui.model.session.session import Session
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui import commands, textual_leaks
from parallel_tui.ui.cockpit import Selection, Situation, TaskRef
from parallel_tui.ui.command import OPENING, Command, Controllers
from parallel_tui.ui.controllers.seen import EventsSeen
from parallel_tui.ui.controllers.sessions import SessionCommands
from parallel_tui.ui.controllers.view import FOLD, ViewCommands
from parallel_tui.ui.dashboard.arrangement import WIDE
from parallel_tui.ui.dashboard.view_screen import ViewScreen
from parallel_tui.ui.messages import InputReady
from parallel_tui.ui.panes.detail import DetailPane
from parallel_tui.ui.panes.events import EventsPane
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.tasks import TasksPane
from parallel_tui.ui.typeahead import Opens, typeahead_of
from parallel_tui.ui.widgets.keyed_table import KeyedTable


class Dashboard(ViewScreen):
    """The main screen."""

    BINDINGS: ClassVar[list[BindingType]] = list(commands.bindings())
    AUTO_FOCUS = "#session-table"

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        super().__init__(snapshot)
        self.controllers = Controllers()
        self.controllers.add(ViewCommands(self))
        self.ready = False
        self._waiting: tuple[str, int] | None = None
        self.mouse = "attach"

    # What is shown

    @property
    def situation(self) -> Situation:
        """The current selection, for commands."""
        elsewhere = self.selected_elsewhere()
        return Situation(
            snapshot=self.snapshot,
            # From the cursor itself: keys typed fast outrun the message that it moved.
            session=self._selected(),
            selection=self._selection(),
            ready=self.ready,
            busy=self.busy,
            pane=self.pane_name,
            elsewhere=elsewhere.key if elsewhere else "",
            machine=self.other_machine,
            heading=self.foldable,
        )

    def _selection(self) -> Selection | None:
        pane = self.arrangement.active
        if isinstance(pane, ListPane):
            found: Selection | None = pane.selection
            return found
        if isinstance(pane, DetailPane):
            number = self.query_one(TasksPane).number if pane.tab == "tasks" else None
            return TaskRef(number) if number is not None else None
        return self._selected()

    @property
    def pane_name(self) -> str:
        """Name of the focused pane; in the detail pane that of its tab."""
        pane = self.arrangement.active
        return pane.tab if isinstance(pane, DetailPane) else pane.id or ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable commands whose key means something else in the focused pane."""
        if action == "command" and self.is_mounted:
            return commands.meant(self.command(str(parameters[0])), self.pane_name)
        return True

    # Selecting

    def jump(self, number: int) -> None:
        """Select the session at a position, counted from 1."""
        placed = self.sessions_pane.placed
        if number <= len(placed):
            self.sessions_pane.table.select(placed[number - 1][0])
            self.sessions_pane.table.focus()

    def next_waiting(self) -> None:
        """Select the session after the cursor that needs somebody, wrapping at the end."""
        shown = self.sessions_pane.shown
        here = next(
            (n for n, s in enumerate(shown) if s.key == self.sessions_pane.table.cursor), -1
        )
        for session in (*shown[here + 1 :], *shown[: here + 1]):
            if session.needs_somebody:
                self.select_session(session.key)
                self.sessions_pane.table.focus()
                return

    @on(KeyedTable.Moved)
    def _looked(self, event: KeyedTable.Moved) -> None:
        """Whoever goes to a session by hand has seen what it has done."""
        if event.by_hand and event.key and event.table.id == "session-table":
            self.looked_at(event.key)

    def looked_at(self, row: str) -> None:
        """Note that somebody looks at the session of a row."""
        if self.ready:
            self.controllers.of(SessionCommands).looked(row)

    @on(KeyedTable.Clicked)
    def _clicked(self, event: KeyedTable.Clicked) -> None:
        event.stop()
        table = event.table.id
        if table == "windows-table" or (table == "session-table" and self.mouse == "attach"):
            # After the focus has moved there: it decides what is attached.
            self.call_later(self.action_command, "attach")

    # Commands

    @property
    def commands(self) -> Sequence[Command[Any]]:
        """All commands, as help and palette list them."""
        return commands.COMMANDS

    def command(self, command_id: str) -> Command[Any]:
        """A command by its id.

        Raises:
            KeyError: When there is none.
        """
        return commands.BY_ID[command_id]

    def goals(self) -> Iterator[tuple[str, Session, Callable[[], None]]]:
        """Sessions to go to: what to say before their names, which, and what goes there."""
        for session in self.sessions:
            yield "", session, partial(self.select_session, session.key)

    def action_command(self, command_id: str) -> None:
        """Run a command, or show why it cannot run now."""
        now = self.situation
        if command_id == "attach" and now.pane == "sessions" and self.on_heading:
            command_id = FOLD
        command = self.command(command_id)
        reason = command.reason(now)
        if reason is None:
            self.controllers.run(command, now)
        elif reason == OPENING:
            self._wait_for_opening(command_id)
        else:
            self.tell(reason, severity="warning")

    def _wait_for_opening(self, command_id: str) -> None:
        """Run a command as soon as the repository is open, and keep the keys for what it opens."""
        self._waiting = (command_id, typeahead_of(self.app).hold(Opens.ANSWER))
        self.set_busy("opening the repository")

    def opened(self) -> None:
        """The repository is open: commands can run, and the one that waited does."""
        self.ready = True
        if self._waiting is not None:
            command_id, token = self._waiting
            self._waiting = None
            self.set_busy("")
            self.action_command(command_id)
            typeahead_of(self.app).release(token)  # unless the command keeps them for its form

    def open_filter(self) -> None:
        """Open the filter."""
        box = self.query_one("#filter", Input)
        box.display = True
        self.set_focus(box, scroll_visible=False)  # now: the next key may be here already

    @on(Input.Changed, "#filter")
    def _filtered(self, event: Input.Changed) -> None:
        self.filter_text = event.value.strip()

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.query_one("#filter").display = bool(self.filter_text)
        self.sessions_pane.table.focus()

    def step_back(self) -> None:
        """Take back a command that waits, else clear the filter, else undo the zoom."""
        if self._waiting is not None:
            typeahead_of(self.app).release(self._waiting[1])
            self._waiting = None
            self.set_busy("")
            return
        box = self.query_one("#filter", Input)
        if box.display:
            box.value = self.filter_text = ""
            box.display = False
            self.sessions_pane.table.focus()
        elif self.arrangement.zoomed:
            self.zoom()

    def copy_path(self) -> None:
        """Copy the directory of the selected session."""
        if self.session is not None and self.session.worktree is not None:
            self.app.copy_to_clipboard(self.session.worktree.path)
            self.tell(f"Copied {self.session.worktree.path}")

    def open_help(self) -> None:
        """Show all keys."""
        from parallel_tui.ui.screens.help import HelpScreen

        self.app.push_screen(
            HelpScreen(
                self.commands,
                [pane.SPEC for pane in self.lists],
                commands.bindings(),
                self.app.get_key_display,
                self.active_bindings,
                ids=self.size.width >= WIDE,
            )
        )

    def open_palette(self) -> None:
        """Open the command palette."""
        from parallel_tui.ui.dashboard.palette import Palette

        if not Palette.is_open(self.app):
            self.app.push_screen(Palette(id="--command-palette"))

    def quit(self) -> None:
        """Exit; all sessions keep running."""
        self.app.exit(0)

    @on(EventsPane.Looked)
    def _looked_at_events(self, event: EventsPane.Looked) -> None:
        event.stop()
        if self.ready:
            self.controllers.of(EventsSeen).looked(event.ids)

    def show_seen(self, seen: frozenset[str]) -> None:
        """Show which events the person has seen."""
        self.query_one(EventsPane).seen = seen

    def show_diff(self, key: str, diff: SessionDiff | ParallelError) -> None:
        """Show a session's changes, or why they cannot be read."""
        self.detail.show_diff(key, diff)

    def on_screen_resume(self) -> None:
        """Take the keys that a form kept, and release what Textual keeps of the closed screen."""
        if typeahead_of(self.app).waits_for is Opens.ANSWER:
            self.post_message(InputReady(question=False))
        self.call_after_refresh(textual_leaks.let_go, self.app, self)
