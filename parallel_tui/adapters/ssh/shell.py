"""Run commands on other machines by OpenSSH, as the user's own `ssh` reaches them.

All of the user's configuration counts. What is added keeps a question from waiting: nobody is asked
for a password, a machine that does not answer is given up, and further questions go through the
connection of the first for a minute.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
from contextlib import suppress
from subprocess import DEVNULL, PIPE, TimeoutExpired
from typing import Final

from parallel_tui.adapters.process import programs
from parallel_tui.adapters.ssh import options
from parallel_tui.errors import CouldNotLookError
from parallel_tui.ports.hosts.reach import RemoteAnswer
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO

_SOCKET: Final = 58
"""Bytes of a socket's name: the digest that ssh makes, and what it appends while it is made."""
_LONGEST_SOCKET: Final = 104
_MOST: Final = 8 << 20
_CHUNK: Final = 1 << 16
_OURS: Final = 0
"""Our own standard input."""


@dataclass(frozen=True, slots=True)
class OpenSsh:
    """Implements `RemoteShell`.

    Attributes:
        env: Our environment.
    """

    env: Mapping[str, str]

    def ask(self, ssh: str, command: str, *, timeout: float) -> RemoteAnswer:
        """See `RemoteShell.ask`."""
        # A file, for an older ssh that stays for further questions keeps its errors open.
        with tempfile.TemporaryFile() as errors, self._started(ssh, command, errors) as process:
            try:
                output, _ = process.communicate(timeout=timeout)
            except TimeoutExpired:
                _end(process)
                return RemoteAnswer(None, "", "")
            except BaseException:
                _end(process)
                raise
            return RemoteAnswer(process.returncode, _text(output), _read(errors))

    def follow(
        self, ssh: str, command: str, write: Callable[[bytes], None], *, reads: bool
    ) -> RemoteAnswer:
        """See `RemoteShell.follow`."""
        with (
            tempfile.TemporaryFile() as errors,
            self._started(ssh, command, errors, reads=reads) as process,
        ):
            try:
                while process.stdout and (chunk := os.read(process.stdout.fileno(), _CHUNK)):
                    write(chunk)
                process.wait()
            except BaseException:
                _end(process)
                raise
            return RemoteAnswer(process.returncode, "", _read(errors))

    def _started(
        self, ssh: str, command: str, errors: IO[bytes], *, reads: bool = False
    ) -> programs.Process:
        how = options.options("ssh", self.env, *options.QUIET, *self._shared())
        argv = ("ssh", *(("-T",) if reads else ("-T", "-n")), *how)
        try:
            return programs.start(
                (*argv, *options.destination(ssh), command),
                env=self.env,
                more=options.NO_QUESTIONS,
                stdin=_OURS if reads else DEVNULL,
                stdout=PIPE,
                stderr=errors,
            )
        except OSError as error:
            raise no_ssh(error) from None

    def words(self, ssh: str, command: str) -> Sequence[str]:
        """See `RemoteShell.words`."""
        # By its path: a window that runs it may have another PATH.
        program = shutil.which("ssh", path=self.env.get("PATH")) or "ssh"
        how = options.options(program, self.env, *options.TYPED, *self._shared())
        return (program, "-t", *how, *options.destination(ssh), command)

    def _shared(self) -> tuple[str, ...]:
        """The options that have one connection serve all; none where it has no safe place."""
        folder = self._folder()
        if folder is None:
            return ()
        place = folder.replace("%", "%%")
        return ("ControlMaster=auto", f'ControlPath="{place}/%C"', "ControlPersist=60")

    def _folder(self) -> str | None:
        """Our own folder for sockets, which nobody else can write to."""
        above = self.env.get("XDG_RUNTIME_DIR", "")
        made = (
            f"{above}/pdev-ssh" if above.startswith("/") else f"/tmp/pdev-ssh-{os.getuid()}"  # noqa: S108
        )
        if len(os.fsencode(made)) + _SOCKET > _LONGEST_SOCKET or '"' in made:
            return None
        with suppress(OSError):
            with suppress(FileExistsError):
                os.mkdir(made, 0o700)  # noqa: PTH102
            found = os.lstat(made)
            mine = found.st_uid == os.getuid() and not found.st_mode & 0o077
            return made if mine and stat.S_ISDIR(found.st_mode) else None
        return None


def no_ssh(error: OSError) -> CouldNotLookError:
    """Why ssh cannot be started here."""
    if isinstance(error, FileNotFoundError):
        return CouldNotLookError(
            "ssh is not installed on this machine",
            hint="Install it (Debian: apt install openssh-client).",
        )
    return CouldNotLookError(f"ssh cannot be run: {error.strerror or error}")


def _end(process: programs.Process) -> None:
    """End an ssh, and those that it has started to get through other machines."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)


def _read(errors: IO[bytes]) -> str:
    errors.seek(0)
    return _text(errors.read(_MOST))


def _text(raw: bytes) -> str:
    return raw[:_MOST].decode("utf-8", "surrogateescape")
