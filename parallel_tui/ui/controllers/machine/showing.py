"""Commands that show how the machine is shared out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import VIEW, Command, ready

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core


class MachineCommands:
    """Shows what sessions use of the machine.

    Args:
        cockpit: The dashboard.
        core: The services.
    """

    def __init__(self, cockpit: Cockpit, core: Core) -> None:
        self._cockpit = cockpit
        self._core = core

    def show(self, now: Situation) -> None:
        """Show all sessions, with the cursor on the selected one."""
        from parallel_tui.ui.screens.machine import MachineScreen

        start = now.session.key if now.session is not None else None
        self._cockpit.push(MachineScreen(self._cockpit, self._core, start))


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "machine",
        "percent_sign",
        "Machine",
        "What each session uses of the machine, who runs in slots and who waits, ports.",
        VIEW,
        MachineCommands,
        lambda here, now: here.show(now),
        ready,
    ),
)
