"""Base of widgets that draw line by line with a cursor."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.scroll_view import ScrollView


class LineView(ScrollView, can_focus=True):
    """Widget that draws its lines itself, with the styles of its component classes."""

    PREFIX: ClassVar[str]
    """What the names of its component classes begin with."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._styles: dict[str, Style] = {}

    def on_focus(self) -> None:
        """Show the cursor as the one that keys act on."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor as resting, or not at all."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget colours of the old theme."""
        self._styles.clear()
        super().notify_style_update()

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            found = self.get_component_rich_style(f"{self.PREFIX}--{name}", partial=True)
            self._styles[name] = found
        return self._styles[name]
