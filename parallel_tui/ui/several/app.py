"""The Textual application of several repositories: connects the live view of each to one screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.driver import Driver
from textual.screen import Screen

from parallel_tui.errors import ParallelError
from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.scope import EVERYTHING
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.view.wishes import wishes_of
from parallel_tui.surroundings import refusal
from parallel_tui.ui import reporting
from parallel_tui.ui.controllers.roster import controllers
from parallel_tui.ui.controllers.sessions import SessionCommands
from parallel_tui.ui.controllers.telling import TellingCommands
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.several.cockpit import GroupCockpit
from parallel_tui.ui.several.coming import Coming, FolderChanged
from parallel_tui.ui.several.dashboard import SeveralDashboard
from parallel_tui.ui.several.group import Group
from parallel_tui.ui.several.groups_app import GroupsApp
from parallel_tui.ui.several.messages import (
    ProgressOf,
    RecoveredIn,
    Rested,
    ScreenOf,
    SnapshotOf,
)
from parallel_tui.ui.several.naming import name_of, named
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.first_run import Beginning

if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine

SETTLED: Final = 1.0
"""Seconds for which the cursor stays in a repository that is meant, and not passed over."""

MOST_TURNS: Final = 10
"""Minutes after which a repository is looked at that nothing was told of and nobody looks at."""


class SeveralApp(GroupsApp):
    """One dashboard of several repositories.

    One that cannot be opened says so in the list; the others work.

    Args:
        groups: The repositories, from the top.
        later: Makes ready what keys will need; called in a thread, with what waits for quiet.
        theme_name: Theme asked for on the command line.
        env: Environment.
        driver: Terminal driver; Textual's choice by default.
    """

    CSS_PATH: ClassVar[list[str | Path]] = [Path(__file__).parents[1] / "app.tcss"]  # type: ignore[assignment]

    def __init__(
        self,
        groups: Sequence[Group],
        *,
        later: Callable[[Callable[[], None]], None] | None = None,
        theme_name: str | None = None,
        env: Mapping[str, str] | None = None,
        driver: type[Driver] | None = None,
    ) -> None:
        self.groups = tuple(groups)
        self._settled: set[tuple[str, Settled]] = set()
        self.coming = Coming(self)
        super().__init__(groups[0].load, later=later, theme_name=theme_name, env=env, driver=driver)
        for group in groups:
            group.controllers.add(TellingCommands(self.dashboard, self))

    def new_dashboard(self, snapshot: Snapshot | None) -> Dashboard:
        """The main screen, with all repositories."""
        self.several = SeveralDashboard(self.groups, self._switched, self._reopen)
        return self.several

    async def _open(self) -> None:
        """Open each repository and start its live view."""
        self.typeahead.release(self._listed)
        try:
            for group in self.groups:
                if group.first is not None and group.failure is None:
                    group.show(group.first())  # statuses that were read while it was painted
                    self.several.changed(group)
            for group in self.groups:
                if group.first is not None:
                    await self._open_one(group)
            if self._later is not None:
                await ask(self._later, self.typeahead.wait_for_quiet)
        except Exception as error:
            self._handle_exception(error)

    async def _open_one(self, group: Group) -> None:
        try:
            core = await ask(group.load)
            engine = self._take(group, core)
            await ask(
                engine.start,
                lambda snapshot: self._post(SnapshotOf(group, snapshot)),
                lambda screen: self._post(ScreenOf(group, screen)),
            )
        except Exception as error:
            said = error if isinstance(error, ParallelError) else refusal(error)
            if said is None:
                raise
            group.ready = False
            group.fail(said)
            self.several.changed(group)
            return
        self._set_paces()
        if group is self.several.current:
            self._look_from_now_on(group)

    def _take(self, group: Group, core: Core) -> Engine:
        """Take an open repository's commands; returns its live view, not yet started."""
        if self.core is None:
            self.core = core
            self.dress(core)
            self._segment = None  # each keeps its own
        self.dashboard.remember(core.repository.main_path)
        group.core, group.segment = core, core.outside.segment
        group.news.wishes = wishes_of(core.loaded.config)
        core.tools.listeners.append(lambda settled: self._post(RecoveredIn(group, settled)))
        reporting.tell_odd(self, core, group.of)
        engine = group.engine = core.engine(predict=True)
        cockpit = GroupCockpit(self.several, group)
        group.controllers.add(*controllers(cockpit, core, engine, self.typeahead))
        spawner = core.spawner
        agent = spawner.choices_at_once().agent
        group.beginning = Beginning(spawner.example(), agent, core.mux.name)
        group.failure, group.ready = None, True
        if group is self.several.current:
            self.core, self.engine = core, engine
        self.several.changed(group)
        return engine

    def welcome(self, group: Group) -> None:
        """Open a repository that has come."""
        group.controllers.add(TellingCommands(self.dashboard, self))
        self._reopen(group)

    def _look_from_now_on(self, group: Group) -> None:
        """Ask for what the detail pane shows."""
        if group.engine is not None:
            if self._pane is not None:
                group.engine.look_at(self._pane)
            if self._diff is not None and group.snapshot.session(self._diff.key) == self._diff:
                group.controllers.of(SessionCommands).diff(self._diff)

    def _reopen(self, group: Group) -> None:
        """Try again to open a repository that could not be."""

        async def again() -> None:
            try:
                await self._open_one(group)
                if group.complete is not None:
                    await ask(group.complete, self.typeahead.wait_for_quiet)
            except Exception as error:
                self._handle_exception(error)

        self.run_worker(again(), group=f"open {group.key}", exclusive=True, exit_on_error=False)

    def _switched(self, before: Group, now: Group) -> None:
        """Another repository is current: look there from now on."""
        if before.engine is not None:
            before.engine.look_at(None)
        self._pane = self._diff = None
        self.dashboard.detail.ask_again()
        self.engine = now.engine
        if now.core is not None:
            self.core = now.core
        self.set_timer(SETTLED, self._set_paces)

    def _set_paces(self) -> None:
        """Look unasked at the current repository as often as ever, at the others in turn."""
        turns = min(len(self.groups), MOST_TURNS)
        for group in self.groups:
            if group.engine is not None:
                group.engine.set_pace(1 if group is self.several.current else turns)

    def push_screen(self, screen: Any, *args: Any, **options: Any) -> Any:
        """Open a screen; one that stands on another is about the same repository."""
        if len(self.screen_stack) > 1 and isinstance(screen, Screen):
            below = name_of(self.screen)
            if below and not name_of(screen):
                screen = named(screen, below)
        return super().push_screen(screen, *args, **options)

    def pop_screen(self) -> Any:
        """Close a screen; the repository that it was about may be gone."""
        closed = super().pop_screen()
        self.call_later(self._part)
        return closed

    # From the live views; their threads may only post

    def _post(self, message: SnapshotOf | ScreenOf | RecoveredIn) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self.post_message(message)

    @on(FolderChanged)
    def _regroup(self, message: FolderChanged) -> None:
        if self.is_running:
            self.coming.take(message)

    @on(Rested)
    def _part(self) -> None:
        if self.is_running:
            self.coming.part()

    @on(SnapshotOf)
    def _show_of(self, message: SnapshotOf) -> None:
        group, snapshot = message.group, message.snapshot
        if not self.is_running or group.engine is None:  # it has gone meanwhile
            return
        group.show(snapshot)
        self.several.changed(group)
        self.tell_news_of(group, snapshot)
        group.controllers.seen(snapshot)

    @on(ScreenOf)
    def _show_screen_of(self, message: ScreenOf) -> None:
        if message.group is self.several.current:
            self.dashboard.pane_screen = message.pane_screen

    @on(ProgressOf)
    def _show_progress_of(self, message: ProgressOf) -> None:
        self.several.set_busy_in(message.group, message.text)

    @on(RecoveredIn)
    def _tell_recovered_in(self, message: RecoveredIn) -> None:
        group, settled = message.group, message.settled
        if (group.key, settled) in self._settled:
            return
        self._settled.add((group.key, settled))
        reporting.tell_recovered(self, settled, group.of)
        if group.engine is not None:
            group.engine.poke(EVERYTHING)
