"""Find the screen sessions of this user by their sockets, without a process for each."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Mapping
from typing import Final

from parallel_tui.adapters.panes.known_servers import KnownServers, Server
from parallel_tui.adapters.process import leaders
from parallel_tui.adapters.screen.command import NAME, ScreenError, ScreenSession, run

_STY: Final = re.compile(r"[0-9]+\..+(?<!-query[A-Z])", re.DOTALL)
"""A session; who asks one something has a socket of nearly the same name for that moment."""
_FOLDER: Final = re.compile(r"\bSockets? (?:found )?in (/.*?)\.\s*$", re.DOTALL)
_SCREEN: Final = "screen"
"""Name of its processes."""

_LAST_MOMENTS: Final = 3.0
"""Seconds that a session without a socket may take to end."""


class Sockets:
    """The sockets of screen sessions.

    Args:
        env: Our own environment: says where they are.
        known: The servers of the repository, wherever their sockets are.
    """

    def __init__(self, env: Mapping[str, str], known: KnownServers) -> None:
        self._known = known
        self._folder = self._named = env.get("SCREENDIR") or None
        self._unreachable: set[Server] = set()
        """Those that were waited for in vain."""
        self._around = env.get("STY", "").partition(".")[0]

    @property
    def folder(self) -> str:
        """The directory that the user's own commands use; one process where no variable says it.

        Raises:
            ScreenError: When GNU Screen is missing or does not tell.
        """
        if self._folder is None:
            said = run(("screen", "-ls"), None).stdout.decode("utf-8", "surrogateescape")
            self._folder = folder_in(said)
        return self._folder

    def check(self) -> None:
        """See that GNU Screen will take the directory that `SCREENDIR` names.

        Raises:
            ScreenError: When it will not: one that others may enter, for example.
        """
        if self._named is None or self._known.running():
            return  # windows open where those of the repository are, wherever that is
        try:
            found = os.stat(self._named)  # noqa: PTH116
        except FileNotFoundError:
            return  # it makes a missing one
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            if not stat.S_ISDIR(found.st_mode):
                reason = "it is not a directory"
            elif found.st_uid != os.getuid():
                reason = "it belongs to somebody else"
            elif stat.S_IMODE(found.st_mode) & 0o777 != 0o700:
                reason = "others may enter it, or you may not do all in it"
            else:
                return
        raise ScreenError(
            f"{NAME} cannot use {self._named}, which SCREENDIR names: {reason}",
            hint="SCREENDIR has to name a directory of yours with mode 700, or nothing.",
        )

    def servers(self) -> tuple[ScreenSession, ...]:
        """The sessions that run, by their names.

        Raises:
            ScreenError: When their directory cannot be read, or one of the repository runs and has
                no socket.
        """
        found = {server.socket: server for server in self._in(self.folder)}
        for known in self._known.running():
            if known.socket not in found:
                server = self._reached(known)
                if server is not None:
                    found[known.socket] = server
        return tuple(sorted(found.values(), key=lambda each: (each.name, each.pid)))

    def _reached(self, known: Server) -> ScreenSession | None:
        """A session of the repository; `None` for one that was about to end, and has.

        It deletes its socket a moment before it ends.

        Raises:
            ScreenError: When it runs on without a socket.
        """
        deadline = time.monotonic() + _LAST_MOMENTS
        while True:
            server = _server(*os.path.split(known.socket))
            if server is not None or not known.running:
                self._unreachable.discard(known)
                return server
            if known in self._unreachable or time.monotonic() > deadline:
                self._unreachable.add(known)
                raise _unreachable(known.pid, known.socket)
            time.sleep(0.02)

    def own(self, servers: tuple[ScreenSession, ...]) -> ScreenSession | None:
        """The session among these that was made for the repository; the oldest of several."""
        known = {each.socket: each.start for each in self._known.running()}
        ours = [each for each in servers if each.socket in known]
        return min(ours, key=lambda each: (int(known[each.socket] or 0), each.pid), default=None)

    def around(self, servers: tuple[ScreenSession, ...]) -> ScreenSession | None:
        """The session among these that we run in ourselves: its display can change its window."""
        return next((each for each in servers if str(each.pid) == self._around), None)

    def dead(self) -> int:
        """How many sockets are left of sessions that have ended."""
        return sum(
            _STY.fullmatch(name) is not None and _server(self.folder, name) is None
            for name in _names(self.folder)
        )

    def _in(self, folder: str) -> list[ScreenSession]:
        made = (_server(folder, name) for name in _names(folder) if _STY.fullmatch(name))
        return [server for server in made if server is not None]


def folder_in(said: str) -> str:
    """The directory that `screen -ls` names.

    Raises:
        ScreenError: When it names none.
    """
    found = _FOLDER.search(said)
    if found is None:
        raise ScreenError(
            f"GNU Screen does not tell where its sockets are: {' '.join(said.split())}",
            hint="The variable SCREENDIR says it: a directory of yours that nobody else may enter.",
        )
    return found[1]


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names only, every second
    except (FileNotFoundError, NotADirectoryError):
        return []  # nobody has used it yet
    except OSError as error:
        raise ScreenError(f"{folder} cannot be read: {error.strerror}") from error


def _server(folder: str, sty: str) -> ScreenSession | None:
    """The session of a socket; `None` when it has ended, or this is no socket of a session."""
    path = f"{folder}/{sty}"
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return None
    if not (stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode)) or not _STY.fullmatch(sty):
        return None
    server = ScreenSession(folder, sty, attached=bool(mode & stat.S_IXUSR))
    process = leaders.stat_of(server.pid)
    return server if process is not None and process.name == _SCREEN else None


def _unreachable(pid: int, socket: str) -> ScreenError:
    return ScreenError(
        f"The screen session {pid} runs, and its socket {socket} is gone: its windows cannot be "
        "seen",
        hint=f"`kill -CHLD {pid}` makes it open its socket again.",
    )
