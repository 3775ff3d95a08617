"""Command palette: every command, and every session."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import branch_label
from parallel_tui.ui.advice import keys_of
from parallel_tui.ui.command import Command
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.notice_line import NoticeLine


class Palette(CommandPalette):
    """The palette, with its keys and with what is told while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "escape", "Close", key_display="Esc"),
    ]

    def compose(self) -> ComposeResult:
        """Textual's palette, above our lines."""
        yield from super().compose()
        yield NoticeLine(over=True)
        yield KeyFooter()


class CommandProvider(Provider):
    """Lists commands first, then sessions."""

    @property
    def _dashboard(self) -> Dashboard | None:
        screen = self.screen
        return screen if isinstance(screen, Dashboard) else None

    def _commands(self, dashboard: Dashboard) -> Iterator[tuple[Command[Any], str]]:
        situation = dashboard.situation
        for command in dashboard.commands:
            if command.id != "palette" and not command.id.startswith("jump-"):
                # Help is read as markup: a name from outside must not be able to open a tag.
                text = command.reason(situation) or command.help
                yield command, text.replace("[", "(")

    def _titled(self, command: Command[Any], title: Content) -> Content:
        """A command's title with its key, so that it need not be looked for next time."""
        key = keys_of(self.app)(command.id)
        return Content.assemble(title, (f"  {key}", "dim")) if key else title

    async def discover(self) -> Hits:
        """All commands."""
        if (dashboard := self._dashboard) is not None:
            for command, text in self._commands(dashboard):
                run = partial(dashboard.action_command, command.id)
                yield DiscoveryHit(
                    self._titled(command, Content(command.title)), run, command.title, help=text
                )

    async def search(self, query: str) -> Hits:
        """Commands and sessions that match."""
        if (dashboard := self._dashboard) is None:
            return
        matcher = self.matcher(query)
        for command, text in self._commands(dashboard):
            if (score := matcher.match(f"{command.title} {command.id}")) > 0:
                run = partial(dashboard.action_command, command.id)
                shown = self._titled(command, matcher.highlight(command.title))
                yield Hit(score, shown, run, command.title, help=text)
        for before, session, go in dashboard.goals():
            where = branch_label(session.worktree) if session.worktree else "window"
            title = f"Go to {safe(before)}{safe(session.name)} ({safe(where)})"
            if (score := matcher.match(title)) > 0:
                # As Content: a branch or a name is never markup.
                yield Hit(score, Content(title), go, text=title, help=session.state.value)
