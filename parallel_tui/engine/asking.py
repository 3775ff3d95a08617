"""How a watch of edits asks for a status."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class AskStatus(Protocol):
    """How a status is asked for; see `StatusQueue.ask`."""

    def __call__(
        self, git_dir: str, paths: Iterable[str] | None = None, *, background: bool = False
    ) -> None:
        """Ask."""
        ...
