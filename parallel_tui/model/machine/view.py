"""How the machine is shared out, as a live view shows it."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.machine.load import Machine
    from parallel_tui.model.machine.ports import PortGrant
    from parallel_tui.model.machine.slots import Line, Ticket


@dataclass(frozen=True, slots=True)
class InLine:
    """One command that runs in a slot or waits for it.

    Attributes:
        ticket: Its place.
        place: How many stand before it, itself counted, among those that wait; 0 for one that runs.
    """

    ticket: Ticket
    place: int


@dataclass(frozen=True, slots=True)
class MachineView:
    """The machine at one moment. Compared by value.

    Attributes:
        machine: Load and memory; `None` where they are not known.
        lines: Who runs in which slot, and who waits.
        grants: What sessions of the repository have for themselves.
        lost: Why lines are not known; empty when they are.
    """

    machine: Machine | None = None
    lines: tuple[Line, ...] = ()
    grants: tuple[PortGrant, ...] = ()
    lost: str = ""

    def in_line(self) -> tuple[InLine, ...]:
        """Everybody in line, by slot: those that run, then those that wait, the next one first."""
        return tuple(
            each
            for line in self.lines
            for each in (
                *(InLine(ticket, 0) for ticket in line.running),
                *(InLine(ticket, place) for place, ticket in enumerate(line.waiting, 1)),
            )
        )

    def grant(self, git_dir: str) -> PortGrant | None:
        """What the session of a worktree has for itself; `None` for nothing."""
        return next((each for each in self.grants if each.git_dir == git_dir), None)
