"""What OpenSSH is told on its command line. All of it is known to OpenSSH 7.4 and newer.

An option that an ssh does not know ends it at once. So what came later is given only to one that is
new enough, by the version that it says.
"""

from __future__ import annotations

import re

from parallel_tui.adapters.process import programs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

_ALIVE: Final = ("ServerAliveInterval=5", "ServerAliveCountMax=3")
TYPED: Final = ("ConnectTimeout=60",)
"""For who sits there: time to answer what a machine in between asks, which counts as well."""

QUIET: Final = (
    *("BatchMode=yes", "ConnectTimeout=8", "ClearAllForwardings=yes", "PermitLocalCommand=no"),
    "LogLevel=ERROR",
)
"""For questions: nobody is asked for anything, and nothing but the answer comes."""

NO_QUESTIONS: Final = {"SSH_ASKPASS": "false", "SSH_ASKPASS_REQUIRE": "never"}
"""The same by variables, for an ssh that ours starts to get through another machine: it takes no
options of ours, and has no terminal to ask on, but would open a window."""

_REMOTE_COMMAND: Final = (7, 6)
"""The first OpenSSH that knows `RemoteCommand`."""

_VERSION: Final = re.compile(r"OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)")
_URI: Final = re.compile(r"ssh://(?:([^@]*)@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?")


def options(ssh: str, env: Mapping[str, str], *more: str) -> tuple[str, ...]:
    """The words that give ssh its options.

    Args:
        ssh: Which program.
        env: Our environment.
        more: Further ones.
    """
    # A command that the configuration has for a machine and ours exclude each other.
    own = ("RemoteCommand=none",) if version(ssh, env) >= _REMOTE_COMMAND else ()
    return tuple(word for each in (*own, *_ALIVE, *more) for word in ("-o", each))


_versions: Final[dict[tuple[str, str], tuple[int, int]]] = {}
"""What was told once, by program and where it is looked for."""


def version(ssh: str, env: Mapping[str, str]) -> tuple[int, int]:
    """Which OpenSSH a program is; a newer one than all where that cannot be told.

    Args:
        ssh: The program.
        env: Our environment.
    """
    key = (ssh, env.get("PATH", ""))
    if key not in _versions:
        _versions[key] = _told(ssh, env)
    return _versions[key]


def _told(ssh: str, env: Mapping[str, str]) -> tuple[int, int]:
    try:
        _, output, errors = programs.ask((ssh, "-V"), env=env, more={}, timeout=5.0)
    except (OSError, TimeoutError):
        return (99, 0)
    found = _VERSION.search((errors + output).decode("utf-8", "replace"))
    return (int(found[1]), int(found[2])) if found else (99, 0)


def destination(name: str) -> tuple[str, ...]:
    """The words that name a machine. An ssh before 7.7 does not know `ssh://`.

    Args:
        name: A name for ssh.
    """
    uri = _URI.fullmatch(name)
    if uri is None:
        return ("--", name)
    user, host, port = uri.groups()
    login = ("-l", user) if user else ()
    return (*login, *(("-p", port) if port else ()), "--", host.strip("[]"))
