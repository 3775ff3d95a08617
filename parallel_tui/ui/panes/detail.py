"""Pane with the selected session in detail: terminal, diff, tasks, facts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.timer import Timer
from textual.widgets import ContentSwitcher

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import PENDING, Fact
from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.machine.view import MachineView
from parallel_tui.model.session.diff import SessionDiff
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.session import Session
from parallel_tui.model.sharing.tasks import TaskList
from parallel_tui.model.text.safe import safe
from parallel_tui.model.window.window import Pane, Screen, Window
from parallel_tui.ui import parts
from parallel_tui.ui.panes.diff import DiffPane, waiting_words
from parallel_tui.ui.panes.info import ElsewhereInfo, InfoPane, WhyPane
from parallel_tui.ui.panes.preview import PreviewPane, is_ours, panes_of
from parallel_tui.ui.panes.spec import Listed
from parallel_tui.ui.panes.tasks import TasksPane
from parallel_tui.ui.present.beside import ALONE, NOTHING, Beside
from parallel_tui.ui.widgets.titled import Titled
from parallel_tui.ui.widgets.words import link

TABS: Final = ("preview", "diff", "tasks", "why", "info")

_TABS_WIDTH: Final = len(" │ ".join(TABS))
"""Cells that the names of the tabs take in the title, spaced out."""

_SHORTEST_NAME: Final = 4
"""Cells of a session's name in the title; with fewer it says nothing."""

DEBOUNCE: Final = 0.3
"""Seconds the selection must rest before a diff is asked for."""


