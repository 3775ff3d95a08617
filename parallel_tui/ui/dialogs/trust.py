"""Whether commands that come from the repository may run."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Button, Static

from parallel_tui.ui.dialogs.frame import Dialog, box, lines


class TrustDialog(Dialog[bool]):
    """Shows the exact commands; nothing but a press on the button allows them."""

    DEFAULT_CSS = """
    TrustDialog #commands {
        margin: 1 0;
        padding: 0 1;
        background: $panel;
    }
    """
    AUTO_FOCUS = "#no"

    def __init__(self, content: str) -> None:
        super().__init__()
        self._content = content

    def compose(self) -> ComposeResult:
        """The commands, whole: what is not seen cannot be agreed to."""
        yield box(
            "These commands come from the repository",
            Static("Starting this session would run:", classes="text"),
            VerticalScroll(
                Static(lines(self._content, len(self._content)), classes="text"),
                id="commands",
                classes="body",
            ),
            Static(
                "They run as you, with your files. Allow them only if you know them.\n"
                "You are asked again when they change.",
                classes="text note",
            ),
            Horizontal(
                Button("Allow and run", id="yes", variant="warning", compact=True),
                Button("Do not run", id="no", compact=True),
                classes="buttons",
            ),
            danger=True,
        )

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_cancel(self) -> None:
        """The same as no."""
        self.dismiss(False)
