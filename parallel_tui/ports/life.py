"""Which processes live, and which are proved dead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from parallel_tui.model.sharing.lock import Holder


class Life(Protocol):
    """Proof of life and of death of processes, on this machine and this boot."""

    def myself(self) -> Holder | None:
        """This process, so that others can recognise it; `None` when it cannot be told."""
        ...

    def holder_of(self, pid: int) -> Holder | None:
        """A running process, so that it can be recognised later; `None` when it has ended."""
        ...

    def holder_from(self, env: Mapping[str, str], pane_pid: int | None) -> Holder | None:
        """The process whose life is the session's: the agent, else the pane it runs in.

        Args:
            env: Environment of this process, which may name the agent's own process.
            pane_pid: First process of the pane this command runs in, if it runs in one.
        """
        ...

    def is_dead(self, holder: Holder | None) -> bool:
        """Whether a process is proved dead; one that is not known is not."""
        ...

    def began(self, pid: int, name: str) -> float | None:
        """When the youngest program of a name started at or below a process, epoch seconds.

        Args:
            pid: The process.
            name: As the kernel calls the program.

        Returns:
            When the process itself started, where no program below it has the name; `None` when
            there is no such process.
        """
        ...
