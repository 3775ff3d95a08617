"""Small widgets that replace panes on small screens."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from textual.content import Content
from textual.widget import Widget

from parallel_tui.ui.widgets.words import link


class TooSmall(Widget):
    """Message that the terminal is too small, with the size that is needed.

    Args:
        smallest: Columns and rows that are needed.
        hint: What else can be done.
    """

    def __init__(self, smallest: tuple[int, int], hint: Callable[[], str]) -> None:
        super().__init__(id="too-small")
        self._hint = hint
        self._smallest = smallest

    def render(self) -> Content:
        """The current and the required size."""
        columns, rows = self._smallest
        have = self.app.size
        return Content(
            f"pdev-tui needs at least {columns}×{rows};\nthis terminal has"
            f" {have.width}×{have.height}.\n\n{self._hint()}"
        )


class PaneTurn(NamedTuple):
    """A pane that takes turns with others.

    Attributes:
        id: Its id.
        title: Its name.
        number: How many things it lists; 0 is not written.
        front: Whether it is the one that is shown.
    """

    id: str
    title: str
    number: int
    front: bool


class LowerTabs(Widget):
    """Names of panes that share one place, with their counts; the visible one stands out.

    Args:
        turns: The panes, from the left.
        hint: Words beside them.
    """

    def __init__(self, turns: Callable[[], Iterable[PaneTurn]], hint: Callable[[], str]) -> None:
        super().__init__(id="tabs")
        self._turns, self._hint = turns, hint

    def render(self) -> Content:
        """All names, with their keys where they fit."""
        parts = []
        for name, title, number, front in self._turns():
            style = "bold reverse" if front else "" if number else "dim"
            words = f"{title} {number}" if number else title
            parts.append(link(f" {words} ", f"screen.show_lower('{name}')", style))
        parts.append(Content.styled(f"  {self._hint()}", "dim"))
        return Content("").join(parts).truncate(self.size.width, ellipsis=True)
