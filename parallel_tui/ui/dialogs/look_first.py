"""Dialog that is there at once while it is found out what there is to ask, and then asks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from parallel_tui.model.text.safe import safe
from parallel_tui.ui.dialogs.frame import Dialog, box
from parallel_tui.ui.tasks import ask

Found = TypeVar("Found")
Answer = TypeVar("Answer")


class LookFirst(Dialog[Answer | None], Generic[Found, Answer]):
    """Says that it is being looked; nothing that is typed meanwhile goes anywhere else.

    Args:
        title: What it is about.
        words: What is being looked at.
        look: Looks; called in a thread.
        question: Asks about what was found; `None` when there is nothing to ask.

    Attributes:
        found: What was found; empty when it could not be looked.
        failure: Why it could not be looked, once the dialog has closed.
    """

    AUTO_FOCUS = ""

    def __init__(
        self,
        title: str,
        words: str,
        look: Callable[[], Found],
        question: Callable[[Found], Dialog[Answer]],
    ) -> None:
        super().__init__()
        self._title, self._words = title, words
        self._look, self._question = look, question
        self.found: list[Found] = []
        self.failure: Exception | None = None

    def compose(self) -> ComposeResult:
        """What is being looked at, and a way out."""
        yield box(
            self._title,
            Static(Content(safe(self._words, 400)), classes="text muted"),
            Horizontal(Button("Cancel", id="cancel", compact=True), classes="buttons"),
        )

    def on_mount(self) -> None:
        """Begin to look."""
        self.run_worker(self._go(), exit_on_error=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Close without a question."""
        event.stop()
        self.action_cancel()

    async def _go(self) -> None:
        try:
            found = await ask(self._look)
        except Exception as error:
            self.failure = error
            self.dismiss(None)
            return
        self.found.append(found)
        # The question stands on this dialog, so that no key finds the dashboard in between.
        self.query_one(".dialog").display = False
        question: Dialog[Any] = self._question(found)
        self.dismiss(await self.app.push_screen_wait(question))
