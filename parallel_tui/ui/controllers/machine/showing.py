"""Commands that show how the machine is shared out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from parallel_tui.record import replace
from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import VIEW, Command, ready
from parallel_tui.ui.controllers.sessions import SessionCommands
from parallel_tui.ui.tasks import ask

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.model.hosts.machines import KnownMachine


class MachineCommands:
    """Shows what sessions use of the machine.

    Args:
        cockpit: The dashboard.
        core: The services.
        sessions: Reaches other machines.
    """

    def __init__(self, cockpit: Cockpit, core: Core, sessions: SessionCommands) -> None:
        self._cockpit = cockpit
        self._core = core
        self._sessions = sessions

    def show(self, now: Situation) -> None:
        """Show all sessions, with the cursor on the selected one."""
        from parallel_tui.ui.screens.machine import MachineScreen

        start = now.session.key if now.session is not None else None
        self._cockpit.push(MachineScreen(self._cockpit, self._core, start))

    def machines(self, now: Situation) -> None:
        """Show the machines that share work or a store."""
        from parallel_tui.ui.screens.machines import MachinesScreen

        hosts = self._core.hosts
        view = now.snapshot.hosts if now.snapshot is not None else None
        ahead = 0.0

        def look() -> tuple[KnownMachine, ...]:
            nonlocal ahead
            found = hosts.machines(view)
            ahead = next((each.skew for each in found if each.here and each.skew), 0.0)
            return found

        async def contact(machine: KnownMachine) -> KnownMachine | None:
            place = await self._sessions.elsewhere.reached(machine.name)
            if place is None:
                return None
            about = await ask(hosts.others.about, machine.name)
            return replace(machine, ssh=place.ssh).told(about, self._core.clock(), ahead)

        refused = view.refused if view is not None else ()
        self._cockpit.push(MachinesScreen(look, refused, contact, self._core.clock))


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
    Command(
        "machines",
        "at",
        "Machines",
        "Machines that share work or a store: leases, versions, clocks, what each shares.",
        VIEW,
        MachineCommands,
        lambda here, now: here.machines(now),
        ready,
    ),
)
