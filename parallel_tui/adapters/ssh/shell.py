"""Run commands on other machines by OpenSSH, as the user's own `ssh` reaches them.

All of the user's configuration counts. What is added keeps a question from waiting: nobody is asked
for a password, a machine that does not answer is given up, and further questions go through the
connection of the first for a minute.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from subprocess import PIPE, TimeoutExpired
from typing import Final

from parallel_tui.adapters.process import programs
from parallel_tui.errors import CouldNotLookError
from parallel_tui.ports.hosts.reach import RemoteAnswer
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PATIENT: Final = ("ConnectTimeout=8", "ServerAliveInterval=5", "ServerAliveCountMax=3")
_QUIET: Final = (
    *("BatchMode=yes", "ClearAllForwardings=yes", "PermitLocalCommand=no", "LogLevel=ERROR"),
)
_ALWAYS: Final = ("RemoteCommand=none",)
"""A command that the configuration has for a machine and ours exclude each other."""

_SOCKET: Final = 58
"""Bytes of a socket's name: the digest that ssh makes, and what it appends while it is made."""
_LONGEST_SOCKET: Final = 104
_MOST: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class OpenSsh:
    """Implements `RemoteShell`.

    Attributes:
        env: Our environment.
    """

    env: Mapping[str, str]

    def ask(self, ssh: str, command: str, *, timeout: float) -> RemoteAnswer:
        """See `RemoteShell.ask`."""
        argv = ("ssh", "-T", "-n", *_options(*_QUIET, *self._shared()), "--", ssh, command)
        # A file, for an older ssh that stays for further questions keeps its errors open.
        with tempfile.TemporaryFile() as errors:
            try:
                process = programs.start(argv, env=self.env, stdout=PIPE, stderr=errors)
            except OSError as error:
                raise no_ssh(error) from None
            with process:
                try:
                    output, _ = process.communicate(timeout=timeout)
                except TimeoutExpired:
                    process.kill()
                    return RemoteAnswer(None, "", "")
                except BaseException:
                    process.kill()
                    raise
            errors.seek(0)
            return RemoteAnswer(process.returncode, _text(output), _text(errors.read(_MOST)))

    def words(self, ssh: str, command: str, *, terminal: bool) -> Sequence[str]:
        """See `RemoteShell.words`."""
        how = ("-t",) if terminal else ("-T", "-n")
        further = () if terminal else _QUIET
        # By its path: a window that runs it may have another PATH.
        program = shutil.which("ssh", path=self.env.get("PATH")) or "ssh"
        return (program, *how, *_options(*further, *self._shared()), "--", ssh, command)

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


def _options(*options: str) -> tuple[str, ...]:
    return tuple(word for each in (*_ALWAYS, *_PATIENT, *options) for word in ("-o", each))


def _text(raw: bytes) -> str:
    return raw[:_MOST].decode("utf-8", "surrogateescape")
