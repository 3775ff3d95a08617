"""The dashboard screen: panes bound to parts of the snapshot, and the focus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.reactive import var
from textual.widgets import Input

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import PENDING, Fact, known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.session.diff import SessionDiff
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.session.window import Screen, Window
from parallel_tui.model.sharing.tasks import TaskList
from parallel_tui.model.view.snapshot import Snapshot, WatchMode
from parallel_tui.ui import commands, textual_leaks, theme
from parallel_tui.ui.cockpit import Selection, Situation, TaskRef
from parallel_tui.ui.command import Controllers
from parallel_tui.ui.controllers.view import ViewCommands
from parallel_tui.ui.dashboard.arrangement import SMALLEST, WIDE, Arrangement
from parallel_tui.ui.dashboard.asked import AskedScreen
from parallel_tui.ui.fields import LineField
from parallel_tui.ui.panes import lower
from parallel_tui.ui.panes.detail import DetailPane
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.sessions import NONE_UNREAD, SessionsPane
from parallel_tui.ui.panes.spec import Chosen, Listed
from parallel_tui.ui.panes.tasks import TasksPane, tasks_of
from parallel_tui.ui.panes.windows import WindowsPane
from parallel_tui.ui.widgets.header import HeaderLine, HealthLine
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.small import LowerTabs, TooSmall

TICK = 15.0
"""Seconds between two looks at the clock; ages are coarser than that."""


class Dashboard(AskedScreen):
    """Everything at a glance."""

    BINDINGS: ClassVar[list[BindingType]] = list(commands.bindings())
    AUTO_FOCUS = "#session-table"

    sessions: var[tuple[Session, ...]] = var(())
    windows: var[tuple[Window, ...]] = var(())
    base: var[Fact[Base]] = var[Fact[Base]](PENDING)
    tasks: var[Listed[TaskList]] = var[Listed[TaskList]](Listed(pending=True))
    unread: var[Mapping[str, int]] = var[Mapping[str, int]](NONE_UNREAD)
    overlaps: var[Fact[tuple[Overlap, ...]]] = var[Fact[tuple[Overlap, ...]]](PENDING)
    session: var[Session | None] = var[Session | None](None)
    chosen: var[Chosen] = var[Chosen](Chosen())
    pane_screen: var[Screen | None] = var[Screen | None](None)
    filter_text: var[str] = var("")
    now: var[float] = var(0.0)
    step: var[float] = var(0.0)
    """As `now`, but only as often as lists of thousands want to be drawn anew."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        super().__init__()
        self.controllers = Controllers()
        self.controllers.add(ViewCommands(self))
        self.ready = False
        self.mouse = "attach"
        self.lists = tuple(pane() for pane in lower.PANES)
        self.arrangement = Arrangement(self)
        self._wanted: str | None = None
        self._first = snapshot

    def compose(self) -> ComposeResult:
        """Panes, each bound to what it shows."""
        yield HeaderLine(id="header").data_bind(Dashboard.snapshot, Dashboard.busy)
        yield HealthLine(id="health").data_bind(Dashboard.snapshot, Dashboard.now)
        with Container(id="upper"):
            yield SessionsPane().data_bind(
                Dashboard.sessions,
                Dashboard.windows,
                Dashboard.tasks,
                Dashboard.unread,
                Dashboard.overlaps,
                Dashboard.now,
                Dashboard.filter_text,
            )
            tabs = [(pane.SPEC.id, pane.SPEC.title) for pane in self.lists]
            yield LowerTabs(("detail", "Detail"), *tabs, id="narrow-tabs")
            detail = DetailPane()
            detail.id = "detail"
            detail.add_class("pane")
            yield detail.data_bind(
                Dashboard.session,
                Dashboard.windows,
                Dashboard.base,
                Dashboard.pane_screen,
                Dashboard.tasks,
            )
        yield LowerTabs(*tabs, id="turn-tabs")
        with Container(id="lower"):
            for pane in self.lists:
                yield pane.data_bind(Dashboard.chosen, now=Dashboard.step)
        yield LineField(placeholder="name, branch, path or state", id="filter", compact=True)
        yield KeyFooter()
        yield TooSmall(SMALLEST)

    def on_mount(self) -> None:
        """Begin with what is known, and look at the clock now and then."""
        self.set_interval(TICK, self.tick)
        self.query_one("#filter").display = False
        self.lists[0].add_class("-front")
        self.arrangement.fit_lower()
        if self._first is not None:
            self.snapshot = self._first

    # What is shown

    @property
    def sessions_pane(self) -> SessionsPane:
        """The sessions pane."""
        return self.query_one(SessionsPane)

    @property
    def detail(self) -> DetailPane:
        """The detail pane."""
        return self.query_one(DetailPane)

    @property
    def in_windows(self) -> bool:
        """Whether the windows pane has the focus."""
        return isinstance(self.arrangement.active, WindowsPane)

    @property
    def situation(self) -> Situation:
        """What a command would act on now."""
        return Situation(
            snapshot=self.snapshot,
            # From the cursor itself: keys typed fast outrun the message that it moved.
            session=self._selected(),
            selection=self._selection(),
            ready=self.ready,
            busy=self.busy,
            pane=self.pane_name,
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
        """Name of the pane with the focus; in the detail pane that of its tab."""
        pane = self.arrangement.active
        return pane.tab if isinstance(pane, DetailPane) else pane.id or ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that means something of its own in a pane means nothing else there."""
        if action == "command" and self.is_mounted:
            return commands.meant(commands.BY_ID[str(parameters[0])], self.pane_name)
        return True

    def tick(self) -> None:
        """Let ages grow."""
        self.now = self._clock()

    def _clock(self) -> float:
        clock = getattr(self.app, "clock", None)
        return clock() if clock is not None else 0.0

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Hand each slice on; a slice that is equal to the last one reaches nobody."""
        if snapshot is None or not self.query(SessionsPane):  # the last news of a program that ends
            return
        self.now = self._clock()
        self.sessions, self.windows = snapshot.sessions, snapshot.windows
        self.base, self.overlaps = snapshot.base, snapshot.overlaps
        self.tasks = tasks_of(snapshot)
        shared = known(snapshot.coordination)
        self.unread = shared.unread() if shared else NONE_UNREAD
        for pane in self.lists:
            pane.listed = pane.SPEC.slice(snapshot)
        self.sessions_pane.complete = snapshot.watch is not WatchMode.STARTING
        self._follow()

    def watch_now(self, now: float) -> None:
        """Let lists grow older step by step."""
        if now // TICK != self.step // TICK:
            self.step = now

    def watch_session(self, session: Session | None) -> None:
        """Tell lists who is selected, and not each of its news."""
        self.chosen = Chosen(session.key, session.name) if session else Chosen()

    @on(SessionsPane.Drawn)
    def _drawn(self, event: SessionsPane.Drawn) -> None:
        event.stop()
        self._select_wanted()

    def _follow(self) -> None:
        """Show in detail what the cursor is on."""
        if self.is_mounted:
            self.session = self._selected()

    def _selected(self) -> Session | None:
        key = self.sessions_pane.table.cursor
        if self.in_windows:
            shown = self.query_one(WindowsPane).table.cursor
            key = next((s.key for s in self.sessions if shown in s.windows), None)
        return self.snapshot.session(key) if self.snapshot and key else None

    @on(KeyedTable.Moved)
    def _moved(self, event: KeyedTable.Moved) -> None:
        event.stop()
        self._follow()

    def on_descendant_focus(self) -> None:
        """What has the focus decides what is shown in detail, and which lower pane is visible."""
        if (pane := self.arrangement.active) is not self.sessions_pane:
            self.arrangement.bring(pane.id or "")
        self._follow()
        self.refresh_bindings()

    # Selecting

    def select_session(self, name: str) -> None:
        """Put the cursor on a session as soon as it is there."""
        self._wanted = name
        self._select_wanted()

    def _select_wanted(self) -> None:
        found = self.snapshot.session(self._wanted) if self._wanted and self.snapshot else None
        if found is not None and self.sessions_pane.table.select(found.key):
            self._wanted = None

    def jump(self, number: int) -> None:
        """Select the session at a position, counted from 1."""
        shown = self.sessions_pane.shown
        if number <= len(shown):
            self.sessions_pane.table.select(shown[number - 1].key)
            self.sessions_pane.table.focus()

    def next_waiting(self) -> None:
        """Select the waiting session after the cursor, around the end."""
        shown = self.sessions_pane.shown
        here = next(
            (n for n, s in enumerate(shown) if s.key == self.sessions_pane.table.cursor), -1
        )
        for session in (*shown[here + 1 :], *shown[: here + 1]):
            if session.state is SessionState.WAITING:
                self.sessions_pane.table.select(session.key)
                self.sessions_pane.table.focus()
                return

    @on(KeyedTable.Clicked)
    def _clicked(self, event: KeyedTable.Clicked) -> None:
        event.stop()
        table = event.table.id
        if table == "windows-table" or (table == "session-table" and self.mouse == "attach"):
            # After the focus has moved there: it decides what is attached.
            self.call_later(self.action_command, "attach")

    # Commands

    def action_command(self, command_id: str) -> None:
        """Run a command of the table, or say why it cannot run now."""
        command, now = commands.BY_ID[command_id], self.situation
        reason = command.reason(now)
        if reason is None:
            self.controllers.run(command, now)
        else:
            self.tell(reason, severity="warning")

    def open_filter(self) -> None:
        """Type a filter."""
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
        """Take back the filter, else the zoom."""
        box = self.query_one("#filter", Input)
        if box.display:
            box.value = self.filter_text = ""
            box.display = False
            self.sessions_pane.table.focus()
        elif self.has_class("-zoom"):
            self.zoom()

    def cycle(self, by: int) -> None:
        """Go to the next pane; in a zoomed screen that one takes the room."""
        self.arrangement.cycle(by)

    @on(ListPane.Filled)
    def _filled(self, event: ListPane.Filled) -> None:
        event.stop()
        self.arrangement.fit_lower()

    def show_lower(self, name: str) -> None:
        """Bring one of the panes that take turns to the front."""
        self.arrangement.go_to(name)

    def zoom(self) -> None:
        """Give the screen to the pane with the focus, or back to all."""
        self.arrangement.zoom()

    def show_tab(self, name: str) -> None:
        """Show a tab of the detail pane."""
        self.arrangement.bring("detail")
        if self.has_class("-zoom"):
            self.arrangement.zoom_to(self.detail)
            self.arrangement.focus_in(self.detail)
        self.detail.show_tab(name)

    def show_tasks(self) -> None:
        """Show the tasks and go there, so that they can be ticked."""
        self.show_tab("tasks")
        self.arrangement.focus_in(self.detail)

    def next_tab(self) -> None:
        """Show the next tab of the detail pane."""
        self.detail.next_tab()

    def next_theme(self) -> None:
        """Go to the next theme, for this run."""
        self.app.theme = theme.following(self.app.theme)
        self.tell(f"Theme: {self.app.theme}")

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
                commands.COMMANDS,
                [pane.SPEC for pane in lower.PANES],
                commands.bindings(),
                self.app.get_key_display,
                self.active_bindings,
                ids=self.size.width >= WIDE,
            )
        )

    def open_palette(self) -> None:
        """Find a command or a session by name."""
        self.app.action_command_palette()

    def quit(self) -> None:
        """Leave; all sessions keep running."""
        self.app.exit(0)

    def show_diff(self, key: str, diff: SessionDiff | ParallelError) -> None:
        """Show what a session changed, or why that cannot be read."""
        self.detail.show_diff(key, diff)

    def on_screen_resume(self) -> None:
        """Keep nothing of the screen that was in front."""
        self.call_after_refresh(textual_leaks.let_go, self.app, self)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the arrangement for the room there is."""
        self.arrangement.fit(event.size)
