"""What stands in for panes on small screens."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class TooSmall(Widget):
    """Says how much room is needed."""

    def __init__(self, smallest: tuple[int, int]) -> None:
        super().__init__(id="too-small")
        self._smallest = smallest

    def render(self) -> Content:
        """What there is, and what is needed."""
        columns, rows = self._smallest
        have = self.app.size
        return Content(
            f"pdev-tui needs at least {columns}×{rows};\nthis terminal has"
            f" {have.width}×{have.height}.\n\nq quits, sessions keep running."
        )


class LowerTabs(Widget):
    """Names the two panes that share the lower half of a narrow screen."""

    def __init__(self) -> None:
        super().__init__(id="lower-tabs")

    def render(self) -> Content:
        """Both names; the one in front stands out."""
        windows = self.screen.has_class("-lower-windows")
        detail_style, windows_style = ("dim", "bold reverse")
        if not windows:
            detail_style, windows_style = windows_style, detail_style
        return Content.assemble(
            Content.from_markup("[@click=screen.show_lower('detail')] Detail [/]").stylize(
                detail_style
            ),
            " ",
            Content.from_markup("[@click=screen.show_lower('windows')] Windows [/]").stylize(
                windows_style
            ),
            Content.styled("   Tab: next pane · z: zoom", "dim"),
        )
