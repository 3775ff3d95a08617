"""Keeping `.claude/status.md` true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.store.files.store import Store
from parallel_tui.errors import ParallelError
from parallel_tui.model.sharing.status_page import render
from parallel_tui.services.session.lookup import Sessions

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

    def refresh(self) -> tuple[str, ...]:
        """Bring the page up to date; returns warnings.

        It tells what is done already: that it cannot be written makes none of that undone.
        """
        try:
            self._write()
        except (ParallelError, OSError) as error:
            return (f"{NAME} was not brought up to date: {error}",)
        return ()

    def _write(self) -> None:
        with self.store.transaction():
            page = render(self.sessions.all(), self.store.read(events=0))
            # Only what came from a name that is no text has no bytes in UTF-8.
            text = page.encode("utf-8", "backslashreplace")
            standing = self.store.root.read(NAME)
            foreign = standing is not None and _MARK.encode() not in standing
            if standing != text and not foreign:
                self.store.root.write(NAME, text)
