"""Frame and style that all dialogs share."""

from __future__ import annotations

from typing import ClassVar, Final, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from parallel_tui.model.text.safe import safe
from parallel_tui.ui.messages import InputReady
from parallel_tui.ui.typeahead import Opens, typeahead_of
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.notice_line import NoticeLine

Answer = TypeVar("Answer")

SUBMIT_KEY: Final = "ctrl+s"
SUBMIT_KEYS: Final = f"{SUBMIT_KEY},ctrl+enter,ctrl+j"
"""Keys that submit a form from any of its fields."""


class Dialog(ModalScreen[Answer]):
    """A box in the middle of the screen; Escape always closes it without effect.

    Attributes:
        of: The repository it is about, where there are several; its frame names it.
    """

    of = ""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > .dialog {
        width: 76;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        border: round $border;
        border-title-color: $text;
        border-title-style: bold;
        background: $surface;
        padding: 0 1;
    }
    Dialog > .dialog.-danger { border: round $error; border-title-color: $text-error; }
    Dialog .body { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    Dialog .text { height: auto; width: 100%; }
    Dialog .muted { color: $text-muted; }
    Dialog .bad { color: $text-error; }
    Dialog .note { color: $text-warning; }
    Dialog .buttons { height: 1; width: 100%; align-horizontal: right; margin-top: 1; }
    Dialog .buttons Button { margin-left: 2; min-width: 10; }
    /* In the terminal's own colours Textual frames one, which leaves no line for its label. */
    Dialog .buttons Button:ansi:disabled { border: none !important; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", key_display="Esc"),
        Binding("question_mark", "app.screen_keys", "Help", show=False),
    ]

    def on_mount(self) -> None:
        """Show its keys, and what is told meanwhile."""
        self.mount(NoticeLine(over=True), KeyFooter())
        if self.of:
            self.query_one(".dialog").border_subtitle = Content(safe(self.of, 60))
        self.screen_layout_refresh_signal.subscribe(
            self.query_one(".dialog"), lambda _: self._fit(), immediate=True
        )

    def on_screen_resume(self) -> None:
        """Take keys from now on."""
        self.take_keys()

    def take_keys(self) -> None:
        """Let go of the keys that were typed before: a question takes none of them."""
        self.post_message(InputReady(question=True))

    def _fit(self) -> None:
        """Let the body scroll in the rows that the rest of the box leaves.

        Fractions cannot say this in a box that is only as high as it must be.
        """
        bodies = self.query(".dialog > .body")
        if not bodies:
            return
        body = bodies.first()
        others = [child for child in self.query_one(".dialog").children if child is not body]
        taken = sum(
            child.outer_size.height + child.styles.margin.height
            for child in others
            if child.display
        )
        room = self.size.height - 3 - taken - body.styles.margin.height
        limit = max(3, room)
        if body.styles.max_height is None or body.styles.max_height.value != limit:
            body.styles.max_height = limit

    def action_cancel(self) -> None:
        """Close without effect."""
        self.dismiss(None)


class SentOff(Dialog[Answer]):
    """A form that is frozen from the moment it is sent off until it has its answer.

    What is typed meanwhile is for what comes after it.
    """

    MAIN = "submit"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "next_field", "Next field", key_display="Tab"),
    ]

    frozen = False
    _token = 0
    _focus_before: Widget | None = None

    def action_next_field(self) -> None:
        """Focus the next field or button."""
        self.focus_next()

    def take_keys(self) -> None:
        """Take the keys that were typed for this form; while it is frozen, go on keeping them."""
        if self.frozen:
            self._token = typeahead_of(self.app).hold(Opens.ANSWER)
        else:
            self.post_message(InputReady(question=False))

    def freeze(self) -> None:
        """Let nothing be changed any more."""
        if not self.frozen:
            self.frozen = True
            self._token = typeahead_of(self.app).hold(Opens.ANSWER)
            self._focus_before = self.focused
            self._disable(disabled=True)

    def thaw(self, *, taken_back: bool = False) -> None:
        """Let the form be changed again.

        Args:
            taken_back: Whether that is what its user wants; else it was refused, and what was
                typed for what would have come next is lost.
        """
        if self.frozen:
            self.frozen = False
            typeahead = typeahead_of(self.app)
            if taken_back:
                typeahead.release(self._token)
            elif typeahead.drop(self._token):
                self.app.bell()
            self._disable(disabled=False)
            if (box := self._focus_before) is not None:
                self.set_focus(box)
                if isinstance(box, Input):
                    # Getting the focus selects all of it, and the next key would replace it.
                    box.call_later(setattr, box, "selection", box.selection)

    def _disable(self, *, disabled: bool) -> None:
        for each in self.query(".dialog > .body"):
            each.disabled = disabled


def box(title: str, *children: Widget, danger: bool = False) -> Vertical:
    """The frame of a dialog.

    Args:
        title: Plain text from anywhere.
        children: What is in it, from the top.
        danger: Whether something can be lost by it.
    """
    made = Vertical(*children, classes="dialog -danger" if danger else "dialog")
    made.border_title = Content(safe(title, 200))
    return made


def lines(text: str, limit: int = 20_000) -> Content:
    """Text from outside, sanitised, with its line breaks kept."""
    return Content("\n".join(safe(line, 2_000) for line in text[:limit].split("\n")))
