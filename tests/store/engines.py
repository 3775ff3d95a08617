"""The engines the suite runs on; a new engine is one row here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.store.memory.store import MemoryStore
from parallel_tui.model.sharing.lock import Liveness, Lock
from parallel_tui.ports.store import Store
from tests.hosts.server import demand


@dataclass
class World:
    """What an engine is told about time and life.

    Attributes:
        now: Epoch seconds.
        dead: Names of sessions that are proved dead.
    """

    now: float = 1_700_000_000.0
    dead: set[str] = field(default_factory=set)

    def clock(self) -> float:
        """The time."""
        return self.now

    def liveness(self, lock: Lock) -> Liveness:
        """Dead for those that are, else unknown."""
        return Liveness.DEAD if lock.owner in self.dead else Liveness.UNKNOWN


@dataclass(frozen=True)
class Engine:
    """One kind of store.

    Attributes:
        name: As in test ids.
        open: Opens a store in a folder; called twice on the same folder it opens the same one.
    """

    name: str
    open: Callable[[Path, World], Store]


def _memory() -> Callable[[Path, World], Store]:
    known: dict[Path, MemoryStore] = {}

    def build(folder: Path, world: World) -> Store:
        return known.setdefault(folder, MemoryStore(world.clock, world.liveness))

    return build


def _files(folder: Path, world: World) -> Store:
    return FileStore(str(folder), clock=world.clock, timeout=60)


def _postgres(folder: Path, world: World) -> Store:
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.store import PostgresStore

    server = demand()
    address, key = address_of(server.url()), str(folder)
    with _ADDING:  # threads open it too
        if key not in _ADDED:
            ServerAdmin(address, key, folder.name).init()
            _ADDED.add(key)
    local = FileStore(str(folder), clock=world.clock)
    made = PostgresStore(address, key, local, clock=world.clock, timeout=60)
    OPENED.append(made.close)
    return made


_ADDED: set[str] = set()
_ADDING = threading.Lock()

OPENED: list[Callable[[], None]] = []
"""What closes the connections that a test made."""

ENGINES = [Engine("memory", _memory()), Engine("files", _files), Engine("postgres", _postgres)]
