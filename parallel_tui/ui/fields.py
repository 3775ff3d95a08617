"""Input fields that strip control sequences from typed and pasted text."""

from __future__ import annotations

from textual import events
from textual.containers import Horizontal
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from parallel_tui.model.text.safe import safe


class LineField(Input):
    """One line of text. What is pasted has its control characters replaced."""

    def on_paste(self, event: events.Paste) -> None:
        """Textual inserts what is pasted as it comes, and draws it as it is."""
        event.text = harmless(event.text)


class AreaField(TextArea):
    """Several lines of text. What is pasted has its control characters replaced."""

    def on_paste(self, event: events.Paste) -> None:
        """As in a single line."""
        event.text = harmless(event.text)


def harmless(text: str) -> str:
    """Text of any length with its line breaks kept; a tab becomes spaces."""
    lines = text.expandtabs(4).splitlines()
    return "\n".join(safe(line, len(line)) for line in lines)


def labelled(label: str, widget: Widget) -> Horizontal:
    """A field with its label in front."""
    return Horizontal(
        Static(label, classes="label"), widget, classes="field", id=f"field-{widget.id}"
    )


def suggest(names: list[str]) -> SuggestFromList:
    """Completion from real names; one that cannot be shown harmlessly is not offered."""
    return SuggestFromList([name for name in names if safe(name) == name], case_sensitive=True)
