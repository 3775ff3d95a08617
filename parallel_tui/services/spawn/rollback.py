"""Undo finished steps when a later one fails."""

from __future__ import annotations

from collections.abc import Callable

from parallel_tui.errors import ParallelError
from parallel_tui.record import dataclass, field


@dataclass(frozen=True, slots=True)
class InTrash:
    """A worktree that a rollback moved to the trash because it held more than was made.

    Attributes:
        what: It in words.
        id: Its name in the trash.
    """

    what: str
    id: str


@dataclass(slots=True)
class Undo:
    """A stack of undo functions for finished steps.

    An entry is pushed before its step begins, wherever nobody else can have made what it takes
    away. A step that is interrupted in its middle has often done its work already, so every entry
    looks for itself whether there is anything to take back.

    Attributes:
        kept: What was put aside instead of taken back.
    """

    _steps: list[tuple[str, Callable[[], InTrash | None]]] = field(default_factory=list)
    kept: list[InTrash] = field(default_factory=list)

    def push(self, what: str, take_back: Callable[[], InTrash | None]) -> None:
        """Add the undo of a finished step.

        Args:
            what: What would be left if that failed, such as `the worktree /x/y`.
            take_back: Does it, if what is there is exactly what the step made; does nothing when
                there is nothing to take back. Returns what it put aside instead, if anything.
        """
        self._steps.append((what, take_back))

    def unwind(self) -> tuple[str, ...]:
        """Undo every step, the last one first, even when some fail.

        Returns:
            What is left, each with the reason; empty when nothing is.
        """
        left: list[str] = []
        while self._steps:
            what, take_back = self._steps.pop()
            try:
                try:
                    kept = take_back()
                except KeyboardInterrupt:  # an impatient second Ctrl-C: finish cleaning up
                    kept = take_back()
                if kept:
                    self.kept.append(kept)
            except ParallelError as error:
                left.append(f"{what} ({error.message})")
            except (OSError, KeyboardInterrupt) as error:
                left.append(f"{what} ({str(error) or 'interrupted'})")
        return tuple(left)
