"""Dialog that asks whether commands from the repository may run."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from parallel_tui.model.settings.consent_question import Question
from parallel_tui.model.text.words import plural
from parallel_tui.ui.dialogs.frame import Dialog, box


class TrustDialog(Dialog[bool]):
    """Shows the exact commands; only pressing the button allows them.

    The button can be pressed once every line has been on screen.

    Args:
        question: What is asked.
        occasion: What would run them, in words.
    """

    DEFAULT_CSS = """
    TrustDialog #commands {
        margin: 1 0;
        padding: 0 1;
        background: $panel;
    }
    TrustDialog #unread { height: 1; }
    """
    MAIN = "page(1)"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,space", "page(1)", "Read on"),
        Binding("pageup", "page(-1)", "Back", show=False),
        Binding("down", "line(1)", "Down", show=False),
        Binding("up", "line(-1)", "Up", show=False),
    ]
    AUTO_FOCUS = "#no"

    def __init__(
        self, question: Question, occasion: str = "Starting this session would run:"
    ) -> None:
        super().__init__()
        self._question = question
        self._occasion = occasion
        self._seen = 0
        self._width = 0
        self._unread = " "

    def compose(self) -> ComposeResult:
        """The commands in full: nobody can agree to what is not shown."""
        yield box(
            "These commands come from the repository",
            Static(Content(self._occasion), classes="text"),
            VerticalScroll(
                Static(Content(self._question.shown), classes="text", id="asked"),
                id="commands",
                classes="body",
                can_focus=False,
            ),
            Static(
                "They run as you, with your files. Allow them only if you know them.\n"
                "You are asked again when they change.",
                classes="text note",
            ),
            Static("", classes="text note", id="unread"),
            Horizontal(
                Button("Allow and run", id="yes", variant="warning", compact=True, disabled=True),
                Button("Do not run", id="no", compact=True),
                classes="buttons",
            ),
            danger=True,
        )

    def on_mount(self) -> None:
        """Start tracking which lines were visible."""
        self.watch(self._commands, "scroll_y", self._look_soon, init=False)
        self.screen_layout_refresh_signal.subscribe(self._commands, lambda _: self._look_soon())

    @property
    def _commands(self) -> VerticalScroll:
        return self.query_one("#commands", VerticalScroll)

    def _look_soon(self) -> None:
        self.call_after_refresh(self._look)  # not before it is on screen

    def _look(self) -> None:
        """Track the lines read without a gap from the top, and enable the button at the end."""
        if not self.is_current:
            return
        shown, asked = self._commands, self.query_one("#asked", Static)
        height, total = shown.scrollable_content_region.height, asked.size.height
        if height <= 0 or total <= 0:
            return
        if asked.size.width != self._width:  # lines break elsewhere now
            self._width, self._seen = asked.size.width, 0
        top = int(shown.scroll_offset.y)
        if top <= self._seen:
            self._seen = max(self._seen, top + height)
        unread = max(0, total - self._seen)
        words = (
            f"{plural(unread, 'line')} to read before you can allow: Page Down" if unread else ""
        )
        if words != self._unread:
            self._unread = words
            self.query_one("#yes", Button).disabled = unread > 0
            self.query_one("#unread", Static).update(words)

    def action_page(self, way: int) -> None:
        """Scroll by a page, without skipping a line."""
        height = self._commands.scrollable_content_region.height
        self.action_line(way * max(1, height - 1))

    def action_line(self, way: int) -> None:
        """Scroll by lines."""
        self._commands.scroll_to(y=self._commands.scroll_offset.y + way, animate=False)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_cancel(self) -> None:
        """Answer no."""
        self.dismiss(False)
