"""Base of widgets that draw line by line, with a cursor."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.scroll_view import ScrollView


class LineView(ScrollView, can_focus=True):
    """A widget that draws its own lines, styled by its component classes."""

    PREFIX: ClassVar[str]
    """What the names of its component classes begin with."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._styles: dict[str, Style] = {}

    def on_focus(self) -> None:
        """Draw the cursor as active."""
        self.refresh()

    def on_blur(self) -> None:
        """Draw the cursor as inactive, or not at all."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Drop cached colours of the former theme."""
        self._styles.clear()
        super().notify_style_update()

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            found = self.get_component_rich_style(f"{self.PREFIX}--{name}", partial=True)
            self._styles[name] = found
        return self._styles[name]
