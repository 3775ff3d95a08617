"""Screen with the latest toasts and news, newest first."""

from __future__ import annotations

import time
from typing import ClassVar, Final

from textual.content import Content

from parallel_tui.model.text.safe import safe
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.telling.notices import Notices, ToldNotice
from parallel_tui.ui.widgets.columns import Column, Row

_COLUMNS: Final = (
    Column("when", "When", 8, 8),
    Column("what", "What", 16, 400, keep=101, usual=40),
    Column("how", "Not shown", 12, 24, keep=20, usual=20),
)

_TONES: Final = {"information": "", "warning": "waiting", "error": "bad"}


class NoticesScreen(ListScreen[None]):
    """Lists what was told, and what was only noted.

    Args:
        notices: All of it.
    """

    HEADING = "Notices"
    COLUMNS: ClassVar[tuple[Column, ...]] = _COLUMNS

    def __init__(self, notices: Notices) -> None:
        super().__init__()
        self._shown = {str(each.number): each for each in notices}

    def on_mount(self) -> None:
        """Show what there is."""
        self.show_rows(_row(key, notice) for key, notice in self._shown.items())
        self.say(
            "Notices since the dashboard was opened, newest first."
            if self._shown
            else "No notices yet."
        )

    def about(self, key: str) -> Content:
        """A notice in full."""
        notice = self._shown[key]
        how = f"Not shown: {notice.how}" if notice.how else ""
        parts = (notice.title, notice.text, how)
        return Content("\n".join(safe(line) for part in parts for line in part.splitlines()))


def _row(key: str, notice: ToldNotice) -> Row:
    title = f"{notice.title}: " if notice.title else ""
    words = safe(title + " · ".join(notice.text.splitlines()))
    return Row(
        key,
        {
            "when": ((_when(notice.at), "dim"),),
            "what": ((words, _TONES[notice.severity]),),
            "how": ((safe(notice.how), "dim"),),
        },
    )


def _when(at: float) -> str:
    """The time of the day; empty for what was told before there was a clock."""
    return time.strftime("%H:%M:%S", time.localtime(at)) if at else ""
