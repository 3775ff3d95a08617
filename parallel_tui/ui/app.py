"""The Textual application: connects the live view to the dashboard."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.screen import Screen as TextualScreen

from parallel_tui.errors import ParallelError
from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.scope import EVERYTHING
from parallel_tui.model.session.session import Session
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import Screen
from parallel_tui.ui import crash, reporting, textual_leaks
from parallel_tui.ui.controllers.roster import controllers
from parallel_tui.ui.controllers.sessions import SessionCommands
from parallel_tui.ui.controllers.telling import TellingCommands
from parallel_tui.ui.dashboard.palette import CommandProvider
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.keyed_app import KeyedApp
from parallel_tui.ui.keys import check_keys
from parallel_tui.ui.looks import colours, theme
from parallel_tui.ui.messages import (
    HabitsChanged,
    HangUp,
    Progress,
    Recovered,
    ScreenChanged,
    SnapshotChanged,
)
from parallel_tui.ui.panes.detail import DetailPane
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.typeahead import Opens
from parallel_tui.ui.widgets.first_run import Beginning
from parallel_tui.ui.widgets.keyed_table import KeyedTable

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine


class ParallelApp(KeyedApp):
    """The dashboard of one repository.

    Args:
        load: Finds the repository and puts everything together; called in a thread, after the
            first paint.
        first: What can be shown before that, asked again after the first paint.
        later: Makes ready what keys will need; called in a thread, with what waits there for quiet.
        theme_name: Theme asked for on the command line.
        env: Environment.
        driver: Terminal driver; Textual's choice by default.
    """

    TITLE = "pdev-tui"
    CSS_PATH: ClassVar[list[str | Path]] = ["app.tcss"]  # type: ignore[assignment]
    COMMANDS: ClassVar[set[type[Provider]]] = {CommandProvider}  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, system=True),
        Binding("f1", "screen_keys", "Help", show=False, priority=True, system=True),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True, system=True),
    ]

    def __init__(
        self,
        load: Callable[[], Core],
        *,
        first: Callable[[], Snapshot] | None = None,
        later: Callable[[Callable[[], None]], None] | None = None,
        theme_name: str | None = None,
        env: Mapping[str, str] | None = None,
        driver: type[Driver] | None = None,
    ) -> None:
        self.env = dict(os.environ if env is None else env)
        textual_leaks.install()
        super().__init__(driver_class=driver)
        colours.apply(self, colours.wished(self.env, asked=bool(theme_name)))
        # libtmux asks sys.stdout for its encoding; Textual's stand-in for it has none.
        for stream in (self._capture_stdout, self._capture_stderr):
            stream.encoding = "utf-8"  # type: ignore[attr-defined]
        self._load, self._first = load, first
        self._theme_name, self._later = theme_name, later
        self.dashboard = self.new_dashboard(first() if first else None)
        self.dashboard.controllers.add(TellingCommands(self.dashboard, self))
        self.engine: Engine | None = None
        self.core: Core | None = None
        self.failure: ParallelError | None = None
        self.crash: str | None = None
        self._listed = self.typeahead.hold(Opens.FORM)  # until the list has the focus
        self._pane: str | None = None
        self._diff: Session | None = None
        self._told: set[Settled] = set()

    def new_dashboard(self, snapshot: Snapshot | None) -> Dashboard:
        """The main screen, with what can be shown first."""
        return Dashboard(snapshot)

    def get_default_screen(self) -> TextualScreen[None]:
        """The dashboard."""
        return self.dashboard

    def action_screen_keys(self) -> None:
        """Show the keys of the dialog or screen that is in front."""
        from parallel_tui.ui.screens.keys import KeysScreen

        if not isinstance(self.screen, KeysScreen):
            self.push_screen(KeysScreen(self.screen.active_bindings, self.get_key_display))

    @property
    def clock(self) -> Callable[[], float]:
        """Current time, once the repository is open."""
        return self.core.clock if self.core is not None else lambda: 0.0

    def on_mount(self) -> None:
        """Choose the theme and draw, then open the repository."""
        self._use_theme(theme.initial(self._theme_name, self.env))
        with suppress(NotImplementedError, RuntimeError, ValueError):  # only in the main thread
            loop = asyncio.get_running_loop()
            for number in (signal.SIGHUP, signal.SIGTERM):
                loop.add_signal_handler(number, self.post_message, HangUp(128 + number))
        self.call_after_refresh(self.run_worker, self._open, group="open", exit_on_error=False)

    async def _open(self) -> None:
        """Open the repository and start the live view."""
        self.typeahead.release(self._listed)
        try:
            if self._first is not None:  # statuses that were read while it was painted
                self.dashboard.snapshot = self._first()
            core = await ask(self._load)
            self.core = core
            self._configure(core)
            engine = self.engine = core.engine(predict=True)
            self._take_commands(core, engine)
            await ask(engine.start, self._publish, self._publish_screen)
            if self._pane is not None:
                engine.look_at(self._pane)
            if self._diff is not None:
                self.dashboard.controllers.of(SessionCommands).diff(self._diff)
            if self._later is not None:
                await ask(self._later, self.typeahead.wait_for_quiet)
        except ParallelError as error:
            self.failure = error
            self.exit(error.exit_code)
        except Exception as error:
            self._handle_exception(error)

    def _take_commands(self, core: Core, engine: Engine) -> None:
        """Create the controllers, so that commands can run from now on."""
        made = controllers(self.dashboard, core, engine, self.typeahead)
        self.dashboard.controllers.add(*made)
        spawner = core.spawner
        agent = spawner.choices_at_once().agent
        self.dashboard.beginning = Beginning(spawner.example(), agent, core.mux.name)
        self.dashboard.opened()

    def _configure(self, core: Core) -> None:
        self.dress(core)
        self.dashboard.remember(core.repository.main_path)
        core.tools.listeners.append(self._recovered)
        reporting.tell_odd(self, core)

    def dress(self, core: Core) -> None:
        """Look, keys and ways to tell, as the user wishes."""
        config = core.loaded.config
        habits = core.outside.habits.read()
        asked = self._theme_name or any(self.env.get(each) for each in theme.ASKED_BY)
        chosen = (not asked and habits.theme) or config.theme
        if chosen and not self._theme_name:
            self._use_theme(theme.initial(None, self.env, chosen))
        self.dashboard.resume(habits)
        others = [b.id for b in KeyedTable.BINDINGS if isinstance(b, Binding) and b.id]
        keys, warnings = check_keys(config.keys, others)
        if keys:
            self.set_keymap(keys)
        self.dashboard.mouse = config.mouse
        self.tell_by(config, core.outside.desktop, core.outside.segment)
        for warning in warnings:
            reporting.tell(self, warning, title="Configuration", severity="warning")

    def _use_theme(self, name: str) -> None:
        if name in self.available_themes:
            self.theme = name
        else:
            reporting.tell(self, theme.unknown(name, self.available_themes), severity="warning")

    # From the live view; its threads may only post
    def _publish(self, snapshot: Snapshot) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self.post_message(SnapshotChanged(snapshot))

    def _publish_screen(self, screen: Screen) -> None:
        with suppress(RuntimeError):
            self.post_message(ScreenChanged(screen))

    def _recovered(self, settled: Settled) -> None:
        """Report a recovery of any verb, from any thread."""
        with suppress(RuntimeError):
            self.post_message(Recovered(settled))

    @on(Recovered)
    def _tell_recovered(self, message: Recovered) -> None:
        settled = message.settled
        if settled in self._told:
            return
        self._told.add(settled)
        reporting.tell_recovered(self, settled)
        if self.engine is not None:
            self.engine.poke(EVERYTHING)

    @on(SnapshotChanged)
    def _show(self, message: SnapshotChanged) -> None:
        if not self.is_running:
            return  # its panes are being taken down
        self.dashboard.snapshot = message.snapshot
        self.tell_news(message.snapshot)
        self.dashboard.controllers.seen(message.snapshot)

    def watch_hush(self, hush: str) -> None:
        """Show that nothing is told."""
        self.dashboard.hush = hush

    @on(HabitsChanged)
    def _keep_habits(self) -> None:
        """Keep how it is shown; where that cannot be written, it is shown as at first again."""
        if self.core is not None:
            writing = ask(self.core.outside.habits.keep, self.dashboard.habits)
            self.run_worker(writing, group="habits", exclusive=True, exit_on_error=False)

    @on(ScreenChanged)
    def _show_screen(self, message: ScreenChanged) -> None:
        self.dashboard.pane_screen = message.pane_screen

    @on(Progress)
    def _show_progress(self, message: Progress) -> None:
        self.dashboard.busy = message.text

    @on(DetailPane.PaneWanted)
    def _look_at(self, message: DetailPane.PaneWanted) -> None:
        self._pane = message.pane
        if self.engine is not None:
            self.engine.look_at(message.pane)

    @on(DetailPane.DiffWanted)
    def _read_diff(self, message: DetailPane.DiffWanted) -> None:
        self._diff = message.session
        if self.engine is not None:
            self.dashboard.controllers.of(SessionCommands).diff(message.session)

    def on_app_focus(self, _: events.AppFocus) -> None:
        """Refresh more often while the terminal has the focus."""
        if self.engine is not None:
            self.engine.set_focused(True)

    def on_app_blur(self, _: events.AppBlur) -> None:
        """Refresh less often."""
        if self.engine is not None:
            self.engine.set_focused(False)

    @on(HangUp)
    def _hang_up(self, message: HangUp) -> None:
        self.exit(message.status, return_code=message.status)

    def hang_up(self) -> None:
        """Exit because the terminal is gone; from any thread."""
        with suppress(RuntimeError):
            self.post_message(HangUp(128 + signal.SIGHUP))

    def stop_engine(self) -> None:
        """Stop the live view with its threads and children; from any thread, repeatable."""
        self.end_telling()
        if self.engine is not None:
            self.engine.stop()

    async def on_unmount(self) -> None:
        """Stop the live view."""
        await asyncio.to_thread(self.stop_engine)

    def _handle_exception(self, error: Exception) -> None:
        """Exit after an internal error: restore the terminal and write a file with details."""
        if not self.is_running and isinstance(error, NoMatches):
            return  # something looked for a widget that is being taken down
        if self.is_headless:
            super()._handle_exception(error)  # tests want the exception itself
            return
        if self.crash is None:
            self.crash = crash.words(error, crash.record(error, self.env))
        self._return_code = crash.EXIT_CODE
        self._close_messages_no_wait()
