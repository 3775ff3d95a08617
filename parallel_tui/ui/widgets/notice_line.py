"""Line above the footer with what was told just now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from textual.content import Content
from textual.notifications import Notification
from textual.reactive import reactive
from textual.widget import Widget

_LOUD: Final = ("information", "warning", "error")
_STYLES: Final = {
    "information": "",
    "warning": "$text-warning",
    "error": "bold $text-error",
}


class NoticeLine(Widget):
    """The loudest of the latest notices, the newest of these; the others are counted.

    It has a place of its own, so that it never covers what somebody reads.

    Args:
        stays: Whether its line is kept free while there is nothing to tell.
        over: Whether it is drawn over what is behind a dialog, so that nothing moves for it.
    """

    DEFAULT_CSS = """
    NoticeLine { height: auto; min-height: 1; max-height: 2; padding: 0 1; }
    NoticeLine.-passing { min-height: 0; }
    NoticeLine.-over { layer: notice; dock: bottom; margin-bottom: 1; background: $panel; }
    """

    told: reactive[Content] = reactive(Content(), layout=True)

    def __init__(self, *, stays: bool = False, over: bool = False) -> None:
        super().__init__(classes="" if stays else "-passing -over" if over else "-passing")

    def on_mount(self) -> None:
        """Follow what the application tells."""
        if hasattr(self.app, "told_now"):
            self.watch(self.app, "told_now", self._show)

    def _show(self, notices: Sequence[Notification]) -> None:
        self.told = line(notices)

    def render(self) -> Content:
        """The notice."""
        return self.told


def line(notices: Sequence[Notification]) -> Content:
    """Notices as one line of text.

    Args:
        notices: In the order in which they were told.
    """
    if not notices:
        return Content()
    first: Any = max(enumerate(notices), key=lambda each: (_LOUD.index(each[1].severity), each[0]))
    shown: Notification = first[1]
    lines = [each for each in shown.message.splitlines() if each.strip()]
    words = " · ".join(lines)
    told = f"{shown.title}: {words}" if shown.title else words
    text = Content.styled(told, _STYLES[shown.severity])
    more = len(notices) - 1
    return Content.assemble((f"+{more} ", "dim"), text) if more else text
