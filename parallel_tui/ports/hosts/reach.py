"""Ports for other machines: asking their `pdev`, and what is known of how to reach them."""

from __future__ import annotations

from typing import Protocol

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.model.settings.reached import HostSettings


@dataclass(frozen=True, slots=True)
class RemoteAnswer:
    """What came of a command on another machine.

    Attributes:
        status: Its status; 255 where ssh itself failed, `None` where no answer came in time.
        output: What it printed.
        errors: What it and ssh complained.
    """

    status: int | None
    output: str
    errors: str


class RemoteShell(Protocol):
    """Runs commands on other machines. From any thread."""

    def ask(self, ssh: str, command: str, *, timeout: float) -> RemoteAnswer:
        """Run a command to its end. Nobody is asked for a password, and nothing waits for ever.

        Args:
            ssh: The machine's name for ssh.
            command: For its shell.
            timeout: Seconds until it is given up.

        Raises:
            CouldNotLookError: When ssh cannot be started here.
        """
        ...

    def words(self, ssh: str, command: str, *, terminal: bool) -> Sequence[str]:
        """The command line by which our own terminal runs a command there.

        Args:
            ssh: The machine's name for ssh.
            command: For its shell.
            terminal: Whether it gets a terminal there.
        """
        ...


class KnownMachines(Protocol):
    """Keeps how the user said that machines are reached from this clone."""

    def read(self) -> Mapping[str, HostSettings]:
        """All of them by name.

        Raises:
            CouldNotLookError: When that cannot be read.
        """
        ...

    def keep(self, host: str, settings: HostSettings | None) -> None:
        """Keep how one is reached; `None` forgets it.

        Raises:
            RefusedError: When it cannot be written.
            CouldNotLookError: As `read`.
        """
        ...


class OwnClones(Protocol):
    """Finds clones of the user's on this machine, for whoever asks from another one."""

    def note(self, clone: str, path: str) -> None:
        """Note where a clone is; that it cannot be noted is no error, others say the path then."""
        ...

    def of(self, path: str) -> tuple[str, ...]:
        """What was noted to tell the clone at a path apart, the latest first."""
        ...

    def find(self, clone: str) -> str | None:
        """A directory of a clone; `None` when it was not noted, or is not there any more."""
        ...
