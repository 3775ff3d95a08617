"""Have another machine's `pdev` do something, through ssh.

What is done on another machine's disk is done there, by the same program, with the same questions:
a plan is asked for there, shown here, and carried out there only where it is still what was shown.
"""

from __future__ import annotations

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import CouldNotLookError, RefusedError, UsageError
from parallel_tui.model.hosts import reach
from parallel_tui.model.hosts.reach import HostReach
from parallel_tui.model.hosts.shared import is_host_name
from parallel_tui.model.settings.reached import (
    PROGRAM_WORDS,
    SSH_WORDS,
    HostSettings,
    is_program,
    is_ssh_name,
)
from parallel_tui.record import dataclass, replace
from parallel_tui.services.hosts.asking import QUESTION, Asking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from parallel_tui.model.hosts.reach import MachineAbout
    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.ports.hosts.reach import KnownMachines, RemoteShell


class UnnamedError(RefusedError):
    """Nobody has said yet by which name ssh reaches a machine.

    Attributes:
        host: Which machine.
        suggested: The name to ask about.
    """

    def __init__(self, host: str, suggested: str) -> None:
        super().__init__(
            f"It is not known yet how ssh reaches {host}",
            advice=(Advice("Say it once: ", Act.CONNECT, (host, suggested)),),
        )
        self.host = host
        self.suggested = suggested


@dataclass(frozen=True, slots=True)
class OtherMachines(Asking):
    """Reaches the machines that share work.

    Attributes:
        configured: How machines are reached, as the user has set it.
        known: The same, as the user said when asked.
        shared: Sessions of other machines as known last.
        published: Machines that use the store, by what the store says of their names for ssh.
        shell: Runs commands there.
        first: First commit of the repository; empty where it cannot be told.
        fetch: Asks for news of what others share; that it cannot be done is no error.
    """

    configured: Mapping[str, HostSettings]
    known: KnownMachines
    shared: Callable[[], Sequence[SharedSession]]
    published: Callable[[], Mapping[str, HostSettings]]
    shell: RemoteShell
    first: Callable[[], str]
    fetch: Callable[[], None]

    def names(self) -> frozenset[str]:
        """Machines that something is known of."""
        return frozenset(
            (*self.configured, *self.known.read(), *(each.host for each in self.shared()))
        )

    def ssh_names(self) -> Mapping[str, str]:
        """Names for ssh, by machine, as far as the user has said them.

        Raises:
            CouldNotLookError: When what was said cannot be read.
        """
        found = {host: each.ssh for host, each in self.known.read().items()}
        found |= {host: each.ssh for host, each in self.configured.items() if each.ssh}
        return found

    def reach(self, host: str) -> HostReach:
        """How a machine is reached.

        Raises:
            UsageError: When nothing is known of such a machine.
            UnnamedError: When nobody has said yet which name it has for ssh.
            CouldNotLookError: When what is known cannot be read.
        """
        own = self.configured.get(host, HostSettings())
        said = self.known.read().get(host, HostSettings())
        clone = self._clone(host)
        if not clone and not own.path:
            self.fetch()
            clone = self._clone(host)
        if not own.ssh and not said.ssh:
            published = self.published()
            if host not in published and not clone and not is_host_name(host):
                raise UsageError(f"{host!r} cannot be the name of a machine")
            told = published.get(host, HostSettings()).ssh
            raise UnnamedError(host, told if is_ssh_name(told) else host)
        path = own.path
        if not path and not clone:
            path = self.published().get(host, HostSettings()).path
        return HostReach(
            host,
            own.ssh or said.ssh,
            own.program or said.program,
            clone,
            path if path.startswith("/") else "",
            self.first(),
        )

    def connect(
        self, host: str, ssh: str | None = None, program: str | None = None
    ) -> tuple[HostReach, MachineAbout]:
        """Try to reach a machine, and keep how from then on.

        Args:
            host: Which; the name under which it shares work.
            ssh: Its name for ssh; by default what is set, was said before, or its own name.
            program: `pdev` there; by default what is set or was said before, or else the usual.

        Raises:
            UsageError: When a name is none.
            CouldNotLookError: When it cannot be reached, or has no `pdev`; nothing is kept then.
            RefusedError: When it cannot be kept.
        """
        if not is_host_name(host):
            raise UsageError(f"{host!r} cannot be the name of a machine")
        if ssh is not None and not is_ssh_name(ssh):
            raise UsageError(f"{ssh!r} is no name for ssh", hint=f"Give {SSH_WORDS}.")
        if program is not None and not is_program(program):
            raise UsageError(f"{program!r} cannot be pdev there", hint=f"Give {PROGRAM_WORDS}.")
        try:
            wanted = self.reach(host)
        except (UnnamedError, CouldNotLookError) as error:
            if isinstance(error, UnnamedError):
                told = error.suggested
            elif ssh is not None:
                told = ssh  # what was said before, and cannot be read, is said anew
            else:
                raise
            wanted = HostReach(host, told, clone=self._clone(host), first=self.first())
        if ssh is not None:
            wanted = replace(wanted, ssh=ssh, program=self.configured_program(host))
        if program is not None:
            wanted = replace(wanted, program=program)
        found, said = self.answered(wanted, ("host", "about", "--json"), QUESTION)
        own = self.configured.get(host, HostSettings())
        if ssh is not None or program is not None or not own.ssh:
            self.known.keep(host, HostSettings(found.ssh, found.program))
        return found, reach.about_of(said)

    def _clone(self, host: str) -> str:
        """What tells the clone apart that a machine shares; empty where that is not known."""
        found = {each.clone for each in self.shared() if each.host == host}
        clone = found.pop() if len(found) == 1 else ""
        return clone if reach.is_clone(clone) else ""

    def forget(self, host: str) -> bool:
        """Forget what was said of how a machine is reached; returns whether anything was.

        Raises:
            RefusedError: When that cannot be written.
        """
        if host not in self.known.read():
            return False
        self.known.keep(host, None)
        return True

    def configured_program(self, host: str) -> str:
        """`pdev` on a machine as the user has set it; empty where that is not set."""
        return self.configured.get(host, HostSettings()).program

    def about(self, host: str) -> MachineAbout:
        """What a machine says of itself now.

        Raises:
            ParallelError: As `ask`.
        """
        return reach.about_of(self.ask(self.reach(host), ("host", "about", "--json")))
