"""The one screen: panes bound to slices of the snapshot, and where the focus is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.reactive import var
from textual.screen import Screen as TextualScreen
from textual.widgets import Input

from parallel_tui.model.fact import PENDING, Fact, known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.session.window import Screen, Window
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.view.snapshot import Snapshot, WatchMode
from parallel_tui.ui import commands, reporting, textual_leaks, theme
from parallel_tui.ui.commands import Situation
from parallel_tui.ui.fields import LineField
from parallel_tui.ui.panes.detail import DetailPane
from parallel_tui.ui.panes.events import EventsPane
from parallel_tui.ui.panes.handoffs import HandoffsPane
from parallel_tui.ui.panes.locks import LocksPane
from parallel_tui.ui.panes.overlaps import OverlapsPane
from parallel_tui.ui.panes.sessions import SessionsPane
from parallel_tui.ui.panes.shared import SharedPane
from parallel_tui.ui.panes.tasks import TasksPane
from parallel_tui.ui.panes.windows import WindowsPane
from parallel_tui.ui.present.overlaps import key_of
from parallel_tui.ui.screens.arrangement import LOWER, SMALLEST, WIDE, Arrangement
from parallel_tui.ui.widgets.header import HeaderLine, HealthLine
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.small import LowerTabs, TooSmall

if TYPE_CHECKING:
    from parallel_tui.ui.controllers.lifecycle import LifeVerbs
    from parallel_tui.ui.controllers.overlaps import Overlapping
    from parallel_tui.ui.controllers.sessions import Verbs
    from parallel_tui.ui.controllers.sharing import Sharing

TICK = 15.0
"""Seconds between two looks at the clock; ages are coarser than that."""


class Dashboard(TextualScreen[None]):
    """Everything at a glance."""

    BINDINGS: ClassVar[list[BindingType]] = list(commands.bindings())
    AUTO_FOCUS = "#session-table"

    snapshot: var[Snapshot | None] = var[Snapshot | None](None)
    sessions: var[tuple[Session, ...]] = var(())
    windows: var[tuple[Window, ...]] = var(())
    base: var[Fact[Base]] = var[Fact[Base]](PENDING)
    coordination: var[Fact[Coordination]] = var[Fact[Coordination]](PENDING)
    overlaps: var[Fact[tuple[Overlap, ...]]] = var[Fact[tuple[Overlap, ...]]](PENDING)
    session: var[Session | None] = var[Session | None](None)
    pane_screen: var[Screen | None] = var[Screen | None](None)
    filter_text: var[str] = var("")
    busy: var[str] = var("")
    now: var[float] = var(0.0)

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        super().__init__()
        self.verbs: Verbs
        self.sharing: Sharing
        self.life: LifeVerbs
        self.overlapping: Overlapping
        self.mouse = "attach"
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
                Dashboard.coordination,
                Dashboard.overlaps,
                Dashboard.now,
                Dashboard.filter_text,
            )
            yield LowerTabs("detail", *LOWER, id="narrow-tabs")
            detail = DetailPane()
            detail.id = "detail"
            detail.add_class("pane")
            yield detail.data_bind(
                Dashboard.session,
                Dashboard.windows,
                Dashboard.base,
                Dashboard.pane_screen,
                Dashboard.coordination,
            )
        yield LowerTabs(*LOWER, id="turn-tabs")
        with Container(id="lower"):
            yield WindowsPane().data_bind(Dashboard.sessions, Dashboard.windows, Dashboard.now)
            yield OverlapsPane().data_bind(
                Dashboard.overlaps, Dashboard.sessions, Dashboard.session, Dashboard.now
            )
            for pane in (LocksPane(), HandoffsPane(), EventsPane()):
                yield pane.data_bind(Dashboard.coordination, Dashboard.session, Dashboard.now)
        yield LineField(placeholder="name, branch, path or state", id="filter", compact=True)
        yield KeyFooter()
        yield TooSmall(SMALLEST)

    def on_mount(self) -> None:
        """Begin with what is known, and look at the clock now and then."""
        self.set_interval(TICK, self.tick)
        self.query_one("#filter").display = False
        self.add_class("-front-windows")
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
        pane = self.query_one(WindowsPane)
        return self.focused is not None and pane in self.focused.ancestors_with_self

    @property
    def situation(self) -> Situation:
        """What a command would act on now."""
        window = None
        pane = self.pane_name
        if self.in_windows and self.snapshot is not None:
            window = self.snapshot.window(self.query_one(WindowsPane).table.cursor or "")
        shared = known(self.coordination) or Coordination()
        key = self._shared_key(pane)
        return Situation(
            snapshot=self.snapshot,
            # From the cursor itself: keys typed fast outrun the message that it moved.
            session=self._selected(),
            window=window,
            ready=hasattr(self, "verbs"),
            busy=self.busy,
            pane=pane,
            lock=next((x for x in shared.locks if pane == "locks" and x.name == key), None),
            handoff=next((x for x in shared.handoffs if pane == "handoffs" and x.id == key), None),
            event=next((x for x in shared.events if pane == "events" and x.id == key), None),
            overlap=self._overlap() if pane == "overlaps" else None,
            task=self.query_one(TasksPane).number if pane == "tasks" else None,
        )

    def _overlap(self) -> Overlap | None:
        key = self.query_one(OverlapsPane).table.cursor
        found = known(self.overlaps) or ()
        return next((each for each in found if key_of(each.pair) == key), None)

    @property
    def pane_name(self) -> str:
        """Name of the pane with the focus; in the detail pane that of its tab."""
        pane = self.arrangement.active
        return pane.tab if isinstance(pane, DetailPane) else pane.id or ""

    def _shared_key(self, pane: str) -> str | None:
        found = self.query(f"#lower > #{pane}").filter("SharedPane")
        return found.first(SharedPane).table.cursor if found else None

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
        self.base = snapshot.base
        self.coordination, self.overlaps = snapshot.coordination, snapshot.overlaps
        self.sessions_pane.complete = snapshot.watch is not WatchMode.STARTING
        self._follow()

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
        if table == "window-table" or (table == "session-table" and self.mouse == "attach"):
            # After the focus has moved there: it decides what is attached.
            self.call_later(self.action_command, "attach")

    # Commands

    def action_command(self, command_id: str) -> None:
        """Run a command of the table, or say why it cannot run now."""
        command = commands.BY_ID[command_id]
        reason = command.reason(self.situation)
        if reason is None:
            command.act(self)
        else:
            reporting.tell(self.app, reason, severity="warning")

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

    @on(SharedPane.Filled)
    def _filled(self, event: SharedPane.Filled) -> None:
        event.stop()
        self.arrangement.fit_lower()

    def watch_windows(self) -> None:
        """More windows may need more room."""
        if self.is_mounted:
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

    def next_theme(self) -> None:
        """Go to the next theme, for this run."""
        self.app.theme = theme.following(self.app.theme)
        reporting.tell(self.app, f"Theme: {self.app.theme}")

    def copy_path(self) -> None:
        """Copy the directory of the selected session."""
        if self.session is not None and self.session.worktree is not None:
            self.app.copy_to_clipboard(self.session.worktree.path)
            reporting.tell(self.app, f"Copied {self.session.worktree.path}")

    def open_help(self) -> None:
        """Show all keys."""
        from parallel_tui.ui.screens.help import HelpScreen

        self.app.push_screen(
            HelpScreen(self.app.get_key_display, self.active_bindings, ids=self.size.width >= WIDE)
        )

    def on_screen_resume(self) -> None:
        """Keep nothing of the screen that was in front."""
        self.call_after_refresh(textual_leaks.let_go, self.app, self)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the arrangement for the room there is."""
        self.arrangement.fit(event.size)
