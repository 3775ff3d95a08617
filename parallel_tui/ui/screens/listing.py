"""Base of the list screens: a heading, a list, and details of the selected row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from parallel_tui.model.text.safe import safe
from parallel_tui.ui.messages import InputReady
from parallel_tui.ui.widgets.columns import Column, Row
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.notice_line import NoticeLine

Answer = TypeVar("Answer")


class ListScreen(ModalScreen[Answer]):
    """Full-screen list; Escape closes it."""

    DEFAULT_CSS = """
    ListScreen { background: $background; layout: vertical; }
    ListScreen .frame {
        height: 1fr;
        border: round $border;
        border-title-color: $text;
        border-title-style: bold;
        padding: 0 1;
    }
    ListScreen .note { height: auto; max-height: 5; margin-bottom: 1; color: $text-muted; }
    ListScreen KeyedTable { height: 1fr; min-height: 4; }
    ListScreen .about { height: auto; max-height: 40%; border-top: solid $foreground 30%; }
    ListScreen .about Static { height: auto; width: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,q", "leave", "Close", key_display="Esc"),
        Binding("question_mark", "app.screen_keys", "Help", show=False),
    ]
    AUTO_FOCUS = "KeyedTable"
    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    HEADING: ClassVar[str] = ""

    def on_screen_resume(self) -> None:
        """Release the keys that were typed before the screen was ready."""
        self.post_message(InputReady(question=True))

    def compose(self) -> ComposeResult:
        """The note, the list, the selected row in full, and the keys."""
        frame = Vertical(
            Static(classes="note"),
            KeyedTable(self.COLUMNS, id="list-table"),
            VerticalScroll(Static(id="list-about"), classes="about"),
            classes="frame",
        )
        frame.border_title = self.HEADING
        yield frame
        yield NoticeLine()
        yield KeyFooter()

    @property
    def table(self) -> KeyedTable:
        """The list."""
        return self.query_one(KeyedTable)

    def say(self, *lines: str) -> None:
        """Show a text above the list."""
        self.query_one(".note", Static).update(Content("\n".join(safe(one) for one in lines)))

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Set the rows, and show the selected one in full again."""
        self.table.sync(rows)
        self._show_about()

    def about(self, key: str) -> Content:
        """All details of a row.

        Args:
            key: Of the row.
        """
        raise NotImplementedError

    def _show_about(self) -> None:
        key = self.table.cursor
        shown = self.about(key) if key is not None else Content("")
        self.query_one(".about").display = bool(shown.plain)
        self.query_one("#list-about", Static).update(shown)

    @on(KeyedTable.Moved)
    def _moved(self, event: KeyedTable.Moved) -> None:
        event.stop()
        self._show_about()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)
