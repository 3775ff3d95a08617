"""A real OpenSSH server on loopback, through which a test reaches another machine of its own.

It runs as whoever runs the tests. Unlike PostgreSQL it cannot be another user where that is root:
what it starts is pdev itself, in a repository of the tests.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.waiting import eventually

_SERVER = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")

CLIENT = os.environ.get("PDEV_TEST_SSH", "/usr/bin/ssh")
"""The ssh that reaches it; another one, such as a very old one, where that is set."""

USUAL_PATH = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
"""Where a command of ssh finds programs on the machine, pdev among them."""


@dataclass(frozen=True)
class SshServer:
    """A server, which lets the user of the tests in as a machine with a home of its own.

    Attributes:
        folder: Its keys and settings; `bin/ssh` there is an ssh that knows it as `red`.
        port: Where it listens.
    """

    folder: Path
    port: int

    def environment(self, env: Mapping[str, str]) -> dict[str, str]:
        """An environment whose `ssh` knows the server."""
        return {**env, "PATH": f"{self.folder / 'bin'}:{env['PATH']}"}

    def log_in(self, shell: str = "/bin/sh", path: str = USUAL_PATH) -> None:
        """Choose what a login gets, as the user's entry of the system would say it.

        Args:
            shell: The login shell. It gets a command as the server hands it on: behind `-c`.
            path: Its `PATH`.
        """
        script = self.folder / "login.new"
        # The first shell of a login counts none above it: bash reads its file then.
        script.write_text(
            f'#!/bin/sh\ncd "$HOME" || exit\nunset SHLVL\nexport SHELL={shell}\n'
            f'export PATH={shlex.quote(path)}\nexec {shell} -c "$SSH_ORIGINAL_COMMAND"\n'
        )
        script.chmod(0o755)
        script.replace(self.folder / "login")

    def demand_terminals(self) -> None:
        """Skip the test where the server gives nobody a terminal.

        A server that is not root cannot give a terminal to the group of terminals: the system has
        to do that by itself, as most do.
        """
        asked = [str(self.folder / "bin" / "ssh"), "-o", "BatchMode=yes", "-tt", "plain", "true"]
        tried = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if tried.returncode:
            pytest.skip("this sshd can give nobody a terminal: /dev/pts is mounted without gid=5")


@contextmanager
def serving(folder: Path, env: Mapping[str, str]) -> Iterator[SshServer]:
    """A server whose sessions have an environment.

    Skips the test where none is installed, or nobody can log in through it.

    Args:
        folder: An empty one.
        env: Of a machine of its own.
    """
    if _SERVER is None:
        _cannot("sshd is not installed (Debian: openssh-server)")
    folder.mkdir()
    for name in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True
        )
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    given = " ".join(f'"{name}={value}"' for name, value in {**env, "PATH": USUAL_PATH}.items())
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\nPrintMotd no\n"
        # Passwords are asked for, and none is right.
        f"PermitRootLogin prohibit-password\nKbdInteractiveAuthentication no\n"
        f"PasswordAuthentication yes\nForceCommand {folder}/login\nSetEnv {given}\n"
    )
    _write_client(folder, port)
    server = SshServer(folder, port)
    server.log_in()
    if not os.geteuid():
        with suppress(OSError):  # which root's server insists on; it says so itself
            Path("/run/sshd").mkdir(exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [_SERVER, "-D", "-e", "-f", str(folder / "sshd_config")],
            stdin=subprocess.DEVNULL,
            stderr=log,
            env={"PATH": USUAL_PATH},
        )
    try:

        def listens() -> bool:
            if process.poll() is not None:
                _cannot(f"sshd does not run here: {(folder / 'log').read_text()}")
            with socket.socket() as asked:
                return asked.connect_ex(("127.0.0.1", port)) == 0

        eventually(listens, what="sshd")
        tried = subprocess.run(
            [folder / "bin" / "ssh", "-o", "BatchMode=yes", "-n", "plain", "true"],
            capture_output=True,
            text=True,
            check=False,
        )
        if tried.returncode:
            _cannot(f"nobody can log in: {tried.stderr}{(folder / 'log').read_text()}")
        yield server
    finally:
        process.terminate()
        process.wait()


def _write_client(folder: Path, port: int) -> None:
    """Write what an ssh knows of the server, by several names."""
    known = (folder / "host.pub").read_text()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {known}")
    login = (
        f"  HostName 127.0.0.1\n  Port {port}\n  User {pwd.getpwuid(os.geteuid()).pw_name}\n"
        f"  IdentityFile {folder}/user\n  IdentitiesOnly yes\n  IdentityAgent none\n"
    )
    trusted = f"{login}  UserKnownHostsFile {folder}/known\n"
    strange = f"{login}  HostKeyAlias stranger\n  UserKnownHostsFile /dev/null\n"
    # What a user has set for sessions at the keyboard must not keep a question from its answer.
    typed = "" if "7.4" in _version() else "  RemoteCommand exec true\n"
    (folder / "config").write_text(
        f"Host red\n{trusted}{typed}  RequestTTY force\n"
        f"Host plain\n{trusted}"
        f"Host stranger\n{strange}  ControlPath none\n"
        f"Host behind\n{trusted}  ControlPath none\n  ProxyJump stranger\n"
        f"Host locked\n  PubkeyAuthentication no\n  ControlPath none\n{trusted}"
        "Host nowhere\n  HostName 127.0.0.1\n  Port 1\n"
    )
    program = folder / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {CLIENT} -F {folder}/config "$@"\n')
    program.chmod(0o755)


def _version() -> str:
    return subprocess.run([CLIENT, "-V"], capture_output=True, text=True, check=False).stderr


def _cannot(reason: str) -> NoReturn:
    """Skip a test, or let it fail where everything has to be there."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
