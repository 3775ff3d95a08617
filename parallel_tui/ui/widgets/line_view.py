"""Bases of widgets that draw line by line."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip


class BareLines(ScrollView):
    """A widget whose lines go to the screen as it draws them.

    It has neither border nor padding. Textual makes a second copy with edges of every line of a
    widget, which takes longer than drawing most of them; here it would add nothing. `render_line`
    is asked for each line of each update, so those that take long to draw are to be kept.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._base: Style | None = None

    @property
    def base(self) -> Style:
        """Style of text that has none of its own."""
        return self._base or self.rich_style  # which asks all widgets around it

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines on screen within a region of it."""
        if not self.is_attached:  # its styles are gone
            return [Strip.blank(crop.width)] * crop.height
        self._base = self.rich_style
        strips = [self.render_line(y) for y in crop.line_range]
        self._base = None
        behind = self.background_colors[1]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, behind) for strip in strips]
        if crop.column_span != (0, self.outer_size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips


class LineView(ScrollView, can_focus=True):
    """A widget with a cursor, which draws its own lines, styled by its component classes."""

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
