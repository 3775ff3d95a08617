"""Keeping `.claude/status.md` true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.store.folder import UnusableFileError
from parallel_tui.adapters.store.store import Store
from parallel_tui.model.status_page import render
from parallel_tui.services.sessions import Sessions

NAME: Final = "status.md"
_MARK: Final = "Written by pdev whenever something changes."


@dataclass(frozen=True, slots=True)
class StatusFile:
    """Writes the page when it would differ, and never over one that somebody else wrote.

    Attributes:
        store: The shared files.
        sessions: Look-up of sessions.
    """

    store: Store
    sessions: Sessions

    def refresh(self) -> bool:
        """Bring the page up to date; returns whether it was written."""
        with self.store.transaction():
            text = render(self.sessions.all(), self.store.read(events=0)).encode(
                "utf-8", "surrogateescape"
            )
            try:
                standing = self.store.root.read(NAME)
            except UnusableFileError:
                return False
            foreign = standing is not None and _MARK.encode() not in standing
            if standing == text or foreign:
                return False
            self.store.root.write(NAME, text)
        return True
