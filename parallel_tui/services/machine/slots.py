"""Take a slot: stand in line until it is our turn."""

from __future__ import annotations

import time

from parallel_tui.errors import BusyError
from parallel_tui.model.machine.slots import INSIDE, lines, may_run, who
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.machine.slots import Line, Ticket
    from parallel_tui.ports.machine.slots import SlotLines, SlotPlace

    Told = Callable[[str], None]

_LOOK: Final = 5.0
"""Seconds after which everything is looked at again, whatever was told."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Slots of one repository.

    Attributes:
        places: Places in line.
        limits: How many may run at once as set, by slot.
        env: Our environment.
    """

    places: SlotLines
    limits: Mapping[str, int]
    env: Mapping[str, str]

    def all(self) -> tuple[Line, ...]:
        """The line of each slot that is set or used.

        Raises:
            CouldNotLookError: When that cannot be read.
        """
        return lines(self.places.tickets(), self.limits)

    def take(
        self,
        slot: str,
        limit: int | None = None,
        *,
        session: str,
        command: str,
        directory: str,
        wait: float | None = None,
        told: Told = lambda _: None,
    ) -> Mapping[str, str]:
        """Wait for our turn. The slot is ours until this process ends, or what it turns into.

        A command that runs inside a slot already gets it at once: it would wait for itself.

        Args:
            slot: Which.
            limit: How many may run at once; as set without it, else one.
            session: Whose turn it is.
            command: What will run, for people.
            directory: Where.
            wait: Seconds to wait at most; for ever without it.
            told: Told for whom we wait, whenever that changes.

        Returns:
            Variables for the command, by which it is known to run inside.

        Raises:
            BusyError: When it did not become our turn in time; nobody is in the way of others.
            RefusedError: When no place in line can be had.
            CouldNotLookError: When the line cannot be read.
        """
        inside = self.env.get(INSIDE, "").split()
        if any(each.slot == slot and each.key in inside for each in self.places.tickets(slot)):
            return {}
        limit = self.limits.get(slot, 1) if limit is None else limit
        place = self.places.join(slot, limit, session=session, command=command, directory=directory)
        try:
            mine = self._turn(slot, place, wait, told)
            place.begin()
        except BaseException:
            place.leave()
            raise
        return {INSIDE: " ".join((*inside, mine.key))}

    def _turn(self, slot: str, place: SlotPlace, wait: float | None, told: Told) -> Ticket:
        """Wait until it is our turn."""
        deadline = None if wait is None else time.monotonic() + wait
        said: list[int] = []
        while True:
            line = self.places.tickets(slot)
            at = next((at for at, each in enumerate(line) if each.number == place.number), None)
            if at is None:
                raise BusyError(
                    f"Our place in the line for {slot} was deleted.", hint="Run the command again."
                )
            if at < may_run(each.limit for each in line):
                return line[at]
            left = _LOOK if deadline is None else deadline - time.monotonic()
            if left <= 0:
                raise BusyError(
                    f"The slot {slot} is taken: {_before(line[:at])}.",
                    hint="Run it later, or wait longer: --wait 10m.",
                )
            numbers = [each.number for each in line[:at]]
            if numbers != said:
                said = numbers
                told(f"waiting for the slot {slot}: {_before(line[:at])}")
            self.places.sleep(line[:at], min(left, _LOOK))


def _before(ahead: Sequence[Ticket]) -> str:
    """Who stands before us, for people."""
    running = [each for each in ahead if each.begun is not None] or list(ahead[:1])
    text = ", ".join(who(each) for each in running[:3]) + " first"
    others = len(ahead) - len(running[:3])
    return f"{text}, then {plural(others, 'other')}" if others else text
