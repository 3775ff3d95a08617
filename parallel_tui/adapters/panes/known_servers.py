"""Record the servers, by process, on which a repository's windows were opened.

A command that speaks to another server sees none of those windows: "no window here" is not "no
window". One file a server in the repository's own folder, so that nobody has to be locked out, each
with the process of the server: its socket may be deleted while it runs.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from parallel_tui.adapters.disk import drafts, files, reading
from parallel_tui.adapters.process import liveness
from parallel_tui.errors import CouldNotLookError
from parallel_tui.record import dataclass

_MOST = 8192


@dataclass(frozen=True, slots=True)
class Server:
    """A server that was running when a window was opened on it.

    Attributes:
        socket: Path of its socket.
        pid: Its process.
        start: When that started, in the kernel's words.
    """

    socket: str
    pid: int
    start: str

    @property
    def running(self) -> bool:
        """Whether that process still runs; true when it cannot be inspected."""
        now = liveness.start_token(self.pid)
        return now is not None and (not now or not self.start or now == self.start)


@dataclass(frozen=True, slots=True)
class KnownServers:
    """The servers of one repository.

    Attributes:
        folder: Where they are remembered.
    """

    folder: Path

    def remember(self, socket: str, pid: int) -> None:
        """Record a server; a failed write does not keep the window from opening."""
        start = liveness.start_token(pid)
        if start is None:
            return
        text = f"{pid} {start}\n{socket}".encode("utf-8", "surrogateescape")
        path = self.folder / hashlib.sha256(text).hexdigest()[:16]
        if not path.exists():
            with suppress(OSError):
                files.write_atomically(path, text)

    def running(self) -> tuple[Server, ...]:
        """The servers that still run; the others are forgotten.

        Raises:
            CouldNotLookError: When what was remembered cannot be read.
        """
        found: list[Server] = []
        try:
            paths = sorted(self.folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise CouldNotLookError(f"{self.folder} cannot be read: {error.strerror}") from error
        for path in paths:
            server = None if drafts.is_draft(path.name) else _read(path)
            if server is None:
                continue
            if server.running:
                found.append(server)
            else:
                with suppress(OSError):
                    path.unlink()
        return tuple(found)


def _read(path: Path) -> Server | None:
    """Parse a record; `None` when it is not ours, or is gone."""
    data = reading.read(path, limit=_MOST)
    if data is None:
        return None
    head, found, socket = data.decode("utf-8", "surrogateescape").partition("\n")
    pid, _, start = head.partition(" ")
    if not found or not socket or not (pid.isascii() and pid.isdigit()):
        return None
    return Server(socket, int(pid), start)
