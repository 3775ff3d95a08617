"""Screen with all panes, each bound to its slice of the snapshot, and the current selection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from parallel_tui.model.fact import PENDING, Fact, Unknown
from parallel_tui.model.hosts.machines import ListedMachine
from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.machine.view import MachineView
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.session import Session
from parallel_tui.model.sharing.tasks import TaskList
from parallel_tui.model.view.snapshot import Snapshot, WatchMode
from parallel_tui.model.window.window import Screen, Window
from parallel_tui.record import replace
from parallel_tui.ui import parts
from parallel_tui.ui.advice import keyed, keys_of
from parallel_tui.ui.dashboard.arrangement import Arrangement
from parallel_tui.ui.dashboard.asked import AskedScreen
from parallel_tui.ui.dashboard.board import PaneBoard
from parallel_tui.ui.dashboard.plan import SMALLEST
from parallel_tui.ui.fields import FilterField
from parallel_tui.ui.panes import lower
from parallel_tui.ui.panes.detail import DetailPane
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.panes.sessions import SessionsPane
from parallel_tui.ui.panes.spec import Chosen, Listed, without_windows
from parallel_tui.ui.panes.tasks import tasks_of
from parallel_tui.ui.panes.windows import WindowsPane
from parallel_tui.ui.present.beside import NOTHING, Beside, besides, ready
from parallel_tui.ui.present.elsewhere import machines_of
from parallel_tui.ui.present.order import NEED
from parallel_tui.ui.widgets.first_run import Beginning, FirstRun, words
from parallel_tui.ui.widgets.header import HeaderLine, HealthLine
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.notice_line import NoticeLine
from parallel_tui.ui.widgets.small import LowerTabs, PaneTurn, TooSmall

TICK = 15.0
"""Seconds between two looks at the clock; ages are coarser than that."""


class PanesScreen(AskedScreen):
    """Shows a snapshot in its panes, and tracks the cursor."""

    sessions: var[tuple[Session, ...]] = var(())
    elsewhere: var[tuple[SharedSession, ...]] = var(())
    other: var[SharedSession | None] = var[SharedSession | None](None)
    windows: var[tuple[Window, ...]] = var(())
    base: var[Fact[Base]] = var[Fact[Base]](PENDING)
    tasks: var[Listed[TaskList]] = var[Listed[TaskList]](Listed(pending=True))
    beside: var[Mapping[str, Beside]] = var[Mapping[str, Beside]](NOTHING)
    machine: var[MachineView | None] = var[MachineView | None](None)
    ready_to_land: var[int] = var(0)
    session: var[Session | None] = var[Session | None](None)
    chosen: var[Chosen] = var[Chosen](Chosen())
    pane_screen: var[Screen | None] = var[Screen | None](None)
    filter_text: var[str] = var("")
    order: var[str] = var(NEED)
    mixed: var[bool] = var(False)
    machines: var[tuple[ListedMachine, ...]] = var[tuple[ListedMachine, ...]](())
    folded: var[frozenset[str]] = var[frozenset[str]](frozenset())
    """Names of machines of which only the headings are shown."""
    now: var[float] = var(0.0)
    step: var[float] = var(0.0)
    """As `now`, but only as often as lists of thousands want to be drawn anew."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        super().__init__()
        self.lists = tuple(pane() for pane in lower.PANES)
        self.arrangement = Arrangement(self)
        self._wanted: str | None = None
        self._first = snapshot
        self.beginning: Beginning | None = None
        self._alone = False

    def compose(self) -> ComposeResult:
        """Create the panes, each bound to what it shows, with their classes from the start.

        A class that is set later makes Textual compute the styles of all that it holds again.
        """
        self.arrangement.fit(self.app.size)
        yield HeaderLine(id="header").data_bind(
            PanesScreen.snapshot,
            PanesScreen.busy,
            PanesScreen.hush,
            ready=PanesScreen.ready_to_land,
        )
        yield HealthLine(id="health").data_bind(PanesScreen.snapshot, PanesScreen.now)
        yield PaneBoard(self.arrangement.plan, *self._placed())
        box = FilterField(placeholder="name, branch, path or state", id="filter", compact=True)
        box.display = False
        yield box
        yield NoticeLine(stays=True)
        yield KeyFooter(pins=False)
        yield TooSmall(SMALLEST, self._quit_hint)
        yield FirstRun()

    def _placed(self) -> Iterator[Widget]:
        """The panes, in the order of Tab, and the names of those that take turns."""
        yield self.new_sessions_pane()
        detail = DetailPane()
        detail.id = "detail"
        detail.add_class("pane")
        yield detail.data_bind(
            PanesScreen.session,
            PanesScreen.other,
            PanesScreen.windows,
            PanesScreen.base,
            PanesScreen.pane_screen,
            PanesScreen.tasks,
            PanesScreen.beside,
            PanesScreen.machine,
        )
        yield LowerTabs(self._turns, self._tabs_hint)
        for pane in self.lists:
            yield pane.data_bind(PanesScreen.chosen, now=PanesScreen.step)

    def new_sessions_pane(self) -> SessionsPane:
        """The pane that lists sessions, bound to what it shows."""
        return SessionsPane().data_bind(
            PanesScreen.sessions,
            PanesScreen.elsewhere,
            PanesScreen.windows,
            PanesScreen.beside,
            PanesScreen.now,
            PanesScreen.filter_text,
            PanesScreen.order,
            PanesScreen.mixed,
            PanesScreen.machines,
            PanesScreen.folded,
        )

    def on_mount(self) -> None:
        """Draw what is known, and start the timer for ages."""
        self.set_interval(TICK, self.tick)
        if self._first is not None:
            self.snapshot = self._first

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

    def tick(self) -> None:
        """Update ages."""
        self.now = self._clock()

    def _turns(self) -> Iterator[PaneTurn]:
        """The panes that take turns in the room there is."""
        now = self.arrangement.plan(self.query_one(PaneBoard).size)
        lists = {pane.SPEC.id: pane for pane in self.lists}
        for name in now.tabs:
            pane = lists.get(name)
            title, count = (pane.SPEC.title, pane.number) if pane else (name.capitalize(), 0)
            yield PaneTurn(name, title, count, name == now.front)

    def _tabs_hint(self) -> str:
        keys = keys_of(self.app)
        hints = (("next-pane", "next pane"), ("zoom", "zoom"))
        return " · ".join(f"{keys(name)}: {words}" for name, words in hints if keys(name))

    def _quit_hint(self) -> str:
        return keyed("{quit} quits, sessions keep running.", keys_of(self.app))

    def _clock(self) -> float:
        clock = getattr(self.app, "clock", None)
        return clock() if clock is not None else 0.0

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Pass on each slice; a slice equal to the last one is not passed."""
        if snapshot is None or not parts.has(self, SessionsPane):
            return
        self.now = self._clock()
        self.sessions, self.windows = snapshot.sessions, snapshot.windows
        self.elsewhere = snapshot.hosts.sessions if snapshot.hosts is not None else ()
        self.machines = machines_of(snapshot)
        self.base, self.machine = snapshot.base, snapshot.machine
        self.tasks = tasks_of(snapshot)
        self.beside = besides(snapshot)
        self.ready_to_land = ready(snapshot, self.beside)
        for pane in self.lists:
            pane.listed = pane.SPEC.slice(snapshot)
        self.sessions_pane.complete = snapshot.watch is not WatchMode.STARTING
        self._follow()
        self._begin(snapshot)

    def _begin(self, snapshot: Snapshot) -> None:
        """Show the card while there is no session, with what is known of the first one."""
        alone = snapshot.watch is not WatchMode.STARTING and all(
            each.worktree is not None and each.worktree.is_main and not each.windows
            for each in snapshot.sessions
        )
        card = self.query_one(FirstRun)
        self._alone = alone and self.beginning is not None
        if self._alone and self.beginning is not None:
            keys = keys_of(self.app)
            first = replace(
                self.beginning,
                mux_missing=without_windows(snapshot),
                no_commit=isinstance(snapshot.base, Unknown),
            )
            card.told = words(first, keys("spawn"), keys("help"))
        self.place_card()

    @on(DetailPane.Changed)
    def place_card(self) -> None:
        """Show the card over the preview, which is empty then, and over nothing that is read."""
        if not parts.has(self, FirstRun):
            return
        detail, card = self.detail, self.query_one(FirstRun)
        card.display = self._alone and detail.tab == "preview" and detail.seen
        if card.display:
            card.call_after_refresh(card.place, detail)

    def watch_now(self, now: float) -> None:
        """Update the ages in lists."""
        if now // TICK != self.step // TICK:
            self.step = now

    def watch_session(self, session: Session | None) -> None:
        """Pass the selection to lists, without the session's other changes."""
        self.chosen = Chosen(session.key, session.name) if session else Chosen()

    @on(SessionsPane.Drawn)
    def _drawn(self, event: SessionsPane.Drawn) -> None:
        event.stop()
        self._select_wanted()

    def _follow(self) -> None:
        """Show details of the row under the cursor."""
        if self.is_mounted:
            self.session, self.other = self._selected(), self.selected_elsewhere()

    def _selected(self) -> Session | None:
        key = self.sessions_pane.table.cursor
        if self.in_windows:
            shown = self.query_one(WindowsPane).table.cursor
            key = next((s.key for s in self.sessions if shown in s.windows), None)
        # By its key alone: others may be called as a row of another machine has it.
        return next((each for each in self.sessions if each.key == key), None) if key else None

    def selected_elsewhere(self) -> SharedSession | None:
        """The session of another machine under the cursor; `None` when it is on none."""
        key = "" if self.in_windows else self.sessions_pane.table.cursor
        return next((each for each in self.elsewhere if each.key == key), None)

    @on(KeyedTable.Moved)
    def _moved(self, event: KeyedTable.Moved) -> None:
        event.stop()
        self._follow()

    def on_descendant_focus(self) -> None:
        """Update the details and the visible lower pane for the new focus."""
        if (pane := self.arrangement.active) is not self.sessions_pane:
            self.arrangement.bring(pane.id or "")
        self._follow()
        self.refresh_bindings()

    def select_session(self, name: str) -> None:
        """Select a session as soon as it is listed."""
        self._wanted = name
        self._select_wanted()

    def _select_wanted(self) -> None:
        found = self.snapshot.session(self._wanted) if self._wanted and self.snapshot else None
        if found is None:
            return
        self.folded -= {self.sessions_pane.machine}
        if self.sessions_pane.table.select(found.key):
            self._wanted = None

    @on(ListPane.Filled)
    @on(SessionsPane.Filled)
    def _filled(self, event: Message) -> None:
        event.stop()
        self.arrangement.again()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the arrangement for the new size."""
        self.arrangement.fit(event.size)
        self.place_card()