class DetailPane(Titled):
    """Tabs about one session. Only the visible one requests data."""

    DEFAULT_CSS = "DetailPane ContentSwitcher { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "pane(-1)", "Previous pane", show=False),
        Binding("right_square_bracket", "pane(1)", "Next pane", show=False),
    ]

    session: var[Session | None] = var[Session | None](None)
    other: var[SharedSession | None] = var[SharedSession | None](None)
    """A session of another machine, selected instead."""
    windows: var[tuple[Window, ...]] = var(())
    base: var[Fact[Base]] = var[Fact[Base]](PENDING)
    pane_screen: var[Screen | None] = var[Screen | None](None)
    tasks: var[Listed[TaskList]] = var[Listed[TaskList]](Listed())
    beside: var[Mapping[str, Beside]] = var[Mapping[str, Beside]](NOTHING)
    machine: var[MachineView | None] = var[MachineView | None](None)
    tab: var[str] = var("preview")

    class PaneWanted(Message):
        """A pane, or none, must be captured for the preview."""

        def __init__(self, pane: str | None) -> None:
            super().__init__()
            self.pane = pane

    class Changed(Message):
        """Another tab, another place or none: what lies over the pane may have to go."""

    class DiffWanted(Message):
        """The visible diff of a session may have changed."""

        def __init__(self, session: Session) -> None:
            super().__init__()
            self.session = session

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._clock = clock
        self.seen = False  # whether it is on the screen
        self._wanted: str | None = None
        self._chosen: str | None = None
        self._asked: object = None
        self._timer: Timer | None = None
        self._key: str | None = None
        self._titled: tuple[str, str, str] | None = None

    def compose(self) -> ComposeResult:
        """The tabs."""
        with ContentSwitcher(initial="preview"):
            yield PreviewPane(id="preview")
            yield DiffPane(id="diff")
            yield TasksPane(id="tasks")
            yield WhyPane(id="why")
            yield InfoPane(id="info")
        yield ElsewhereInfo(id="elsewhere")

    def on_mount(self) -> None:
        """Draw what is known."""
        self.watch_other()

    def on_resize(self) -> None:
        """Fit the title to the new width."""
        self._update()
        self.post_message(self.Changed())

    def on_show(self, event: events.Show) -> None:
        """Request the data of the visible tab."""
        self.seen = True
        self._update()
        self.post_message(self.Changed())

    def on_hide(self, event: events.Hide) -> None:
        """Stop requesting data."""
        self.seen = False
        self._update()
        self.post_message(self.Changed())

    def show_tab(self, name: str) -> None:
        """Show one of `TABS`; the focus stays inside the pane."""
        if name not in TABS:
            raise ValueError(f"no tab {name}")
        inside = self.has_focus_within
        self.tab = name
        if inside:
            self.call_after_refresh(self.focus_tab)

    def next_tab(self) -> None:
        """Show the next tab."""
        self.show_tab(TABS[(TABS.index(self.tab) + 1) % len(TABS)])

    def action_tab(self, name: str) -> None:
        """Show a tab whose name was clicked."""
        self.show_tab(name)

    def focus_tab(self) -> None:
        """Focus the visible tab's widget at once, because keys may be waiting."""
        for widget in self.query_one(f"#{self.tab}").query("*"):
            if widget.focusable and widget.display:
                self.screen.set_focus(widget, scroll_visible=False)
                return
        self.screen.set_focus(self.query_one(f"#{self.tab}"), scroll_visible=False)

    def ask_again(self) -> None:
        """Forget what was requested: whoever answers is another one now."""
        self._wanted = self._asked = None

    def show_diff(self, key: str, diff: SessionDiff | ParallelError) -> None:
        """Show an answer to `DiffWanted`; an answer for another session is dropped."""
        if self.session is None or key != self.session.key or not self.is_mounted:
            return
        pane = self.query_one(DiffPane)
        if isinstance(diff, ParallelError):
            pane.fail(diff)
        else:
            pane.show(diff)

    def watch_session(self) -> None:
        """Redraw for another session, or for what has changed of it."""
        self._update()

    watch_windows = watch_base = watch_tasks = watch_beside = watch_machine = watch_session

    def watch_other(self) -> None:
        """Show what is shared of a session of another machine, instead of the tabs."""
        if self.is_mounted:
            self.query_one(ElsewhereInfo).display = self.other is not None
            self.query_one(ContentSwitcher).display = self.other is None
            self._update()

    def watch_pane_screen(self) -> None:
        """Redraw the preview."""
        if self.is_mounted and self.tab == "preview":
            shown = self._pane
            self.query_one(PreviewPane).show(
                self.session, shown[1] if shown else None, self.pane_screen
            )

    def watch_tab(self) -> None:
        """Show another tab."""
        if self.is_mounted:
            self.query_one(ContentSwitcher).current = self.tab
            self._update()
            self.post_message(self.Changed())

    @property
    def _pane(self) -> tuple[Window, Pane] | None:
        found = panes_of(self.session, self.windows)
        chosen = next((one for one in found if one[1].id == self._chosen), None)
        return chosen or (found[0] if found else None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable stepping through panes only where there are several."""
        if action == "pane":
            return self.tab == "preview" and len(panes_of(self.session, self.windows)) > 1
        return True

    def action_pane(self, by: int) -> None:
        """Preview the next pane of the session."""
        found = panes_of(self.session, self.windows)
        here = self._pane
        if here is not None:
            self._chosen = found[(found.index(here) + by) % len(found)][1].id
            self._update()

    def _update(self) -> None:
        if not self.is_mounted or not parts.has(self, InfoPane):
            return
        key = self.session.key if self.session else self.other.key if self.other else None
        if key != self._key:
            self._key, self._chosen, self._asked = key, None, None
            self.query_one(DiffPane).say(waiting_words(self.session))
        shown = self._pane
        title = self._title(shown)
        # Contents of equal text are equal whatever their style, so the tab is compared too.
        rivals = self.beside.get(key, ALONE).rivals if key else ()
        below = f"⚠ conflicts with {safe(', '.join(rivals), 200)}" if rivals else ""
        if (title.plain, self.tab, below) != self._titled:
            self._titled = (title.plain, self.tab, below)
            self.entitle(title, Content.styled(below, "$text-error"))
        if self.other is not None:
            self.query_one(ElsewhereInfo).show(self.other, self._clock())
        elif self.tab == "preview":
            self.query_one(PreviewPane).show(
                self.session, shown[1] if shown else None, self.pane_screen
            )
        elif self.tab == "tasks":
            self.query_one(TasksPane).show(self.session, self.tasks.items, self.tasks.lost)
        elif self.tab == "why":
            self.query_one(WhyPane).show(self.session, self._clock())
        elif self.tab == "info":
            self.query_one(InfoPane).show(
                self.session, self.windows, self.base, self._clock(), self.machine
            )
        looked = self.seen and self.tab == "preview" and not (shown and is_ours(shown[1]))
        self._want_pane(shown[1].id if shown and looked else None)
        self._want_diff()

    def _want_pane(self, pane: str | None) -> None:
        if pane != self._wanted:
            self._wanted = pane
            self.post_message(self.PaneWanted(pane))

    def _want_diff(self) -> None:
        session = self.session
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if not self.seen or self.tab != "diff":
            self._asked = None
        elif session is not None and session.worktree is not None and _diffable(session):
            tree = session.worktree
            about = (session.key, tree.head, tree.branch, session.revision, self.base)
            if about != self._asked:
                self._timer = self.set_timer(DEBOUNCE, lambda: self._ask_diff(session, about))

    def _ask_diff(self, session: Session, about: object) -> None:
        self._asked = about
        self.post_message(self.DiffWanted(session))

    def _title(self, shown: tuple[Window, Pane] | None) -> Content:
        parts: list[Content] = []
        # A border takes two cells and a blank on each side of its title.
        room = self.outer_size.width - 6
        gap = " │ " if room >= _TABS_WIDTH + 14 or room <= 0 else "│"
        if self.session is not None:
            tabs = _TABS_WIDTH if len(gap) > 1 else _TABS_WIDTH - 2 * (len(TABS) - 1)
            longest = min(40, room - tabs - 3) if room > 0 else 40
            if longest >= _SHORTEST_NAME:  # the list beside it has the name too
                parts += [Content(f"{safe(self.session.name, longest)} · ")]
        for place, name in enumerate(TABS):
            style = "bold reverse" if name == self.tab else ""
            parts += [Content(gap)] if place else []
            parts.append(link(name.capitalize(), f"tab('{name}')", style))
        found = panes_of(self.session, self.windows)
        if self.tab == "preview" and shown is not None and len(found) > 1:
            place = found.index(shown) + 1
            parts.append(Content(f" · pane {place}/{len(found)} {safe(shown[1].command, 20)}"))
        return Content("").join(parts)


def _diffable(session: Session) -> bool:
    tree = session.worktree
    return tree is not None and not tree.bare and not tree.missing
