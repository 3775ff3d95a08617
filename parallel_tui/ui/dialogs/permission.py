"""Dialog that shows what an agent asks permission for, in full, and answers it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from parallel_tui.model.agent.asked import PermissionAsk
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import ago
from parallel_tui.ui.dialogs.frame import Dialog, box, lines

_MOST = 200_000


class PermissionDialog(Dialog[bool]):
    """Shows the whole request; no answer is the default one.

    Args:
        ask: What is asked for.
        now: Epoch seconds.
    """

    DEFAULT_CSS = """
    PermissionDialog #given { margin: 1 0; padding: 0 1; background: $panel; }
    """
    MAIN = "answer(True)"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Allow once"),
        Binding("n", "answer(False)", "Deny"),
        Binding("pagedown,space", "page(1)", "Read on"),
        Binding("pageup", "page(-1)", "Back", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]
    AUTO_FOCUS = "#cancel"

    def __init__(self, ask: PermissionAsk, now: float) -> None:
        super().__init__()
        self._ask, self._now = ask, now

    def compose(self) -> ComposeResult:
        """Who asks for what."""
        tool, asked = safe(self._ask.tool, 60), ago(self._ask.at, self._now)
        yield box(
            f"{self._ask.session} asks for permission",
            Static(
                Content.assemble("To use ", (tool, "bold"), f", asked {asked}:"), classes="text"
            ),
            VerticalScroll(
                Static(lines(self._ask.given, _MOST), classes="text"),
                id="given",
                classes="body",
                can_focus=False,
            ),
            Static(
                "This answers once. For any other answer, go to its window.",
                classes="text muted",
            ),
            Horizontal(
                Button("Allow once (y)", id="yes", compact=True),
                Button("Deny (n)", id="no", variant="error", compact=True),
                Button("Later", id="cancel", compact=True),
                classes="buttons",
            ),
        )

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "cancel":
            self.action_cancel()
        else:
            self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Answer, and close."""
        self.dismiss(answer)

    def action_page(self, by: int) -> None:
        """Scroll what is asked for."""
        self.query_one("#given", VerticalScroll).scroll_relative(y=by * 8, animate=False)
