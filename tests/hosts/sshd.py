"""A real OpenSSH server on loopback, through which a test reaches another machine of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.waiting import eventually

_SERVER = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


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


@contextmanager
def serving(folder: Path, env: Mapping[str, str]) -> Iterator[SshServer]:
    """A server whose sessions have an environment.

    Skips the test where none is installed.

    Args:
        folder: An empty one.
        env: Of a machine of its own.
    """
    if _SERVER is None:
        reason = "sshd is not installed (Debian: openssh-server)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder.mkdir()
    for name in ("host", "user"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True
        )
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    given = " ".join(f'"{name}={value}"' for name, value in {**env, "PATH": path}.items())
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile none\n"
        f"AuthorizedKeysFile {folder}/user.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
        f"PasswordAuthentication no\nKbdInteractiveAuthentication no\nPrintMotd no\n"
        f"SetEnv {given}\n"
    )
    known = (folder / "host.pub").read_text()
    (folder / "known").write_text(f"[127.0.0.1]:{port} {known}")
    login = (
        f"  HostName 127.0.0.1\n  Port {port}\n  User {getpass.getuser()}\n"
        f"  IdentityFile {folder}/user\n  IdentitiesOnly yes\n  IdentityAgent none\n"
    )
    (folder / "config").write_text(
        f"Host red\n{login}  UserKnownHostsFile {folder}/known\n"
        # What a user has set for sessions at the keyboard must not keep a question from its answer.
        "  RemoteCommand exec true\n  RequestTTY force\n"
        f"Host stranger\n{login}  HostKeyAlias stranger\n  UserKnownHostsFile /dev/null\n"
        "  ControlPath none\n"
        "Host nowhere\n  HostName 127.0.0.1\n  Port 1\n"
    )
    program = folder / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {folder}/config "$@"\n')
    program.chmod(0o755)
    if not os.geteuid():
        Path("/run/sshd").mkdir(exist_ok=True)  # which root's server insists on
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [_SERVER, "-D", "-e", "-f", str(folder / "sshd_config")],
            stdin=subprocess.DEVNULL,
            stderr=log,
            env={"PATH": path},
        )
    try:

        def listens() -> bool:
            assert server.poll() is None, (folder / "log").read_text()
            with socket.socket() as asked:
                return asked.connect_ex(("127.0.0.1", port)) == 0

        eventually(listens, what="sshd")
        yield SshServer(folder, port)
    finally:
        server.terminate()
        server.wait()
