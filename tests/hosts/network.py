"""Machines in network namespaces of their own, whose way to the server can be cut.

A cut here is that of a pulled cable further away: every packet is lost, and nobody says so. Needs
root, and Linux.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

_NUMBERS = itertools.count()
_NOBODY = "02:00:00:00:00:99"
"""No interface has this address: what is sent there is lost."""


def why_not() -> str:
    """Why networks cannot be cut here; empty when they can."""
    if os.geteuid():
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "no `ip` (Debian: iproute2)"
    probe = f"pdev-probe-{os.getpid()}"
    made = _ip("netns", "add", probe, check=False)
    if made.returncode:
        return f"no network namespaces here: {made.stderr.strip()}"
    pair = _ip("link", "add", "name", "v0", "netns", probe, "type", "veth", check=False)
    _ip("netns", "del", probe)
    return "" if not pair.returncode else f"no virtual cables here: {pair.stderr.strip()}"


def _ip(*args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", *args], check=check, capture_output=True, text=True)


@dataclass(frozen=True)
class Machine:
    """A machine at the end of a cable.

    Attributes:
        name: What it calls itself.
        space: Its network namespace.
        server: Address of the server, as this machine sees it.
        own: Its own address.
        hub: Namespace of the server.
        plug: The server's end of the cable.
    """

    name: str
    space: str
    server: str
    own: str
    hub: str
    plug: str

    def command(self, *argv: str) -> list[str]:
        """The command line that runs a program on this machine."""
        naming = f'hostname {self.name}; exec "$@"'
        return [*self.inside(), "unshare", "-u", "sh", "-c", naming, "sh", *argv]

    def inside(self) -> list[str]:
        """What stands before a command line that runs on this machine's network."""
        return ["ip", "netns", "exec", self.space]

    def run(
        self, argv: Sequence[str], env: Mapping[str, str], cwd: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program on this machine to its end."""
        return subprocess.run(
            self.command(*argv),
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def cut(self) -> None:
        """Lose every packet from now on, both ways."""
        for space, plug, other in self._ends():
            where = ("lladdr", _NOBODY, "dev", plug, "nud", "permanent")
            _ip("-n", space, "neigh", "replace", other, *where)

    def mend(self) -> None:
        """Lose none any more."""
        for space, plug, other in self._ends():
            _ip("-n", space, "neigh", "del", other, "dev", plug)

    def _ends(self) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
        return (self.space, "v0", self.server), (self.hub, self.plug, self.own)


@contextmanager
def machines(*names: str) -> Iterator[tuple[str, list[Machine]]]:
    """Make a namespace for the server, and one for each machine with a cable to it.

    Args:
        names: Of the machines.

    Yields:
        The server's namespace, and the machines.
    """
    mark = f"pd{os.getpid()}n{next(_NUMBERS)}"
    hub = f"{mark}-hub"
    made: list[Machine] = []
    try:
        _ip("netns", "add", hub)
        _ip("-n", hub, "link", "set", "lo", "up")
        for number, name in enumerate(names, 1):
            space, plug = f"{mark}-{number}", f"plug{number}"
            _ip("netns", "add", space)
            net = f"10.219.{number}"
            made.append(Machine(name, space, f"{net}.1", f"{net}.2", hub, plug))
            _ip("-n", space, "link", "set", "lo", "up")
            far = ("peer", "name", plug, "netns", hub)
            _ip("link", "add", "name", "v0", "netns", space, "type", "veth", *far)
            for where, link, own in ((space, "v0", f"{net}.2/24"), (hub, plug, f"{net}.1/24")):
                _ip("-n", where, "addr", "add", own, "dev", link)
                _ip("-n", where, "link", "set", link, "up")
        yield hub, made
    finally:
        for space in (hub, *(each.space for each in made)):
            _ip("netns", "del", space, check=False)
