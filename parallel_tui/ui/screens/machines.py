"""Screen with the machines that share work or a store, and with refs that are not believed."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from parallel_tui.errors import ParallelError
from parallel_tui.model.hosts.machines import KnownMachine
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.ui import reporting
from parallel_tui.ui.present.elsewhere import (
    MACHINE_COLUMNS,
    machine_about,
    machine_row,
    refused_row,
)
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.columns import Column


class MachinesScreen(ListScreen[None]):
    """Lists machines.

    Args:
        look: Says what is known of them; called in a thread.
        refused: Refs that are not believed, each with the reason.
        contact: Asks one for what it is, and how it is reached where nobody said so.
        clock: Epoch seconds.
    """

    HEADING = "Machines"
    COLUMNS: ClassVar[tuple[Column, ...]] = MACHINE_COLUMNS
    MAIN = "contact"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,enter", "contact", "Ask it", key_display="c"),
        Binding("r", "again", "Look again"),
    ]

    def __init__(
        self,
        look: Callable[[], tuple[KnownMachine, ...]],
        refused: tuple[tuple[str, str], ...],
        contact: Callable[[KnownMachine], Awaitable[KnownMachine | None]],
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self._look, self._contact, self._clock = look, contact, clock
        self._refused = {f"ref {ref}": (ref, why) for ref, why in refused}
        self._machines: dict[str, KnownMachine] = {}
        self._asked: dict[str, KnownMachine] = {}

    def on_mount(self) -> None:
        """Begin to look."""
        self.action_again()

    def action_again(self) -> None:
        """Look at what is known now."""
        self.say("Looking …")
        self.run_worker(self._read(), group="look", exclusive=True, exit_on_error=False)

    async def _read(self) -> None:
        try:
            found = await ask(self._look)
        except ParallelError as error:
            self.say(error.message)
            found = ()
        else:
            refused = len(self._refused)
            bad = f" {plural(refused, 'ref')} not believed, below." if refused else ""
            none = "No machine is known: `pdev host share` shares work with others."
            self.say(f"{plural(len(found), 'machine')}.{bad}" if found else f"{none}{bad}")
        self._machines = {f"machine {each.name}": each for each in found}
        self._show()

    def _show(self) -> None:
        now = self._clock()
        machines = (self._asked.get(key, each) for key, each in self._machines.items())
        rows = [machine_row(each, now) for each in machines]
        rows += [refused_row(ref, why) for ref, why in self._refused.values()]
        self.show_rows(rows)

    def action_contact(self) -> None:
        """Ask the selected machine what it is."""
        machine = self._machines.get(self.table.cursor or "")
        if machine is None or machine.here:
            self.app.bell()
            return
        self.say(f"Asking {machine.name} …")
        self.run_worker(self._contacted(machine), group="contact", exit_on_error=False)

    async def _contacted(self, machine: KnownMachine) -> None:
        began = time.monotonic()
        try:
            found = await self._contact(machine)
        except Exception as error:
            self.say(f"{machine.name} was not reached.")
            reporting.report(self.app, error)
            return
        if found is None:
            self.say(f"{machine.name} was not asked.")
            return
        self._asked[f"machine {machine.name}"] = found
        self.say(f"{machine.name} answered in {time.monotonic() - began:.1f} s.")
        self._show()

    def about(self, key: str) -> Content:
        """A machine, or a ref, in full."""
        if key in self._refused:
            ref, why = self._refused[key]
            return Content(safe(f"{ref} is not believed: {why}", 2000))
        machine = self._asked.get(key) or self._machines.get(key)
        return machine_about(machine, self._clock()) if machine is not None else Content("")
