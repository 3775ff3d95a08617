"""Ports for the machine: time, processes, the user's trust.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Protocol

from parallel_tui.model.window.process import Process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from parallel_tui.model.sharing.lock import Holder, Liveness
    from parallel_tui.model.window.window import Resources

Clock = Callable[[], float]
"""Epoch seconds. Injected, so that tests own time."""


class Exits(Protocol):
    """Tells of processes that end."""

    def follow(self, pids: Collection[int]) -> None:
        """Follow exactly these processes from now on."""
        ...

    def close(self) -> None:
        """Follow nothing more, ever."""
        ...


class OwnCommand(Protocol):
    """A command of ours that was started as a program of its own."""

    def wait(self) -> tuple[int, bytes, bytes]:
        """Wait for its end; status, output and errors."""
        ...

    def end(self) -> None:
        """Tell it to end; whoever waits for it goes on then."""
        ...


class ChildProcess(Protocol):
    """A program of ours that runs beside us, read and written through pipes."""

    @property
    def pid(self) -> int:
        """Its process id on this machine."""
        ...

    @property
    def stdin(self) -> IO[bytes] | None:
        """What it reads."""
        ...

    @property
    def stdout(self) -> IO[bytes] | None:
        """What it prints."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, for so many seconds, and return its status.

        Raises:
            TimeoutExpired: It did not end in time (`subprocess`).
        """
        ...


class Processes(Protocol):
    """The processes of this machine."""

    def sample(self, roots: Mapping[str, Collection[int]]) -> Mapping[str, Resources]:
        """CPU and memory of process trees, in one pass.

        Args:
            roots: Root process ids by window id.

        Returns:
            Use by window id; CPU is measured since the previous call, 0 at the first.
        """
        ...

    def standing_in(self, directory: str) -> tuple[Process, ...]:
        """Processes whose working directory is in a directory; never ourselves."""
        ...

    def exits(self, gone: Callable[[], None]) -> Exits:
        """Call back soon after processes end; a hint, and on some systems never.

        Args:
            gone: Called from another thread, once for each wave of ends. It must return at once.
        """
        ...

    def python(self, args: Sequence[str]) -> ChildProcess:
        """Run our own Python with arguments, isolated and with pipes to and from it.

        Raises:
            OSError: When the system starts no process.
        """
        ...


class Trust(Protocol):
    """Content that the user allowed to run, recorded by hash for this user and machine.

    What is passed as content is the key of a question (`model.consent.Question`).
    """

    def trusts(self, repository: str, content: str) -> bool:
        """Whether exactly this content of this repository was trusted."""
        ...

    def grant(self, repository: str, content: str) -> None:
        """Record trust in exactly this content."""
        ...


class Holders(Protocol):
    """Describes running processes so that they can be recognised later."""

    def holder_of(self, pid: int) -> Holder | None:
        """Describe a running process so that it can be recognised later."""
        ...

    def holder_from(self, env: Mapping[str, str], pane_pid: int | None) -> Holder | None:
        """The process that proves the session alive: the agent, else the pane it runs in.

        Args:
            env: `CLAUDE_PID` is the agent's own process id (hooks and tools have it).
            pane_pid: First process of the pane this command runs in, if it runs in one.
        """
        ...

    def myself(self) -> Holder | None:
        """This process, described so that others recognise it; `None` when that is impossible."""
        ...

    def is_dead(self, holder: Holder | None) -> bool:
        """Whether a process is proved dead; false when that is not known."""
        ...

    def liveness(self, holder: Holder | None, worktree: str | None) -> Liveness:
        """Whether the session behind a holder and a worktree still exists.

        Args:
            holder: Process recorded at the grant, if any.
            worktree: Git directory of the session's worktree at the grant, if any.
        """
        ...

    def began(self, pid: int, name: str) -> float | None:
        """Start time of the youngest program of a name at or below a process, in epoch seconds.

        Args:
            pid: The process.
            name: As the kernel calls the program.

        Returns:
            When the process itself started, where no program below it has the name; `None` when
            there is no such process.
        """
        ...
