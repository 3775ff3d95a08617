"""Dialog that shows an error and what to do about it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from parallel_tui.ui.dialogs.frame import Dialog, box, lines


class ErrorDialog(Dialog[None]):
    """Shows an error; `c` copies all of it."""

    DEFAULT_CSS = """
    ErrorDialog #hint { color: $text-muted; margin-top: 1; }
    ErrorDialog #details { height: auto; max-height: 12; margin-top: 1; background: $panel; }
    """
    MAIN = "copy"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy"),
        Binding("escape", "cancel", "Close", key_display="Esc"),
    ]
    AUTO_FOCUS = "#close"

    def __init__(self, title: str, message: str, hint: str = "", details: str = "") -> None:
        super().__init__()
        self._title, self._message = title, message
        self._hint, self._details = hint, details

    def compose(self) -> ComposeResult:
        """Message, hint, details, and buttons."""
        parts: list[Widget] = [Static(lines(self._message), classes="text", id="message")]
        if self._hint:
            parts.append(Static(lines(self._hint), classes="text", id="hint"))
        if self._details:
            shown = Static(lines(self._details), classes="text")
            parts.append(VerticalScroll(shown, id="details"))
        yield box(
            self._title,
            VerticalScroll(*parts, classes="body"),
            Horizontal(
                Button("Copy (c)", id="copy", compact=True),
                Button("Close", id="close", variant="primary", compact=True),
                classes="buttons",
            ),
            danger=True,
        )

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "copy":
            self.action_copy()
        else:
            self.dismiss(None)

    def action_copy(self) -> None:
        """Copy the whole error."""
        told = (self._title, self._message, self._hint, self._details)
        text = "\n".join(lines(part).plain for part in told if part)
        self.app.copy_to_clipboard(text)
        self.notify("Copied.", markup=False)
