"""See what the processes of a session use, and end one of them."""

from __future__ import annotations

from parallel_tui.errors import RefusedError
from parallel_tui.model.machine.usage import biggest
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from parallel_tui.model.machine.load import Machine
    from parallel_tui.model.machine.usage import ProcessUse
    from parallel_tui.model.window.window import Window
    from parallel_tui.ports.machine.local import LocalMachine

_GRACE: Final = 3.0
"""Seconds that a process has to end by itself."""


@dataclass(frozen=True, slots=True)
class Stopper:
    """Looks at processes of sessions, and ends single ones.

    Attributes:
        look: Looks at this machine.
    """

    look: LocalMachine

    def machine(self) -> Machine | None:
        """Load and memory now."""
        return self.look.now()

    def uses(self, windows: Iterable[Window]) -> tuple[ProcessUse, ...]:
        """Processes of some windows, the biggest first; dashboards do not count."""
        roots = {window.id: tuple(pane.pid for pane in window.others) for window in windows}
        return biggest(self.look.uses(roots))

    def find(self, windows: Iterable[Window], pid: int) -> ProcessUse:
        """A process of some windows.

        Raises:
            RefusedError: When none of them runs it.
        """
        found = next((each for each in self.uses(windows) if each.pid == pid), None)
        if found is None:
            raise RefusedError(f"Process {pid} is none of this session.")
        return found

    def stop(self, process: ProcessUse, *, kill: bool = False) -> bool:
        """End a process: ask it to, or end it without asking.

        What it started may go on; a process that was asked may take its time.

        Args:
            process: Which, as it was looked at: never another one with the same id.
            kill: Whether to end it without asking.

        Returns:
            Whether it has ended.

        Raises:
            RefusedError: When we run below it, or it may not be told.
        """
        if process.pid in self.look.above_us():
            raise RefusedError(
                f"Process {process.pid} is what this very program runs in.",
                hint="End it from elsewhere.",
            )
        if not self.look.tell(process.pid, process.started, kill=kill):
            return True
        return self.look.ended(process.pid, process.started, within=_GRACE)
