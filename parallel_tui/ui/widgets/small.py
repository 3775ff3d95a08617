"""Small widgets that replace panes on small screens."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content
from textual.widget import Widget


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


class LowerTabs(Widget):
    """Names of panes that share one place; the visible one stands out.

    Args:
        panes: Id and title of each, from the left.
        id: Of the tabs themselves.
        hint: Words beside them.
    """

    def __init__(self, *panes: tuple[str, str], id: str, hint: Callable[[], str]) -> None:
        super().__init__(id=id, classes="lower-tabs")
        self._panes, self._hint = panes, hint

    def render(self) -> Content:
        """All names, with their keys where they fit."""
        parts = []
        for name, title in self._panes:
            style = "bold reverse" if self._in_front(name) else "dim"
            link = f"[@click=screen.show_lower('{name}')] {title} [/]"
            parts += [Content.from_markup(link).stylize(style), Content(" ")]
        parts.append(Content.styled(f"  {self._hint()}", "dim"))
        return Content("").join(parts).truncate(self.size.width, ellipsis=True)

    def _in_front(self, name: str) -> bool:
        lower = self.screen.has_class("-front-lower")
        if name == "detail":
            return not lower
        in_turn = lower or all(each != "detail" for each, _ in self._panes)
        return in_turn and self.screen.query_one(f"#{name}").has_class("-front")
