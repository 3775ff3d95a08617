"""Have another machine's `pdev` do something, through ssh.

What is done on another machine's disk is done there, by the same program, with the same questions:
a plan is asked for there, shown here, and carried out there only where it is still what was shown.
"""

from __future__ import annotations

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import CouldNotLookError, ParallelError, RefusedError, UsageError
from parallel_tui.model.hosts import reach
from parallel_tui.model.hosts.reach import HostReach
from parallel_tui.model.hosts.shared import is_host_name
from parallel_tui.model.settings.reached import SSH_WORDS, HostSettings, is_ssh_name
from parallel_tui.record import dataclass, replace
from parallel_tui.services.hosts.answers import NoProgramError, object_in, there

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.hosts.reach import MachineAbout
    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.hosts.reach import KnownMachines, RemoteAnswer, RemoteShell

QUESTION: Final = 40.0
"""Seconds that a question may take."""

FETCH: Final = 180.0
"""The same where a remote is asked there."""

CHANGE: Final = 900.0
"""Seconds that a change may take: commands that prepare a session among it."""


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
class OtherMachines:
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

    def connect(self, host: str, ssh: str | None = None) -> tuple[HostReach, MachineAbout]:
        """Try to reach a machine, and keep how from then on.

        Args:
            host: Which; the name under which it shares work.
            ssh: Its name for ssh; by default what is set, was said before, or its own name.

        Raises:
            UsageError: When a name is none.
            CouldNotLookError: When it cannot be reached, or has no `pdev`; nothing is kept then.
            RefusedError: When it cannot be kept.
        """
        if not is_host_name(host):
            raise UsageError(f"{host!r} cannot be the name of a machine")
        if ssh is not None and not is_ssh_name(ssh):
            raise UsageError(f"{ssh!r} is no name for ssh", hint=f"Give {SSH_WORDS}.")
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
        found, about = self._met(wanted)
        if ssh is not None or host not in self.configured or not self.configured[host].ssh:
            self.known.keep(host, HostSettings(found.ssh, found.program))
        return found, about

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

    def _met(self, wanted: HostReach) -> tuple[HostReach, MachineAbout]:
        arguments = ("host", "about", "--json")
        near = () if wanted.program else (replace(wanted, program=reach.NEAR_PROGRAM),)
        failure: ParallelError | None = None
        for place in (wanted, *near):
            answer = self._run(place, arguments, QUESTION)
            try:
                said = object_in(place, arguments, answer, changes=False)
            except NoProgramError as error:
                failure = failure or error
                continue
            return place, reach.about_of(said)
        raise failure or CouldNotLookError(f"{wanted.host} did not answer")

    def about(self, host: str) -> MachineAbout:
        """What a machine says of itself now.

        Raises:
            ParallelError: As `ask`.
        """
        return reach.about_of(self.ask(self.reach(host), ("host", "about", "--json")))

    def ask(
        self, place: HostReach, arguments: Sequence[str], *, fetching: bool = False
    ) -> dict[str, Json]:
        """Ask a machine's `pdev` something; returns the JSON object that it answers.

        Args:
            place: Which machine.
            arguments: The words behind `pdev`, `--json` among them.
            fetching: Whether it asks a remote there, and may take longer.

        Raises:
            ElsewhereError: When it refuses.
            CouldNotLookError: When it cannot be reached or does not answer, with the command to
                run there.
        """
        words, patience = tuple(arguments), FETCH if fetching else QUESTION
        return object_in(place, words, self._run(place, words, patience), changes=False)

    def change(self, place: HostReach, arguments: Sequence[str]) -> dict[str, Json]:
        """Have a machine's `pdev` change something; as `ask` otherwise.

        Raises:
            ElsewhereError: As `ask`.
            CouldNotLookError: As `ask`; what was done there is not known then.
        """
        words = tuple(arguments)
        return object_in(place, words, self._run(place, words, CHANGE), changes=True)

    def words(self, place: HostReach, arguments: Sequence[str], *, terminal: bool) -> Sequence[str]:
        """The command line by which our own terminal runs a command of `pdev` there.

        Raises:
            UsageError: When it is too long.
        """
        command = reach.command_of(place, tuple(arguments))
        return self.shell.words(place.ssh, command, terminal=terminal)

    def _run(self, place: HostReach, arguments: tuple[str, ...], timeout: float) -> RemoteAnswer:
        command = reach.command_of(place, arguments)
        try:
            return self.shell.ask(place.ssh, command, timeout=timeout)
        except CouldNotLookError as error:
            raise CouldNotLookError(
                error.message, hint=f"{error.hint}\n{there(place, arguments)}".strip()
            ) from None
