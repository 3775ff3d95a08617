"""Processes of a session and what they use. Pure."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class ProcessUse:
    """One process.

    Attributes:
        pid: Process id.
        started: When it began, as the kernel tells it; with the id it names one process.
        command: Its command line, as it says itself.
        cpu: Percent of one core.
        memory: Resident memory in bytes.
        disk: Bytes that it reads from and writes to disks in a second.
        window: The window that it runs in.
        first: Whether its window was opened for it and closes with it.
    """

    pid: int
    started: str
    command: str
    cpu: int
    memory: int
    disk: int
    window: str
    first: bool = False


def biggest(uses: Iterable[ProcessUse]) -> tuple[ProcessUse, ...]:
    """Processes, those first that use most: of the processor, then of memory."""
    return tuple(sorted(uses, key=lambda each: (-each.cpu, -each.memory, each.pid)))
