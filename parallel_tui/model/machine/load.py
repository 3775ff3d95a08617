"""How busy the machine is, and whether another session would help. Pure."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_GIB: Final = 1 << 30
_LITTLE: Final = 10
"""Percent of memory; with less left, programs begin to be ended or moved to disk."""


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine at one moment, rounded so that noise is not news.

    Attributes:
        cores: Processors that we may use.
        load: Programs that run or want to, on average of the last minute, to one place.
        memory: Bytes of memory; 0 where that is not known.
        free: Bytes that programs can still have, rounded to 128 MiB.
    """

    cores: int
    load: float
    memory: int = 0
    free: int = 0

    @property
    def busy(self) -> bool:
        """Whether more wants to run than can."""
        return self.load > self.cores

    @property
    def short(self) -> bool:
        """Whether little memory is left."""
        return bool(self.memory) and 100 * self.free < _LITTLE * self.memory


def load_words(machine: Machine) -> str:
    """`load 3.1 on 2 cores`."""
    cores = "1 core" if machine.cores == 1 else f"{machine.cores} cores"
    return f"load {machine.load:.1f} on {cores}"


def memory_words(machine: Machine) -> str:
    """`1.2 of 7.8 GiB free`; empty where that is not known."""
    if not machine.memory:
        return ""
    return f"{machine.free / _GIB:.1f} of {machine.memory / _GIB:.1f} GiB memory free"


def words(machine: Machine) -> str:
    """Both."""
    return ", ".join(filter(None, (load_words(machine), memory_words(machine))))


def too_many(sessions: int, limit: int, machine: Machine | None) -> str | None:
    """Why another session may be one too many; `None` when it is not. Never a reason to refuse.

    Args:
        sessions: How many there are beside the main worktree.
        limit: How many are set to be enough.
        machine: The machine now, where that is known.
    """
    if sessions < limit:
        return None
    count = "1 session" if sessions == 1 else f"{sessions} sessions"
    text = f"{count} beside the main worktree already; {limit} is the limit set by max_sessions"
    return text + reason(machine)


def reason(machine: Machine | None) -> str:
    """How the machine bears more sessions, to be put behind a sentence; empty where not known."""
    if machine is None:
        return ""
    said = words(machine)
    if machine.short:
        return f", and memory is short: {said}"
    if machine.busy:
        return f", and the machine is busy: {said}"
    return f" ({said})"
