"""Look at the shared store when a server tells that it has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from parallel_tui.model.scope import Look
from parallel_tui.ports.store import Watch


class ToldByServer:
    """Subscribes once; what it is told makes somebody else look.

    Args:
        watch: Subscribes a function to changes of the store.
        look: Makes the store be read.
    """

    name: Final = "store"
    looks: Final[frozenset[Look]] = frozenset()

    def __init__(
        self, watch: Callable[[Callable[[], None]], Watch], look: Callable[[], None]
    ) -> None:
        self._watch = watch
        self._look = look
        self._subscription: Watch | None = None

    def read(self) -> None:
        """Subscribe; it is called once."""
        if self._subscription is None:
            self._subscription = self._watch(self._look)

    def close(self) -> None:
        """End the subscription."""
        if self._subscription is not None:
            self._subscription.close()
