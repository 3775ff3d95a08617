"""Dialog that asks how a session without a window is opened."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Static

from parallel_tui.ui.dialogs.frame import Dialog, box, lines


class Way(Enum):
    """How to open it."""

    CONVERSATION = "conversation"
    ANEW = "anew"
    SHELL = "shell"


class ResumeDialog(Dialog[Way]):
    """Offers the conversation, a new one, or a shell.

    Args:
        name: The session's name.
    """

    MAIN = "choose('conversation')"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "choose('conversation')", "Conversation"),
        Binding("n", "choose('anew')", "New"),
        Binding("s", "choose('shell')", "Shell"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]
    AUTO_FOCUS = "#conversation"

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def compose(self) -> ComposeResult:
        """What is known, and three ways."""
        yield box(
            f"Open {self._name}",
            Static(
                lines("Its window is closed. Its agent's conversation can go on where it ended."),
                classes="text",
            ),
            Horizontal(
                Button("Go on (c)", id="conversation", variant="primary", compact=True),
                Button("New conversation (n)", id="anew", compact=True),
                Button("Shell (s)", id="shell", compact=True),
                Button("Cancel", id="cancel", compact=True),
                classes="buttons",
            ),
        )

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "cancel":
            self.action_cancel()
        else:
            self.action_choose(event.button.id or "")

    def action_choose(self, way: str) -> None:
        """Answer with a way."""
        self.dismiss(Way(way))
