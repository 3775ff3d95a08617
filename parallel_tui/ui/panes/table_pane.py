"""Base class of all panes with a table, which decides when to draw."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content

from parallel_tui.ui import parts
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.titled import Titled


class TablePane(Titled):
    """A table that is drawn once for all changes at a time.

    Args:
        name: Its id.
        title: Heading in its border.
        classes: Style classes.
    """

    DRAWN: ClassVar[tuple[str, ...]] = ()
    """Names of the reactives that are drawn."""

    def __init__(self, name: str, title: str, *, classes: str = "pane") -> None:
        super().__init__(id=name, classes=classes)
        self.border_title = title
        self._titles = (title, "")
        self._due = False

    @property
    def table(self) -> KeyedTable:
        """The table."""
        return self.query_one(KeyedTable)

    def on_mount(self) -> None:
        """Draw what is known, and redraw on changes."""
        for name in self.DRAWN:
            self.watch(self, name, self._soon, init=False)
        self._soon()

    def _soon(self) -> None:
        if self.is_mounted and not self._due:
            self._due = True
            self.call_next(self._draw)

    def _draw(self) -> None:
        self._due = False
        if parts.has(self, KeyedTable):
            self.sync()

    def say(self, above: str, below: str) -> None:
        """Set the texts in the border, if they differ."""
        if (above, below) != self._titles:
            self._titles = (above, below)
            self.entitle(Content(above), Content(below))

    def sync(self) -> None:
        """Set the rows of the table."""
        raise NotImplementedError
