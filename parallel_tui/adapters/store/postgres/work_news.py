"""Tell machines by the store's server that work was shared, so that they fetch at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from parallel_tui.adapters.store.postgres.leases import channel
from parallel_tui.adapters.store.postgres.server.address import ServerAddress
from parallel_tui.adapters.store.postgres.server.link import Link
from parallel_tui.adapters.store.postgres.watch import ServerWatch
from parallel_tui.errors import ParallelError

_TOPIC = "_work"
_TIMEOUT = 10.0
_UNHEARD = 20.0
"""Seconds between two looks at the remote where no news get here."""


class ServerNews:
    """Implements `WorkNews`.

    Args:
        address: The server.
        key: Names the repository there.
        clone: Tells our own news from those of others.
    """

    def __init__(self, address: ServerAddress, key: str, clone: str) -> None:
        self._address = address
        self._key = key
        self._clone = clone
        self._telling: Link | None = None

    def tell(self) -> None:
        """See `WorkNews.tell`."""
        link = self._telling = self._telling or self._link()
        with suppress(ParallelError):
            link.ready()
            link.run("SELECT pg_notify(%s, %s)", f"{channel(link.id)}{_TOPIC}", self._clone)

    def listen(self, changed: Callable[[], None]) -> Callable[[], None]:
        """See `WorkNews.listen`."""

        def nothing() -> None:
            """What other listeners do beside."""

        watch = ServerWatch(
            self._link(), changed, nothing, nothing, _TOPIC, self._clone, pace=_UNHEARD
        )

        def end() -> None:
            watch.close()
            if self._telling is not None:
                self._telling.drop()

        return end

    def _link(self) -> Link:
        return Link(self._address, self._key, _TIMEOUT)
