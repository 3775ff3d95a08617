"""Read how the machine is shared out: its load, who runs in slots, what sessions have."""

from __future__ import annotations

import time

from parallel_tui.engine.table import Row
from parallel_tui.engine.working.steps import step, until_step
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.machine.view import MachineView
from parallel_tui.model.scope import Look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final, Protocol

    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.machine.load import Machine
    from parallel_tui.model.machine.ports import PortGrant
    from parallel_tui.model.machine.slots import Line
    from parallel_tui.ports.machine.local import LocalMachine

    class InSlots(Protocol):
        """Tells who is in line."""

        def all(self) -> tuple[Line, ...]:
            """The line of each slot."""
            ...

    class HavePorts(Protocol):
        """Tells what sessions have."""

        def all(self) -> tuple[PortGrant, ...]:
            """What sessions of this repository have."""
            ...


BUSY: Final = 1.0
"""Seconds between two looks while somebody is in line: the end of a command is told by nobody."""

QUIET: Final = 30.0
"""The same while nobody is."""


class MachineReader:
    """Keeps `Facts.machine` up to date; starts no process.

    Args:
        look: Load and memory.
        slots: Who is in line.
        ports: What sessions have.
        facts: Where answers go.
        changed: Called after an answer that differs is in.
    """

    name: Final = "machine"
    looks: Final[frozenset[Look]] = frozenset({Look.MACHINE})

    def __init__(
        self,
        look: LocalMachine,
        slots: InSlots,
        ports: Callable[[], HavePorts],
        facts: Facts,
        changed: Callable[[], None],
    ) -> None:
        self._look = look
        self._slots = slots
        self._ports = ports
        self._facts = facts
        self._changed = changed
        self._machine: Machine | None = None
        self._looked = 0.0

    def row(self) -> Row:
        """Its row among the sources."""
        return Row(source=self, first=QUIET / 15, awaited=False)

    def read(self) -> float:
        """Look once; returns seconds to the next look unasked."""
        lost = ""
        lines: tuple[Line, ...] = ()
        grants: tuple[PortGrant, ...] = ()
        try:
            lines = self._slots.all()
            grants = self._ports().all()
        except CouldNotLookError as error:
            lost = error.message
        now = time.monotonic()
        every = QUIET * self._facts.pace
        if self._machine is None or step(now, every) != step(self._looked, every):
            self._machine, self._looked = self._look.now(), now
        found = MachineView(self._machine, lines, grants, lost)
        if self._facts.put(machine=found):
            self._changed()
        return BUSY if any(line.tickets for line in lines) else until_step(every)
