"""Protocol for requesting a status."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class AskStatus(Protocol):
    """Requests a status; see `StatusQueue.ask`."""

    def __call__(
        self, git_dir: str, paths: Iterable[str] | None = None, *, background: bool = False
    ) -> None:
        """Request a status."""
        ...
