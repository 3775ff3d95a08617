"""Port for a store that stands on a server: making it, and looking at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class StorePrepared:
    """What was made on a server.

    Attributes:
        server: Host and database.
        version: Version of the tables.
        made: Whether the tables were made now.
        added: Whether the repository was added now.
    """

    server: str
    version: int
    made: bool
    added: bool


@dataclass(frozen=True, slots=True)
class HostSeen:
    """A machine that uses the store.

    Attributes:
        name: Its name.
        program: The version of pdev there.
        skew: Seconds by which the server's clock was ahead of its own.
        ago: Seconds since it was heard of.
        present: Whether what it said of itself still counts.
        behind: Seconds by which its clock is behind that of this machine.
        shares_as: Its name among those who share work; empty where it shares none.
        ssh: The name by which it wants to be reached with ssh; empty where it says none.
        path: Its main worktree; empty where it says none.
        git: Version of git there, as all that follows empty where it says none.
        windows: Its multiplexer, with the version.
        python: Version of Python there.
        tables: Version of the store's tables that it works with; 0 where it says none.
        here: Whether it is this one.
    """

    name: str
    program: str
    skew: float
    ago: float
    present: bool
    behind: float = 0.0
    shares_as: str = ""
    ssh: str = ""
    path: str = ""
    git: str = ""
    windows: str = ""
    python: str = ""
    tables: int = 0
    here: bool = False


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """A store on a server.

    Attributes:
        server: Host and database.
        key: Names the repository there.
        release: Version of PostgreSQL.
        version: Version of the tables; `None` without any.
        wanted: The version that this program works with.
        known: Whether the repository was added to it.
        revision: Number of changes so far.
        counts: Number of rows by kind.
        hosts: Machines that used it.
        encrypted: Whether the connection is.
        role: Who we are there.
    """

    server: str
    key: str
    release: str
    version: int | None
    wanted: int
    known: bool
    revision: int
    counts: Mapping[str, int]
    hosts: tuple[HostSeen, ...]
    encrypted: bool
    role: str


class StoreServer(Protocol):
    """Makes and looks after the store on a server."""

    def init(self) -> StorePrepared:
        """Make the tables where there are none, and add the repository.

        Raises:
            CouldNotLookError: When the server cannot be used.
            RefusedError: When the role may not make them.
        """
        ...

    def migrate(self) -> tuple[int, int]:
        """Bring the tables to the version of this program; returns the one before and after.

        Raises:
            CouldNotLookError: When there are none, or they are newer than this program.
            RefusedError: When the role may not change them.
        """
        ...

    def status(self) -> ServerStatus:
        """What the server holds of this repository.

        Raises:
            CouldNotLookError: When the server cannot be used.
        """
        ...
