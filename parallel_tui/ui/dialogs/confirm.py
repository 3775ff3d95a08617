"""Dialog that asks one yes-or-no question."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from parallel_tui.model.text.safe import safe
from parallel_tui.ui.dialogs.frame import Dialog, box, lines


class ConfirmDialog(Dialog[bool]):
    """Asks a question; the safe answer has the focus."""

    MAIN = "answer(True)"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n", "answer(False)", "No"),
    ]
    AUTO_FOCUS = "#no"

    def __init__(
        self, title: str, body: str, *, confirm: str = "Yes", danger: bool = False
    ) -> None:
        super().__init__()
        self._title, self._body = title, body
        self._confirm, self._danger = confirm, danger

    def compose(self) -> ComposeResult:
        """The question and two buttons."""
        variant = "error" if self._danger else "primary"
        yield box(
            self._title,
            VerticalScroll(
                Static(lines(self._body), classes="text"), classes="body", can_focus=False
            ),
            Horizontal(
                Button(
                    Content(safe(f"{self._confirm} (y)", 40)),
                    id="yes",
                    variant=variant,  # type: ignore[arg-type]
                    compact=True,
                ),
                Button("No (n)", id="no", compact=True),
                classes="buttons",
            ),
            danger=self._danger,
        )

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Answer by key."""
        self.dismiss(answer)

    def action_cancel(self) -> None:
        """Answer no."""
        self.dismiss(False)
