"""Commands that start teams of sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parallel_tui.model.lazy import Later
from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.command import SESSIONS, Command, free
from parallel_tui.ui.controllers.work import CommandWork

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core


class TeamCommands:
    """Starts teams.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Refreshes what was changed.
    """

    def __init__(self, cockpit: Cockpit, core: Core, work: CommandWork) -> None:
        self._cockpit, self._core, self._work = cockpit, core, work

    def start(self) -> None:
        """Choose a team, see every step, and start it."""
        from parallel_tui.ui.screens.team import TeamScreen

        parts = self._core.teams
        choice: Any = Later(lambda: parts.choice)
        starter: Any = Later(lambda: parts.starter)
        screen = TeamScreen(
            choice,
            starter,
            lambda question: self._core.spawner.allow(question),
            lambda scopes: self._work.look_again(*scopes),
        )
        self._cockpit.push(screen)


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "team",
        "N",
        "New team",
        "Start a team of sessions, by a preset or a file; shows every step first.",
        SESSIONS,
        TeamCommands,
        lambda here, _: here.start(),
        free,
    ),
)
